"""From the durations people write to frames. Pure, and exact: no time is a float."""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor, lcm

_RATE = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?", re.ASCII)
_HALF = Fraction(1, 2)

SAMPLE_RATE = 48_000
"""Samples a second of a film's sound track."""


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
    return max(1, frames_in(duration, fps))


def frames_in(seconds: float, fps: Fraction) -> int:
    """As `frames_of`, but none for less than half of one."""
    return nearest(Fraction(repr(seconds)) * fps)


def nearest(number: Fraction) -> int:
    """The nearest whole number; a half counts up."""
    return floor(number + _HALF)


def film_clock(fps: Fraction) -> int:
    """The ticks a second of a film's own clock, in which frames and sound samples are both whole.

    MP4 keeps it in 32 bits, of which FFmpeg uses 31.
    """
    return lcm(fps.numerator, SAMPLE_RATE)
