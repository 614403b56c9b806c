"""Whatever answers at an address: time and size are bounded, and nothing leads elsewhere."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.engines.answering import answering, told
from tower_anime.engines import wire
from tower_anime.engines.answers import Output
from tower_anime.engines.listening import Listener
from tower_anime.engines.server import Server
from tower_anime.engines.troubles import Ambiguous, EngineTrouble, Gone, Strange
from tower_anime.engines.wire import Bounds, NotSent, Wire

SHORT = Bounds(seconds=0.5, size=1000)


def ask(url: str, bounds: Bounds = SHORT) -> wire.Answer:
    return Wire(url).ask("GET", "/queue", bounds)


def test_a_redirect_is_not_followed() -> None:
    reached = threading.Event()

    def elsewhere(connection: socket.socket) -> None:
        reached.set()
        told("200 OK", b"{}")(connection)

    with answering(elsewhere) as secret:
        for status in ("301 Moved", "302 Found", "307 Temporary", "308 Permanent", "304 As Before"):
            with answering(told(status, b"", f"Location: {secret}/")) as url:
                with pytest.raises(Strange, match="redirect"):
                    Server(url).stats()
                with pytest.raises((Strange, Gone)):
                    Listener(Server(url).websocket)
        with (
            answering(told("302 Found", b"", f"Location: {secret}/view")) as url,
            pytest.raises(Strange),
        ):
            Server(url).fetch(Output("1", "images", "a", "", "output"), Path("never"), 10)
    assert not reached.is_set()


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def proxy(connection: socket.socket) -> None:
        asked.set()
        told("200 OK", b"{}")(connection)

    with answering(proxy) as url, answering(told("200 OK", b"{}")) as ours:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "WS_PROXY", "ws_proxy"):
            monkeypatch.setenv(name, url)
        assert ask(ours).status == 200
        with contextlib.suppress(EngineTrouble):
            Listener(Server(ours).websocket)
    assert not asked.is_set()


def test_an_answer_beyond_its_bound_is_not_read_on() -> None:
    sent = itertools.count()

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in sent:
            connection.sendall(b"3e8\r\n" + b"x" * 1000 + b"\r\n")

    with answering(endless) as url, pytest.raises(Strange, match="larger than 1,000 bytes"):
        ask(url, Bounds(seconds=30, size=1000))
    assert next(sent) < 100_000


def test_an_answer_that_claims_to_be_huge_is_bounded_too(tmp_path: Path) -> None:
    with answering(told("200 OK", b"x", length=10**15)) as url, pytest.raises(Strange):
        Server(url).fetch(Output("1", "i", "a", "", "output"), tmp_path / "a", 1000)


@pytest.mark.parametrize("dripped", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_byte_now_and_then_does_not_prolong_an_answer(dripped: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(dripped)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with answering(drip) as url, pytest.raises(Gone, match=r"within 0\.5 seconds"):
        ask(url, Bounds(seconds=0.5, size=10**9))


def test_silence_is_bounded() -> None:
    silence = threading.Event()
    with answering(lambda _: silence.wait(30) and None) as url:
        with pytest.raises(Gone, match="did not answer"):
            ask(url)
        silence.set()


def test_a_compressed_answer_is_refused_unread() -> None:
    with (
        answering(told("200 OK", b"\x1f\x8b", "Content-Encoding: gzip")) as url,
        pytest.raises(Strange, match="compressed"),
    ):
        ask(url)


def test_an_answer_that_is_short_is_an_error() -> None:
    with answering(told("200 OK", b"{}", length=3)) as url, pytest.raises(Gone):
        ask(url)


def test_a_file_of_unknown_length_is_refused(tmp_path: Path) -> None:
    def unbounded(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf a pict")

    with answering(unbounded) as url, pytest.raises(Strange):
        Server(url).fetch(Output("1", "i", "a", "", "output"), tmp_path / "a", 1000)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"", b"[1]", b"[" * 100_000, b"null"])
def test_what_is_no_comfyui_is_said_to_be_none(body: bytes) -> None:
    with answering(told("200 OK", body)) as url:
        for ask_it in (Server(url).stats, Server(url).queue, Server(url).object_info):
            with pytest.raises(Strange, match="ComfyUI"):
                ask_it()
        with pytest.raises(Ambiguous):
            Server(url).submit({}, "a", "b")


def test_bytes_that_are_no_http_are_an_error() -> None:
    with answering(lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")) as url, pytest.raises(Gone):
        ask(url)


def test_a_forbidden_submit_was_not_taken() -> None:
    with answering(told("403 Forbidden")) as url, pytest.raises(Strange):
        Server(url).submit({}, "a", "b")


def test_nobody_there_is_known_at_once() -> None:
    for url in ("http://127.0.0.1:9", "http://[::1]:9", "http://no-such-host.invalid:8188"):
        with pytest.raises(NotSent):
            ask(url)
        with pytest.raises(Gone):
            Listener(Server(url).websocket)
