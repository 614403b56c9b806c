"""Promises of the queue: work that is interrupted is told of or done again, and never stuck."""

import re
import signal
import time

import psutil
import pytest

from tests.support.factories import ok
from tests.support.rendering import (
    FPS,
    begun,
    bytes_of,
    decoded,
    finished,
    get_take,
    rendered,
    request_takes,
    small_shot,
)
from tests.support.services import Service

STOP_SECONDS = 10


def busiest_child(service: Service) -> psutil.Process:
    """The process that draws: of the service's children, the one that has worked the most."""
    children = psutil.Process(service.process.pid).children()
    return max(children, key=lambda child: sum(child.cpu_times()[:2]))


def test_a_take_whose_process_was_killed_says_so_and_the_next_one_is_drawn(
    own_service: Service,
) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=600))[0])

    busiest_child(own_service).kill()
    over = finished(api, take)

    assert over["status"] == "failed"
    assert over["error"]["title"] == "The animatic could not be drawn"
    assert re.fullmatch(r"The process .* ended by itself \(code -9\)\.", over["error"]["detail"])
    assert over["media_id"] is None
    assert list((own_service.data_dir / "media" / "incoming").iterdir()) == []
    assert rendered(api, small_shot(api))["status"] == "done"


@pytest.mark.usefixtures("one_worker")
def test_a_service_told_to_stop_ends_soon_and_its_takes_are_done_after_a_restart(
    own_service: Service,
) -> None:
    api = own_service.api
    running = begun(api, request_takes(api, small_shot(api, duration=60))[0])
    waiting = request_takes(api, small_shot(api), count=3)

    asked = time.monotonic()
    code = own_service.stop()
    took = time.monotonic() - asked
    api = own_service.restart().api

    assert took < STOP_SECONDS
    assert code in {0, -signal.SIGTERM}
    done = [finished(api, take) for take in (running, *waiting)]
    assert [take["status"] for take in done] == ["done"] * 4
    assert [take["attempt"] for take in done] == [2, 1, 1, 1]
    assert len(decoded(bytes_of(api, done[0]["media_id"]))) == 60 * FPS


def test_a_take_cancelled_as_the_service_stops_stays_cancelled(own_service: Service) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=600))[0])

    ok(api.post(f"/takes/{take['id']}/cancel"))
    own_service.stop()
    api = own_service.restart().api

    assert finished(api, take)["status"] == "cancelled"


def test_a_killed_service_goes_on_with_what_it_was_drawing(own_service: Service) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=60))[0])

    own_service.kill()
    api = own_service.restart().api

    before = get_take(api, take)["progress"]
    done = finished(api, take)
    assert before > 0  # progress is not forgotten
    assert (done["status"], done["progress"], done["attempt"]) == ("done", 1.0, 1)
