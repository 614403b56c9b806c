"""Promises of the leases: no clock that is wrong, or set, takes a take from whoever works on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.rendering import begun, finished, request_takes, small_shot
from tests.support.services import serving
from tower_anime.core import clock
from tower_anime.renders.leases import LEASE_SECONDS, Leases
from tower_anime.renders.ledger import Claim

TAKE: Claim = (17, 1)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Watch:
    """A monotonic clock that a test moves on."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def until_told(hours: float = 0, seconds: float = 0) -> str:
    """What a lease says that a worker writes whose clock shows noon and so much more."""
    return clock.text(NOON + timedelta(hours=hours, seconds=seconds))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def leases(watch: Watch) -> Leases:
    return Leases(watch)


def test_a_lease_that_stays_as_it_was_runs_out(watch: Watch, leases: Leases) -> None:
    assert leases.run_out({TAKE: until_told()}) == []
    watch.now += LEASE_SECONDS - 0.1
    assert leases.run_out({TAKE: until_told()}) == []
    watch.now += 0.1
    assert leases.run_out({TAKE: until_told()}) == [TAKE]


@pytest.mark.parametrize("hours", [-1000, -3, 0, 3, 1000])
def test_a_lease_that_is_renewed_never_runs_out_whatever_the_clocks_say(
    watch: Watch, leases: Leases, hours: float
) -> None:
    for beat in range(20):
        jump = hours if beat > 5 else 0
        assert leases.run_out({TAKE: until_told(jump, 10 * beat)}) == []
        watch.now += 10


@pytest.mark.parametrize("hours", [-1000, 1000])
def test_a_worker_that_is_gone_is_found_whatever_its_lease_says(
    watch: Watch, leases: Leases, hours: float
) -> None:
    leases.run_out({TAKE: until_told(hours)})
    watch.now += LEASE_SECONDS
    assert leases.run_out({TAKE: until_told(hours)}) == [TAKE]


def test_a_worker_that_comes_back_has_the_whole_time_again(watch: Watch, leases: Leases) -> None:
    leases.run_out({TAKE: until_told()})
    watch.now += LEASE_SECONDS - 1
    leases.run_out({TAKE: until_told(seconds=10)})
    watch.now += LEASE_SECONDS - 1
    assert leases.run_out({TAKE: until_told(seconds=10)}) == []


def test_another_attempt_is_another_claim(watch: Watch, leases: Leases) -> None:
    leases.run_out({TAKE: until_told()})
    watch.now += LEASE_SECONDS
    assert leases.run_out({(17, 2): until_told()}) == []
    watch.now += 1
    assert leases.run_out({TAKE: until_told()}) == []


def test_a_service_whose_clock_is_ahead_leaves_the_takes_of_others_alone(
    tmp_path: Path, new_postgresql: object
) -> None:
    assert callable(new_postgresql)
    url = new_postgresql()
    with serving(tmp_path / "a", database_url=url, worker_id="a", render_workers=1) as a:
        take = begun(a.api, request_takes(a.api, small_shot(a.api, duration=120))[0])
        # To a clock that is hours ahead, the lease of a running take ended long ago.
        with psycopg.connect(url) as db:
            db.execute("UPDATE takes SET lease_until = %s", [until_told(hours=-48)])
        with serving(tmp_path / "b", database_url=url, worker_id="b", render_workers=1) as b:
            done = finished(b.api, take)
            assert (done["status"], done["attempt"]) == ("done", 1)
            assert not any("queued again" in line for line in b.log)
