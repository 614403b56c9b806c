"""On a local network a device shows the token once; this machine needs none."""

from __future__ import annotations

import os
import pty
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.factories import ok
from tests.support.services import PATIENCE, Service, serving
from tower_anime.cli import lan
from tower_anime.client import Tower, TowerClientError
from tower_anime.core import token
from tower_anime.core.errors import CannotStart
from tower_anime.core.gate import COOKIE, Gate, is_of_this_machine

HTML = {"Accept": "text/html"}


def network_address() -> str:
    """An address of this machine by which it reaches itself as another machine would."""
    found = lan.address("0.0.0.0")
    return found or pytest.skip("this machine is on no network")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service for the local network."""
    with serving(tmp_path_factory.mktemp("lan"), lan=True, log_level="debug") as running:
        yield running


@pytest.fixture
def device(studio: Service) -> Iterator[httpx2.Client]:
    """Another device of the network, that follows no redirect by itself."""
    port = int(studio.url.rsplit(":", 1)[1])
    with httpx2.Client(base_url=f"http://{network_address()}:{port}", timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def secret(studio: Service) -> str:
    """The service's token."""
    return (studio.data_dir / token.FILE).read_text().strip()


def test_this_machine_comes_in_without_a_token(studio: Service) -> None:
    assert ok(studio.api.get("/ready"))["ready"]


def test_a_program_without_it_is_told_in_a_sentence(device: httpx2.Client) -> None:
    for method, path in (("GET", "projects"), ("POST", "projects"), ("GET", "nothing")):
        answer = device.request(method, f"/api/anime/{path}", json={"name": "x"})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
        assert "its token" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/", "/projects/1", "/docs"])
def test_a_person_without_it_reads_how_to_get_in(device: httpx2.Client, path: str) -> None:
    answer = device.get(path, headers=HTML)
    assert answer.status_code == 401
    assert "Scan the QR code" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_address_with_it_leads_on_without_it_and_lets_the_browser_in(
    device: httpx2.Client, secret: str
) -> None:
    first = device.get(f"/projects/3?view=board&token={secret}", headers=HTML)

    assert first.status_code == 303
    assert first.headers["location"] == "/projects/3?view=board"
    assert (first.headers["cache-control"], first.headers["referrer-policy"]) == (
        "no-store",
        "no-referrer",
    )
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert ok(device.get("/api/anime/projects")) == []  # the client has kept the cookie


def test_cookies_of_other_programs_do_not_hide_it(device: httpx2.Client, secret: str) -> None:
    # Browsers send the cookies of all ports of a host, in whatever form they were set.
    beside = {"Cookie": f'comfy={{"a": 1}}; {COOKIE}={secret}; other="x'}
    assert ok(device.get("/api/anime/projects", headers=beside)) is not None


def test_a_browser_that_asks_for_leave_sends_no_token_and_gets_its_answer(
    device: httpx2.Client,
) -> None:
    asks = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}
    leave = device.options("/api/anime/projects", headers=asks)
    assert leave.status_code == 200
    assert leave.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For"])
def test_a_proxy_of_this_machine_shows_it_for_whom_it_asks(studio: Service, header: str) -> None:
    assert studio.api.get("/projects", headers={header: "for=192.0.2.7"}).status_code == 401


def test_a_redirect_stays_at_this_service(device: httpx2.Client, secret: str) -> None:
    answer = device.get(f"/%2Felsewhere.example/?token={secret}")
    assert answer.headers["location"].startswith("/elsewhere.example")


def test_a_program_sends_it_as_a_bearer(device: httpx2.Client, secret: str) -> None:
    bearer = {"Authorization": f"Bearer {secret}"}
    assert ok(device.get("/api/anime/projects", headers=bearer)) == []
    made = device.post("/api/anime/projects", json={"name": "Far"}, headers=bearer)
    assert ok(device.delete(f"/api/anime/projects/{made.json()['id']}", headers=bearer))


def test_the_client_and_the_command_line_show_it(
    device: httpx2.Client, secret: str, tmp_path: Path
) -> None:
    url = str(device.base_url)
    with Tower(url, token=secret) as tower:
        assert tower.health().status == "healthy"
    with Tower(url) as stranger, pytest.raises(TowerClientError, match="asks for its token"):
        list(stranger.projects.list())
    command = [sys.executable, "-m", "tower_anime.cli", "projects", "list", "--url", url]
    environment = {**os.environ, "TOWER_TOKEN": secret}
    assert subprocess.run([*command], env=environment, check=False).returncode == 0
    assert subprocess.run([*command], check=False, capture_output=True).returncode == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic {secret}"},
        {"Authorization": "Bearer {secret}x"},
        {"Cookie": f"{COOKIE}=wrong"},
        {"Cookie": f"{COOKIE}=; other={{secret}}"},
        {"Cookie": "\u00ff=\u00ff; ;;="},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Host": "localhost", "Forwarded": "for=127.0.0.1"},
    ],
)
def test_nothing_else_lets_anybody_in(
    device: httpx2.Client, secret: str, headers: dict[str, str]
) -> None:
    shown = {
        name: value.replace("{secret}", secret).encode("latin-1") for name, value in headers.items()
    }
    assert device.get("/api/anime/projects", headers=shown).status_code == 401


