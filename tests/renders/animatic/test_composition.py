"""Where the cast stands."""

from itertools import pairwise

import pytest

from tower_anime.renders.animatic.composition import stand
from tower_anime.renders.animatic.words import Framing

FIGURE = 0.5


@pytest.mark.parametrize("framing", ["wide", "medium", "close"])
@pytest.mark.parametrize("aspect", [16 / 9, 1.0, 9 / 16])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 9])
def test_heads_are_in_the_picture_and_apart(framing: Framing, aspect: float, count: int) -> None:
    places = sorted(stand([FIGURE] * count, [], framing, aspect, 0), key=lambda s: s.x)
    assert (count > 0) == bool(places)
    assert all(0.1 < s.x < 0.9 and 0.05 < s.top < 0.68 for s in places)
    assert all(b.x - a.x > 0.1 for a, b in pairwise(places))


def test_one_alone_stands_aside_as_the_side_says() -> None:
    (left,), (right,) = (stand([FIGURE], [], "medium", 16 / 9, side) for side in (0, 1))
    assert left.x < 0.5 < right.x


def test_the_closer_the_framing_the_larger_the_figure() -> None:
    heights = [stand([FIGURE], [], f, 16 / 9, 0)[0].height for f in ("wide", "medium", "close")]
    assert heights == sorted(heights)
    assert heights[0] < 0.7
    assert heights[2] > 2


def test_who_speaks_stands_in_front_and_stays_when_there_is_no_room() -> None:
    assert stand([FIGURE] * 3, [1], "medium", 16 / 9, 0)[-1].member == 1
    assert 8 in {s.member for s in stand([FIGURE] * 9, [8], "close", 16 / 9, 0)}


def test_a_bust_rises_from_the_pictures_edge() -> None:
    (bust,) = stand([1.0], [], "medium", 16 / 9, 0)
    assert bust.top + bust.height == pytest.approx(1.0)
