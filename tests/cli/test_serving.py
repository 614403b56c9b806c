"""Promises of `tower-anime serve`: where it listens, and for whom."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.support.factories import ok
from tests.support.services import PATIENCE, Service, serving, until
from tower_anime.cli import addresses
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings


def refusal(data_dir: Path, *options: str) -> str:
    """Why `tower-anime serve` would not start."""
    command = [sys.executable, "-m", "tower_anime.cli", "serve", "--data-dir", str(data_dir)]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.7", "::ffff:192.0.2.7"])
def test_an_address_that_others_can_reach_is_refused_unless_that_is_meant(host: str) -> None:
    with pytest.raises(CannotStart, match="--allow-remote"):
        addresses.require_allowed(Settings(host=host))
    addresses.require_allowed(Settings(host=host, allow_remote=True))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.9.10", "localhost", "::1", "::ffff:127.0.0.1"]
)
def test_an_address_of_this_machine_alone_needs_no_leave(host: str) -> None:
    addresses.require_allowed(Settings(host=host))


def test_a_service_for_everybody_refuses_to_start_and_names_the_flag(tmp_path: Path) -> None:
    told = refusal(tmp_path, "--host", "0.0.0.0", "--port", "0")
    assert "other machines can reach the service" in told
    assert "--allow-remote (the setting allow_remote)" in told
    assert not (tmp_path / "anime.db").exists()


def test_a_service_that_may_be_reached_is(tmp_path: Path) -> None:
    with serving(tmp_path, host="0.0.0.0", allow_remote=True) as service:
        assert service.url.startswith("http://0.0.0.0:")
        assert "http://127.0.0.1:" in (tmp_path / "service.pid").read_text()
        assert ok(service.api.get("/ready"))["ready"]


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, "--host", "nowhere.invalid")
    assert "The address 'nowhere.invalid' to listen on is not known" in told


def test_a_service_listens_on_ipv6_and_tells_an_address_that_leads_there(tmp_path: Path) -> None:
    with serving(tmp_path, host="::1") as service:
        assert service.url.startswith("http://[::1]:")
        assert (tmp_path / "service.pid").read_text().split()[1] == service.url
        assert ok(service.api.get("/ready"))["ready"]


@pytest.mark.parametrize(
    ("host", "told"),
    [("::", "http://[::1]:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("box", "http://box:80")],
)
def test_an_address_is_told_as_a_browser_on_the_machine_takes_it(host: str, told: str) -> None:
    assert addresses.url(host, 80) == told


def test_a_port_that_is_taken_is_told_of(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = refusal(tmp_path, "--port", str(port))
    assert f"cannot listen on http://127.0.0.1:{port}" in told
    assert "--port" in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_stop_while_it_migrates_stops_once_it_has(
    tmp_path: Path, new_postgresql: Callable[[], str], number: signal.Signals
) -> None:
    url = new_postgresql()
    command = [sys.executable, "-m", "tower_anime.cli", "serve", "--port", "0"]
    with psycopg.connect(url) as other, (tmp_path / "log").open("wb") as log:
        other.execute("SELECT pg_advisory_xact_lock(7171)")  # as another that migrates
        process = subprocess.Popen(
            [*command, "--data-dir", str(tmp_path / "data")],
            env={**os.environ, "TOWER_DATABASE_URL": url},
            stderr=log,
        )
        until(lambda: _waits(other), "that it waits for its turn to migrate")
        process.send_signal(number)
    assert process.wait(PATIENCE) == 0, (tmp_path / "log").read_text()


def _waits(db: psycopg.Connection) -> bool:
    found = db.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return found.fetchone() is not None


def test_a_second_service_refuses_to_start_and_says_who_is_there(
    own_service: Service, tmp_path: Path
) -> None:
    link = tmp_path / "another name of it"
    link.symlink_to(own_service.data_dir)
    for folder in (own_service.data_dir, link, link / ".." / link.name):
        told = refusal(folder, "--port", "0")
        assert f"(process {own_service.process.pid}, {own_service.url})" in told
    assert ok(own_service.api.get("/ready"))["ready"]


def test_a_killed_service_leaves_no_refusal_behind(own_service: Service) -> None:
    former = own_service.process.pid
    own_service.kill()
    own_service.restart()
    told = (own_service.data_dir / "service.pid").read_text().split()
    assert told == [str(own_service.process.pid), own_service.url]
    assert own_service.process.pid != former
