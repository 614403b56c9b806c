"""Where the cast stands. Pure: pictures are only known by their width for one of height."""

from collections.abc import Sequence
from dataclasses import dataclass

from .words import Framing


@dataclass(frozen=True)
class Standing:
    """A place for one of the cast in a picture of 1 x 1: `x` of the middle, `top` and `height`.

    `weight` is 1 for who has the word and less for the others.
    """

    member: int
    x: float
    top: float
    height: float
    weight: float


@dataclass(frozen=True)
class _Lens:
    part: float  # of a standing figure that is seen
    seen: float  # how much of the picture's height that part takes
    bottom: float  # where it ends


_LENSES: dict[Framing, _Lens] = {
    "wide": _Lens(part=1.0, seen=0.58, bottom=0.88),
    "medium": _Lens(part=0.62, seen=0.82, bottom=1.0),
    "close": _Lens(part=0.36, seen=0.92, bottom=1.0),
}
_MOST = {"wide": 6, "medium": 4, "close": 2}
_ROOM = 0.86  # of the picture's width that the cast may take
_LOWEST_HEAD = 0.36  # where people are cut off by the picture's edge
_CAPTIONS = 0.1  # of a tall picture's height
_BUST = 0.86  # a picture wider than this for its height is a bust, not a whole figure


def stand(
    shapes: Sequence[float], speakers: Sequence[int], framing: Framing, aspect: float, side: int
) -> list[Standing]:
    """Places for the cast, the furthest first, so that painting in order puts the speaker in front.

    `shapes` are the widths of their pictures for a height of 1, `speakers` who has lines (indexes
    of `shapes`), `aspect` the film's width for a height of 1, and `side` (0 or 1) which third one
    alone stands on. Of more than the framing holds, the speakers stay.
    """
    ranked = sorted(range(len(shapes)), key=lambda i: (i not in speakers, i))
    shown = sorted(ranked[: _MOST[framing]])
    lens = _LENSES[framing]
    places = _thirds(len(shown), framing, side)
    # A tall picture has height to spare; there the width decides how large people are.
    unit = min(1.0, aspect * 0.95) / (1 + 0.12 * max(0, len(shown) - 2))
    standings = [
        _one(i, shapes[i], x, lens, unit, aspect, len(shown), not speakers or i in speakers)
        for i, x in zip(shown, places, strict=True)
    ]
    return sorted(standings, key=lambda s: s.weight)


def _thirds(count: int, framing: Framing, side: int) -> list[float]:
    if count == 1:
        offset = {"wide": 0.14, "medium": 0.11, "close": 0.06}[framing]
        return [0.5 + offset * (1 if side else -1)]
    inner = {2: 0.31, 3: 0.22}.get(count, 0.15)
    return [inner + (1 - 2 * inner) * i / max(1, count - 1) for i in range(count)]


def _one(
    member: int,
    shape: float,
    x: float,
    lens: _Lens,
    unit: float,
    aspect: float,
    count: int,
    talks: bool,
) -> Standing:
    part = min(1.0, lens.part * 1.6) if shape > _BUST else lens.part
    height = lens.seen * unit / part
    widest = _ROOM * aspect / count * (1.25 if lens.part < 1 else 1) / part
    height = min(height, widest / shape) * (1 if talks else 0.95)
    # In a tall picture people would stand under the captions.
    bottom = lens.bottom - (_CAPTIONS if aspect < 1 else 0)
    top = max(0.09, bottom - height * part)
    if lens.part < 1:
        top = min(top, _LOWEST_HEAD)
    if shape > _BUST:
        top = 1.0 - height  # a bust has no feet: it rises from the picture's edge
    return Standing(member, x, top, height, 1.0 if talks else 0.8)
