"""The camera's path over the painting, and the crop that shows it. Pure.

A filter crops and scales by whole pixels, even ones since yuv420p halves its colours: a slow zoom
would jitter. But a crop of `source` pixels scaled to `scaled` pixels, of which `skip` are thrown
away in front, begins at `origin + skip * source / scaled` of the painting: with a few pixels more
than the film needs there is always a pair whose edges lie within a few hundredths of a pixel.
That needs a ratio away from 1, so the painting is always somewhat larger than its picture.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi

from .words import Move

NEAREST, WIDEST = 1.10, 1.23
"""Pixels of the painting for one of the film, at the two ends of a zoom."""
_SPARE = 32  # pixels scaled beyond the film's size, to choose from
_EDGE = 40  # pixels of the painting around all that is seen: the spare ones come from there
_PAN = 0.16  # of the picture's side
_GOOD = 0.04  # of a pixel: nobody sees a smaller error
_STEADY = 1.13  # the ratio of a move without a zoom: its multiples fall everywhere between pixels


@dataclass(frozen=True)
class View:
    """What the camera sees: its centre (0 to 1 of the painting's sides) and its ratio."""

    x: float
    y: float
    ratio: float


@dataclass(frozen=True)
class Path:
    """The film's size, the painting's for it, and the views where the move begins and ends."""

    film_width: int
    film_height: int
    width: int
    height: int
    start: View
    end: View

    def home(self) -> tuple[float, float, float, float]:
        """The part of the painting to compose in, pixels: left, top, width and height.

        It is the picture half-way through the move, so that it is well framed for most of it.
        """
        ratio = (self.start.ratio * self.end.ratio) ** 0.5
        x, y = (self.start.x + self.end.x) / 2, (self.start.y + self.end.y) / 2
        wide, high = self.film_width * ratio, self.film_height * ratio
        return x * self.width - wide / 2, y * self.height - high / 2, wide, high


@dataclass(frozen=True)
class Span:
    """One side of a crop: scale `source` pixels from `origin` to `scaled`, then drop `skip`."""

    origin: int
    source: int
    scaled: int
    skip: int


def even(value: float) -> int:
    """The nearest even number, at least 2."""
    return max(2, 2 * round(value / 2))


def path(move: Move, width: int, height: int, focus: tuple[float, float] = (0.5, 0.42)) -> Path:
    """The path of a move for a film of width x height; a push goes towards `focus`."""
    wide, near = View(0.5, 0.5, WIDEST), View(*focus, NEAREST)
    along, across = (1 + _PAN) * _STEADY, _STEADY
    low, high = 0.5 / (1 + _PAN), 1 - 0.5 / (1 + _PAN)
    ends: dict[Move, tuple[float, float, View, View]] = {
        "push": (WIDEST, WIDEST, wide, near),
        "pull": (WIDEST, WIDEST, near, wide),
        "left": (along, across, View(high, 0.5, _STEADY), View(low, 0.5, _STEADY)),
        "right": (along, across, View(low, 0.5, _STEADY), View(high, 0.5, _STEADY)),
        "up": (across, along, View(0.5, high, _STEADY), View(0.5, low, _STEADY)),
        "down": (across, along, View(0.5, low, _STEADY), View(0.5, high, _STEADY)),
        "static": (across, across, View(0.5, 0.5, _STEADY), View(0.5, 0.5, _STEADY)),
    }
    x, y, start, end = ends[move]
    size = even(width * x) + 2 * _EDGE, even(height * y) + 2 * _EDGE
    return Path(width, height, *size, start, end)


def views(path: Path, frames: int) -> Iterator[View]:
    """One view a frame, easing in and out; a single frame shows where the move begins."""
    for frame in range(frames):
        t = (1 - cos(pi * frame / max(1, frames - 1))) / 2
        a, b = path.start, path.end
        # A zoom is even to the eye when its ratio changes by factors.
        ratio = a.ratio * (b.ratio / a.ratio) ** t
        yield View(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, ratio)


def origin_of(centre: float, ratio: float, side: int, painting: int) -> float:
    """Where, in pixels of the painting, the picture should begin along one side."""
    seen = painting - 2 * _EDGE
    return _EDGE + min(max(centre * seen - ratio * side / 2, 0.0), max(0.0, seen - ratio * side))


def span(centre: float, ratio: float, side: int, painting: int) -> Span:
    """The crop along one side whose edges lie nearest to the wanted ones.

    `centre` is 0 to 1 of `painting` pixels, `side` the film's (even) pixels. Every number of the
    answer is even, and the crop lies inside the painting.
    """
    left = origin_of(centre, ratio, side, painting)
    best, best_error = Span(0, painting, even(painting / ratio), 0), float("inf")
    for scaled in range(side, side + _SPARE + 1, 2):
        source = min(even(scaled * ratio), painting)
        step = source / scaled
        for skip in range(0, scaled - side + 1, 2):
            origin = min(max(2 * round((left - skip * step) / 2), 0), (painting - source) // 2 * 2)
            first = origin + skip * step - left
            error = max(abs(first), abs(first + (step - ratio) * side))
            if error < best_error:
                best, best_error = Span(origin, source, scaled, skip), error
        if best_error < _GOOD:
            break
    return best
