"""The studio's page is served at its views' addresses, its files by their names, and no others."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.support.services import Service
from tower_anime.core import problems
from tower_anime.studio.pages import VIEWS, add_studio

PAGE = b"<!doctype html><script type=module src=/assets/index-1a2b.js></script>"
SCRIPT = b"export const views = 5;" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a build leaves it, beside a file that is nobody's business."""
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_bytes(PAGE)
    (built / "assets" / "index-1a2b.js").write_bytes(SCRIPT)
    (built / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT))
    (built / "assets" / "plain.svg").write_bytes(b"<svg/>")
    (built / "assets" / "notes.txt").write_bytes(b"notes")
    (built / "assets" / ".hidden.js").write_bytes(b"hidden")
    (tmp_path / "secret.js").write_bytes(b"secret")
    return built


def studio(folder: Path) -> TestClient:
    app = FastAPI(openapi_url=None)
    add_studio(app, folder)
    problems.add_error_answers(app)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/", *(f"/{view}" for view in VIEWS), "/projects/3/scenes/12"])
def test_the_address_of_a_view_is_answered_with_the_page(folder: Path, path: str) -> None:
    answer = studio(folder).get(path)
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


def test_the_page_is_not_sent_again_while_it_is_the_same(folder: Path) -> None:
    client = studio(folder)
    known = {"If-None-Match": client.get("/").headers["etag"]}
    assert client.get("/", headers=known).status_code == 304
    (folder / "index.html").write_bytes(PAGE + b"<p>")
    assert client.get("/", headers=known).status_code == 200


def test_the_page_may_load_nothing_from_elsewhere_and_run_no_script_of_its_own(
    folder: Path,
) -> None:
    policy = studio(folder).get("/").headers["content-security-policy"]
    parts = {name: sources for name, *sources in (part.split() for part in policy.split(";"))}
    assert parts["default-src"] == ["'none'"]
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == ["'self'"]
    allowed = {source for sources in parts.values() for source in sources}
    assert allowed == {"'none'", "'self'", "data:", "blob:"}


def test_a_file_is_kept_for_good_and_sent_compressed_to_those_who_can_read_it(
    folder: Path,
) -> None:
    client = studio(folder)
    small = client.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert small.content == plain.content == SCRIPT
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(SCRIPT) / 2
    assert "content-encoding" not in plain.headers
    for answer in (small, plain):
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../index.html",
        "..%2Findex.html",
        "..%2F..%2Fsecret.js",
        "%2e%2e/%2e%2e/secret.js",
        "..%5C..%5Csecret.js",
        "%2Fetc%2Fpasswd",
        "index-1a2b.js%00.svg",
        ".hidden.js",
        "notes.txt",
        "index-1a2b.js.gz",
        "gone.js",
        "a" * 5_000 + ".js",
    ],
)
def test_nothing_but_the_builds_own_files_is_served(folder: Path, name: str) -> None:
    assert studio(folder).get(f"/assets/{name}").status_code == 404


def test_a_folder_is_no_file(folder: Path) -> None:
    (folder / "assets" / "deep.js").mkdir()
    assert studio(folder).get("/assets/deep.js").status_code == 404


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = studio(tmp_path / "nothing").get("/")
    assert answer.status_code == 200
    assert "make studio" in answer.text
    assert "/docs" in answer.text


def test_a_build_is_shown_without_a_new_start(folder: Path) -> None:
    page = folder / "index.html"
    page.unlink()
    client = studio(folder)
    assert "make studio" in client.get("/").text
    page.write_bytes(PAGE)
    assert client.get("/").content == PAGE


# --- on a service


def test_a_service_shows_a_page_at_its_bare_address(service: Service) -> None:
    answer = httpx2.get(service.url)
    assert answer.status_code == 200
    assert "Tower Anime" in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/api/anime/nothing", "/api/projects/3"])
def test_other_addresses_stay_unknown(service: Service, path: str) -> None:
    answer = httpx2.get(service.url + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_page_is_only_read(service: Service) -> None:
    assert httpx2.post(f"{service.url}/projects/3").status_code == 405
    assert httpx2.head(f"{service.url}/projects/3").content == b""