def test_the_api_takes_no_token_in_its_addresses(device: httpx2.Client, secret: str) -> None:
    assert device.get(f"/api/anime/projects?token={secret}").status_code == 401


def test_a_wrong_token_in_an_address_is_refused(device: httpx2.Client) -> None:
    answer = device.get("/?token=wrong", headers=HTML)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_page_of_another_site_gets_nothing_of_it(device: httpx2.Client) -> None:
    answer = device.get("/api/anime/projects", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers


def test_a_name_that_is_not_the_services_is_refused_also_with_it(
    device: httpx2.Client, secret: str
) -> None:
    headers = {"Host": "evil.example", "Authorization": f"Bearer {secret}"}
    assert device.get("/api/anime/projects", headers=headers).status_code == 421


def test_the_token_is_in_no_log_and_is_for_its_user_alone(studio: Service, secret: str) -> None:
    port = int(studio.url.rsplit(":", 1)[1])
    with httpx2.Client(base_url=f"http://{network_address()}:{port}") as fresh:
        fresh.get(f"/?token={secret}")
        fresh.get(f"/projects?token={secret}&x=%0a")
        fresh.get("/last")
    studio.api.get("/ready")
    assert any("GET / 303" in line for line in studio.log)
    assert not any(secret in line for line in studio.log)
    assert stat.S_IMODE((studio.data_dir / token.FILE).stat().st_mode) == 0o600


# --- the token's file


def test_a_token_stays_until_another_is_made(tmp_path: Path) -> None:
    first = token.kept(tmp_path)
    assert token.kept(tmp_path) == first
    assert len(first) >= 43
    token.replace(tmp_path)
    assert token.kept(tmp_path) != first


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    token.kept(tmp_path)
    (tmp_path / token.FILE).chmod(0o644)
    token.kept(tmp_path)
    assert stat.S_IMODE((tmp_path / token.FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "short", "ä" * 40, "a" * 40 + "\nb"])
def test_a_file_that_holds_no_token_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / token.FILE).write_text(content)
    with pytest.raises(CannotStart, match="--new-token"):
        token.kept(tmp_path)


# --- who is of this machine


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_this_machine(address: str) -> None:
    assert is_of_this_machine({"type": "http", "client": (address, 1)})


@pytest.mark.parametrize("client", [("192.168.1.7", 1), ("::ffff:10.0.0.1", 1), ("x", 1), None])
def test_all_else_is_not(client: tuple[str, int] | None) -> None:
    assert not is_of_this_machine({"type": "http", "client": client})
    scope = {"type": "http", "client": client, "method": "GET", "path": "/", "query_string": b""}
    answer = Gate("a" * 43).answer(scope, {b"accept": b"text/html"})
    assert answer is not None
    assert answer.status_code == 401


# --- the terminal


def shown_in_a_terminal(data_dir: Path, *options: str) -> str:
    """What `tower-anime serve --lan` shows a person before it serves."""
    ours, theirs = pty.openpty()
    serve = [sys.executable, "-m", "tower_anime.cli", "serve", "--lan", "--port", "0"]
    process = subprocess.Popen(
        [*serve, "--data-dir", str(data_dir), *options],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    os.close(theirs)
    shown = b""
    try:
        while b"makes another" not in shown:
            shown += os.read(ours, 4096)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        os.close(ours)
    return shown.decode()


def test_a_terminal_shows_a_code_and_the_address_that_it_holds(tmp_path: Path) -> None:
    where = network_address()

    shown = shown_in_a_terminal(tmp_path)

    found = re.search(r"http://([\d.]+):\d+/\?token=(\S+)", shown)
    assert found is not None
    assert (found[1], found[2]) == (where, token.kept(tmp_path))
    assert "▀" in shown or "▄" in shown

    again = shown_in_a_terminal(tmp_path, "--new-token")

    assert found[2] not in again
    assert token.kept(tmp_path) in again


def test_what_is_not_a_terminal_is_told_where_the_token_is(tmp_path: Path) -> None:
    said = lan.invitation("192.0.2.9", 8321, tmp_path)
    assert said == (
        f"Other devices come in at http://192.0.2.9:8321 with the token in {tmp_path / token.FILE}."
    )
