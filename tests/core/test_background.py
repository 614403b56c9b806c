"""Promises of work in the background: when it is done, when it is done again, and how it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.support.services import PATIENCE, until
from tower_anime.core.background import LONGEST, Background, Pause, Turn
from tower_anime.core.errors import Unavailable

FOR_LONG = 10 * PATIENCE
UNTIL_WOKEN = Pause()
AT_ONCE = Pause(0)

Labour = Callable[[Background], Pause]


class Work:
    """Does its turns one after another, then nothing; knows how often it was done."""

    def __init__(self, *turns: Labour, failed: Pause = AT_ONCE) -> None:
        self._turns = list(turns)
        self.times = 0
        self.background = Background("the work", self._do, failed)

    def _do(self) -> Pause:
        self.times += 1
        return self._turns.pop(0)(self.background) if self._turns else UNTIL_WOKEN

    def is_done(self, times: int) -> None:
        until(lambda: self.times == times, f"that the work is done {times} times")


@contextmanager
def begun(work: Work) -> Iterator[Background]:
    """Its life, which ends however the test does."""
    work.background.start()
    try:
        yield work.background
    finally:
        work.background.stop()


def goes_on() -> bool:
    """Whether the work's thread is there."""
    return any(thread.name == "the work" for thread in threading.enumerate())


def then(pause: Pause) -> Labour:
    """A turn after which there is this pause."""
    return lambda _: pause


def until_it_stops(background: Background) -> Pause:
    """A turn that takes until the background is to end, and is woken meanwhile."""
    background.wake()
    assert background.stopping.wait(PATIENCE)
    return AT_ONCE


def test_it_works_at_the_start_and_whenever_it_is_woken() -> None:
    with begun(work := Work()) as background:
        work.is_done(1)
        background.wake()
        work.is_done(2)
        background.wake()
        work.is_done(3)


def test_what_wakes_it_while_it_works_is_not_forgotten() -> None:
    def woken_meanwhile(background: Background) -> Pause:
        background.wake()
        return Pause(FOR_LONG)

    with begun(work := Work(woken_meanwhile)):
        work.is_done(2)


def test_it_works_again_after_a_while_where_the_work_asks_for_it() -> None:
    with begun(work := Work(then(AT_ONCE), then(Pause(0.001)))):
        work.is_done(3)


def test_what_comes_together_is_done_together() -> None:
    with begun(work := Work(then(Pause(settle=FOR_LONG)))) as background:
        work.is_done(1)
        for _ in range(3):
            background.wake()
        background.finish()

    assert work.times == 2


def test_it_settles_for_longer_after_work_that_took_long_but_not_for_hours() -> None:
    a_tenth = Pause(at_most=60, settle=0.5, share=0.1)

    assert a_tenth.after(0.01) == a_tenth
    assert a_tenth.after(2).settle == pytest.approx(18)
    assert a_tenth.after(2).at_most == 60
    assert a_tenth.after(900).settle == LONGEST
    assert Pause(settle=0.5).after(2).settle == 0.5


def test_work_that_takes_long_rests_so_that_it_takes_its_share() -> None:
    time = 100.0
    rests = []

    def wait(seconds: float) -> None:
        nonlocal time
        rests.append(seconds)
        time += seconds

    turn = Turn(wait, lambda: time)
    for seconds in (0.004, 0.004, 0.004, 0.030, 0.001):
        time += seconds
        turn.rest(0.25)

    assert rests == pytest.approx([0.036, 0.090])
    assert turn.worked() == pytest.approx(0.043)


def test_work_rests_in_its_turn_until_it_is_to_stop() -> None:
    def labour(background: Background) -> Pause:
        while not background.stopping.is_set():
            background.rest(0.001 / FOR_LONG)
        return UNTIL_WOKEN

    with begun(work := Work(labour)) as background:
        work.is_done(1)
        background.stop()
        background.rest(0.001 / FOR_LONG)  # nobody's turn: it is not waited

    assert work.times == 1


@pytest.mark.parametrize(
    ("error", "told", "traced"),
    [
        (Unavailable("The database is away."), ": The database is away.", False),
        (ZeroDivisionError(), "", True),
    ],
)
def test_work_that_fails_is_logged_and_done_again(
    error: Exception, told: str, *, traced: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Background) -> Pause:
        raise error

    with begun(work := Work(fail, fail)):
        work.is_done(3)

    assert caplog.messages == [f"the work failed, and is tried again{told}"] * 2
    assert all(bool(record.exc_info) is traced for record in caplog.records)


def test_after_a_failure_comes_the_pause_that_is_meant_for_it() -> None:
    def fail(_: Background) -> Pause:
        raise ZeroDivisionError

    with begun(work := Work(fail, failed=Pause(settle=FOR_LONG))) as background:
        work.is_done(1)
        background.wake()
        background.stop()

    assert work.times == 1


def test_a_stop_waits_for_what_is_under_way_and_begins_nothing() -> None:
    with begun(work := Work(until_it_stops)) as background:
        work.is_done(1)
        background.stop()

    assert work.times == 1


@pytest.mark.parametrize("pause", [UNTIL_WOKEN, Pause(FOR_LONG), Pause(0, settle=FOR_LONG)])
def test_a_stop_cuts_a_pause_short(pause: Pause) -> None:
    with begun(work := Work(then(pause))) as background:
        work.is_done(1)
        background.stop()

    assert work.times == 1


def test_a_stop_just_before_a_turn_is_not_forgotten_in_it() -> None:
    work = Work()

    class StoppedOnceSeen(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            was_set = super().wait(timeout)
            self.set()
            work.background.wake()
            return was_set

    work.background.stopping = StoppedOnceSeen()
    with begun(work):
        until(lambda: not goes_on(), "the end")

    assert work.times == 1


def test_what_came_while_it_worked_is_done_before_it_finishes() -> None:
    with begun(work := Work(until_it_stops)) as background:
        work.is_done(1)
        background.finish()

    assert work.times == 2
