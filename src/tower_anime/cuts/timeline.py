"""From the durations people write to the frames of a film. Pure, and exact: no time is a float."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import accumulate
from typing import TypeVar

from tower_anime.media.frames import nearest

T = TypeVar("T")


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
