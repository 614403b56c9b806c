"""Promises of the pause: it grows, is told of once, and ends with the first success."""

import pytest

from tower_anime.renders.pause import FIRST_SECONDS, MOST_SECONDS, Pause


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_pause_is_twice_as_long_up_to_a_bound() -> None:
    clock = Clock()
    pause = Pause(clock)
    lengths = []
    for _ in range(12):
        pause.begin("the disk is full")
        lengths.append(pause.left())
        clock.now += pause.left()

    assert lengths[:3] == [FIRST_SECONDS, 2 * FIRST_SECONDS, 4 * FIRST_SECONDS]
    assert lengths[-1] == MOST_SECONDS
    assert pause.left() == 0


def test_troubles_that_come_together_are_one() -> None:
    pause = Pause(Clock())
    for _ in range(8):
        pause.begin("the disk is full")
    assert pause.left() == FIRST_SECONDS


def test_a_success_ends_the_pause_and_the_next_one_is_short_again() -> None:
    clock = Clock()
    pause = Pause(clock)
    for _ in range(3):
        pause.begin("the disk is full")
        clock.now += pause.left()
    pause.end()
    pause.begin("the disk is full")
    assert pause.left() == FIRST_SECONDS


def test_a_pause_is_told_of_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    pause = Pause(clock)
    for _ in range(3):
        pause.begin("the disk is full")
        clock.now += pause.left()
    for _ in range(3):
        pause.end()
    assert [line.message for line in caplog.records] == [
        "the queue pauses, and will try again by itself: the disk is full",
        "the queue goes on",
    ]
