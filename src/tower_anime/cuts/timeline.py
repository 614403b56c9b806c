"""From the durations people write to the frames of a film. Pure, and exact: no time is a float."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import accumulate
from math import floor
from typing import TypeVar

T = TypeVar("T")

_RATE = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?", re.ASCII)
_HALF = Fraction(1, 2)


def parse_fps(text: str) -> Fraction:
    """The frame rate that `24`, `24/1` or `24000/1001` names; ValueError for anything else."""
    found = _RATE.fullmatch(text)
    above, below = (int(found[1]), int(found[2] or 1)) if found else (0, 0)
    if not above or not below:
        raise ValueError(f"{text!r} is no frame rate; write it like 24/1 or 24000/1001.")
    return Fraction(above, below)


def frames_of(duration: float, fps: Fraction) -> int:
    """How many frames a shot of `duration` seconds has: the nearest number, and at least one.

    A half counts up. The duration is taken as it is written, so that 0.35 seconds at 30 frames a
    second are ten and a half frames, though no float is 0.35. Raises ValueError for infinity or
    NaN.
    """
    return max(1, nearest(Fraction(repr(duration)) * fps))


def nearest(number: Fraction) -> int:
    """The nearest whole number; a half counts up."""
    return floor(number + _HALF)


def starts(lengths: Iterable[int]) -> list[int]:
    """The first frame of each item and, last, the end: sums of frames, so nothing drifts."""
    return list(accumulate(lengths, initial=0))


def samples_at(frame: int, fps: Fraction, rate: int) -> int:
    """How many sound samples have passed when a frame begins, at `rate` samples a second.

    An item's sound is the difference of two such counts; all of them add up to the film's.
    """
    return nearest(frame * rate / fps)


def on_ticks(timed: Iterable[tuple[Fraction, T]], fps: Fraction, count: int) -> Iterator[T]:
    """Turn pictures with times into `count` pictures at a constant rate.

    Times are in seconds from the first picture on, in order. Each picture goes to the nearest
    tick; of several on one tick the last is shown, an empty tick repeats the picture before it, and
    the last picture is held to the end. What comes after the end is not even asked for. Yields
    nothing if there are no pictures.
    """
    held: list[T] = []
    shown = 0
    for time, picture in timed:
        due = min(nearest(time * fps), count)
        while held and shown < due:
            yield held[0]
            shown += 1
        if shown == count:
            return
        held = [picture]
    while held and shown < count:
        yield held[0]
        shown += 1
