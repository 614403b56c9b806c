"""Promises to systemd: it hears when the service answers, that it lives, and that it stops."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.factories import ok
from tests.support.services import PATIENCE, Service
from tower_anime.cli.notify import Supervisor, supervisor


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """The end of the socket that systemd has."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("\0" + address[1:] if address.startswith("@") else address)
        channel.settimeout(PATIENCE)
        yield channel


@pytest.mark.parametrize("abstract", [False, True], ids=["path", "abstract"])
def test_news_arrive_as_one_datagram(tmp_path: Path, abstract: bool) -> None:
    address = f"@tower-anime-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with listening(address) as systemd:
        Supervisor(address).tell("READY=1", "STATUS=Serving")
        assert systemd.recv(4096) == b"READY=1\nSTATUS=Serving"


def test_a_systemd_that_is_gone_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Supervisor(str(tmp_path / "nobody")).tell("READY=1")
    assert "systemd could not be told READY=1" in caplog.text
    caplog.clear()
    Supervisor().tell("READY=1")
    assert caplog.text == ""


def test_the_variables_of_systemd_are_taken_and_not_passed_on() -> None:
    environment = {"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "3000000", "HOME": "/root"}
    assert supervisor(environment) == Supervisor("/run/n", 3.0)
    assert environment == {"HOME": "/root"}


@pytest.mark.parametrize(
    "watchdog",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "x"},
        {"WATCHDOG_USEC": "9", "WATCHDOG_PID": "1"},
    ],
    ids=["none", "off", "nonsense", "another process's"],
)
def test_no_sign_of_life_is_given_where_none_is_asked_for(watchdog: dict[str, str]) -> None:
    assert supervisor({"NOTIFY_SOCKET": "/run/n", **watchdog}).watchdog_seconds is None
    asyncio.run(Supervisor("/run/n").keep_watch())  # returns, and tells nobody


def test_a_sign_of_life_is_given_twice_in_each_interval(tmp_path: Path) -> None:
    async def watched(seconds: float, signs: int) -> None:
        loop = asyncio.get_running_loop()
        systemd.setblocking(False)
        watch = asyncio.create_task(Supervisor(address, seconds).keep_watch())
        began = loop.time()
        for _ in range(signs):
            assert await asyncio.wait_for(loop.sock_recv(systemd, 64), PATIENCE) == b"WATCHDOG=1"
        assert loop.time() - began >= (signs - 1) * seconds / 2 - 0.01
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch

    address = str(tmp_path / "notify")
    with listening(address) as systemd:
        asyncio.run(watched(0.1, 4))


def test_systemd_hears_of_a_services_whole_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    service = Service(tmp_path / "data")
    with listening(address) as systemd:

        def heard(beginning: bytes) -> bytes:
            while not (news := systemd.recv(4096)).startswith(beginning):
                assert news == b"WATCHDOG=1"
            return news

        try:
            service.start()
            assert heard(b"READY=1") == f"READY=1\nSTATUS=Serving at {service.url}".encode()
            assert ok(service.api.get("/health"))["status"] == "healthy"
            heard(b"WATCHDOG=1")
        finally:
            assert service.stop() == 0
        assert heard(b"STOPPING=1")
