"""The interactive documentation works without the internet, and asks nothing of it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import httpx2
import pytest

from tests.support.services import Service

PAGES = ["/docs", "/redoc"]


class _Page(HTMLParser):
    """The addresses that a page names, and the scripts in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        named = {"src", "href", "spec-url", "action", "poster", "data"}
        self.addresses += [value for name, value in attrs if name in named and value]

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"


def _policy(answer: httpx2.Response) -> dict[str, list[str]]:
    parts = answer.headers["content-security-policy"].split(";")
    return {name: sources for name, *sources in (part.split() for part in parts)}


@pytest.mark.parametrize("path", PAGES)
def test_every_file_of_a_page_comes_from_the_service(service: Service, path: str) -> None:
    page = _Page(httpx2.get(service.url + path).text)
    files = [address for address in page.addresses if not address.startswith("data:")]
    assert len(files) >= 2 if path == "/docs" else files
    for address in files:
        assert not re.match(r"\w+:|//", address), address
        assert httpx2.get(f"{service.url}/{address}").status_code == 200, address
    assert not re.search(r"//\w", "".join(page.scripts))


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_lets_a_page_load_nothing_from_elsewhere(service: Service, path: str) -> None:
    policy = _policy(httpx2.get(service.url + path))
    assert policy["default-src"] == ["'none'"]
    allowed = {source for sources in policy.values() for source in sources}
    kept = {source for source in allowed if not source.startswith("'sha256-")}
    assert kept <= {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}
    assert "'unsafe-inline'" not in policy["script-src"]


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_lets_a_page_run_the_scripts_that_it_has(service: Service, path: str) -> None:
    answer = httpx2.get(service.url + path)
    for script in _Page(answer.text).scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in _policy(answer)["script-src"]


def test_a_file_is_kept_for_good_and_asked_for_once(service: Service) -> None:
    page = _Page(httpx2.get(f"{service.url}/docs").text)
    [address] = [found for found in page.addresses if found.endswith(".js")]
    answer = httpx2.get(f"{service.url}/{address}")
    assert "immutable" in answer.headers["cache-control"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert httpx2.get(f"{service.url}/{address}", headers=known).status_code == 304


def test_only_the_pages_own_files_are_served(service: Service) -> None:
    page = _Page(httpx2.get(f"{service.url}/docs").text)
    folder = next(found for found in page.addresses if found.endswith(".js")).rpartition("/")[0]
    for name in ("../core.py", "%2e%2e/core.py", "..%2fcore.py", "core.py"):
        assert httpx2.get(f"{service.url}/{folder}/{name}").status_code == 404, name
