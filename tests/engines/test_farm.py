"""The farm gives each server one job at a time, and none to a server that is of no use."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.support.comfyui import Comfy
from tower_anime.engines import health
from tower_anime.engines.answers import Device, Queue, Stats
from tower_anime.engines.choosing import Need
from tower_anime.engines.farm import Farm
from tower_anime.engines.infos import Infos
from tower_anime.engines.known import Engine, Look
from tower_anime.engines.troubles import Gone

EMPTY = Queue([], [])


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def engine(number: int, *, enabled: bool = True, port: int = 8188) -> Engine:
    return Engine(number, f"gpu{number}", f"http://gpu{number}:{port}", enabled)


def look(queue: Queue = EMPTY, version: str = "0.3.64") -> Look:
    return Look(Stats(version, (Device("cuda:0", "cuda", 2**34, 2**33),)), queue, 0.001)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def farm(clock: Clock) -> Iterator[Farm]:
    """Two servers that were reached."""
    made = Farm(Infos(), clock)
    made.set_engines([engine(1), engine(2)])
    for number in (1, 2):
        made.informed(number, {"KSampler": {}})
        made.seen(number, look())
    yield made
    made.close()


def test_a_server_that_was_not_reached_is_given_nothing() -> None:
    farm = Farm(Infos())
    farm.set_engines([engine(1)])
    assert farm.free_ids() == []
    assert farm.choose(()) is None
    assert not farm.reserve(1, "a")
    farm.seen(1, look())
    assert farm.free_ids() == [1]
    assert farm.choose(()) is None  # what it can run is not known yet
    farm.informed(1, {})
    assert farm.choose(()) == 1
    farm.close()


def test_a_server_has_one_job_at_a_time(farm: Farm) -> None:
    first = farm.choose({Need("KSampler")})
    assert first is not None
    assert farm.reserve(first, "a")
    assert not farm.reserve(first, "b")
    second = farm.choose({Need("KSampler")})
    assert second not in (None, first)
    assert farm.reserve(second or 0, "b")
    assert farm.choose(()) is None
    farm.release(first, "b")  # not its holder
    assert farm.free_ids() == []
    farm.release(first, "a")
    assert farm.free_ids() == [first]


def test_of_many_that_ask_at_once_one_gets_a_server(farm: Farm) -> None:
    got: list[str] = []

    def ask(token: str) -> None:
        if farm.reserve(1, token):
            got.append(token)

    threads = [threading.Thread(target=ask, args=(str(n),)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_servers_take_turns(farm: Farm) -> None:
    order = []
    for token in "abcd":
        chosen = farm.choose(())
        assert chosen is not None
        farm.reserve(chosen, token)
        farm.release(chosen, token)
        order.append(chosen)
    assert order in ([1, 2, 1, 2], [2, 1, 2, 1])


def test_a_server_that_has_the_models_warm_is_preferred(farm: Farm) -> None:
    for number in (1, 2):
        farm.ran(number, {f"model {number}"})
    assert farm.choose((), prefer={"model 2"}) == 2
    assert farm.choose((), prefer={"model 1"}) == 1
    farm.unreachable(1, "gone")
    farm.seen(1, look())  # it came back, and is cold
    farm.reserve(2, "a")
    farm.release(2, "a")
    assert farm.choose((), prefer={"model 1"}) == 1  # as the one that rested longest
    farm.reserve(1, "a")
    farm.release(1, "a")
    assert farm.choose((), prefer={"model 1"}) == 2


def test_what_it_does_for_others_counts_and_what_it_did_for_us_does_not(farm: Farm) -> None:
    farm.reserve(1, "a")
    farm.moved(1, "prompt a")
    farm.seen(1, look(Queue(["prompt a"], [])))
    farm.release(1, "a")  # it is over; the next probe would tell so
    assert 1 in farm.free_ids()
    farm.seen(1, look(Queue(["of somebody"], [])))
    assert 1 not in farm.free_ids()
    farm.seen(1, look())
    assert 1 in farm.free_ids()


def test_a_server_that_is_stuck_with_a_prompt_that_was_given_up_is_not_free(farm: Farm) -> None:
    farm.reserve(1, "a")
    farm.moved(1, "prompt a")
    farm.seen(1, look(Queue(["prompt a"], [])))
    farm.lost(1, "prompt a")
    farm.release(1, "a")
    assert 1 not in farm.free_ids()
    farm.seen(1, look(Queue(["prompt a"], [])))
    assert 1 not in farm.free_ids()
    farm.seen(1, look())
    assert 1 in farm.free_ids()


def test_a_server_that_is_off_or_away_or_gone_is_given_nothing(farm: Farm) -> None:
    farm.unreachable(1, "gone")
    assert farm.free_ids() == [2]
    farm.set_engines([engine(1), engine(2, enabled=False)])
    assert farm.free_ids() == []
    assert farm.can_ever_run({Need("KSampler")}) == [1]
    farm.set_engines([])
    assert farm.server_of(1) is None
    assert farm.infos.all() == {}
    assert farm.seen(1, look()) is None


def test_there_is_one_client_for_a_server_until_it_is_another(farm: Farm) -> None:
    server = farm.server_of(1)
    farm.set_engines([engine(1)._replace(name="Big"), engine(2)])
    assert farm.server_of(1) is server
    farm.set_engines([engine(1, port=8189), engine(2)])
    assert farm.server_of(1) is not server
    assert farm.infos.of(1) is None
    assert 1 not in farm.free_ids()


def test_a_server_that_loses_jobs_is_quarantined_until_a_check(farm: Farm, clock: Clock) -> None:
    for _ in range(health.LOSSES):
        farm.lost(1, None)
    assert farm.free_ids() == [2]
    farm.seen(1, look())
    assert farm.free_ids() == [2]
    farm.checked(1)
    farm.seen(1, look())
    assert farm.free_ids() == [1, 2]
    for _ in range(health.LOSSES):
        farm.lost(1, None)
    clock.now += health.FIRST_PAUSE
    farm.seen(1, look())
    assert farm.free_ids() == [1, 2]


def test_another_version_is_another_process(farm: Farm, clock: Clock) -> None:
    stuck = Queue([], ["x"])
    farm.seen(1, look(stuck))
    clock.now = health.DEAD_SECONDS
    found = farm.seen(1, look(stuck))
    assert found is not None
    assert found.status == "quarantined"
    found = farm.seen(1, look(version="0.4.0"))
    assert found is not None
    assert found.status == "idle"


def test_listeners_hear_that_a_server_may_be_free(farm: Farm) -> None:
    heard: list[str] = []
    farm.listeners.append(lambda: heard.append("now"))
    farm.reserve(1, "a")
    assert heard == []
    farm.release(1, "a")
    assert heard == ["now"]
    farm.seen(1, look())
    assert len(heard) == 2


def test_who_has_a_server_that_is_removed_ends_with_it_what_was_begun(
    farm: Farm, comfy: Comfy
) -> None:
    farm.set_engines([Engine(3, "sim", comfy.url, enabled=True)])
    farm.seen(3, look())
    server = farm.server_of(3)
    assert server is not None
    assert farm.reserve(3, "a")
    farm.set_engines([])
    assert farm.server_of(3) is None
    assert server.stats().version == "0.3.64"
    farm.release(3, "a")
    with pytest.raises(Gone, match="removed"):
        server.stats()
