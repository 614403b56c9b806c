"""The camera moves by fractions of a pixel, on paper and in the pictures."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.renders.animatic.animatic_jobs import make_job
from tower_anime.renders.animatic.camera import Path as Track
from tower_anime.renders.animatic.camera import origin_of, path, span, views
from tower_anime.renders.animatic.lens import frames
from tower_anime.renders.animatic.painting import paint
from tower_anime.renders.animatic.words import Move

EVEN = st.integers(8, 2048).map(lambda half: half * 2)
MOVES = st.sampled_from(get_args(Move))


@given(MOVES, EVEN, EVEN, st.floats(0, 1))
def test_a_crop_is_even_inside_the_painting_and_fills_the_film(
    move: Move, width: int, height: int, t: float
) -> None:
    track = path(move, width, height)
    view = list(views(track, 5))[round(t * 4)]
    for centre, side, painting in ((view.x, width, track.width), (view.y, height, track.height)):
        crop = span(centre, view.ratio, side, painting)
        assert not any(v % 2 for v in (crop.origin, crop.source, crop.scaled, crop.skip))
        assert 0 <= crop.origin <= painting - crop.source
        assert crop.skip + side <= crop.scaled


@pytest.mark.parametrize("move", get_args(Move))
def test_a_crop_lies_within_a_fraction_of_a_pixel_of_what_is_wanted(move: Move) -> None:
    track = path(move, 1280, 720)
    errors = []
    for view in views(track, 96):
        for centre, side, painting in ((view.x, 1280, track.width), (view.y, 720, track.height)):
            crop = span(centre, view.ratio, side, painting)
            step = crop.source / crop.scaled
            first = crop.origin + crop.skip * step - origin_of(centre, view.ratio, side, painting)
            errors += [abs(first), abs(first + (step - view.ratio) * side)]
    assert max(errors) < 0.3
    assert sum(errors) / len(errors) < 0.1


def test_a_move_eases_and_a_single_frame_is_its_beginning() -> None:
    track = path("right", 640, 360)
    xs = [view.x for view in views(track, 50)]
    steps = [b - a for a, b in pairwise(xs)]
    assert xs[0] == track.start.x
    assert abs(xs[-1] - track.end.x) < 1e-9
    assert steps[0] < steps[24] / 5 > steps[-1]
    assert [view.x for view in views(track, 1)] == [track.start.x]


def edges(move: str, tmp_path: Path) -> list[float]:
    """Where, in pixels, a black and white border stands in each frame of a film."""
    painting = paint(make_job(tmp_path / "a.mp4", width=320, height=180, camera=move, frames=72))
    picture = painting.picture
    picture.paste((0, 0, 0), (0, 0, *picture.size))
    picture.paste((255, 255, 255), (picture.width * 5 // 8, 0, *picture.size))
    found = []
    for frame in frames(painting, Fraction(24)):
        plane = frame.planes[0]
        row = bytes(plane)[plane.line_size * 90 :][:320]
        found.append(320 - sum(value - 16 for value in row) / 219)
    return found


@pytest.mark.parametrize("move", ["pan left", "pan right", "push in", "pull back"])
def test_a_slow_move_does_not_jitter(tmp_path: Path, move: str) -> None:
    painting = paint(make_job(tmp_path / "a.mp4", width=320, height=180, camera=move, frames=72))
    seen = edges(move, tmp_path)
    wanted = [_expected(painting.path, view.x, view.ratio) for view in views(painting.path, 72)]
    drift = [a - b for a, b in zip(seen, wanted, strict=True)]
    assert max(drift) - min(drift) < 0.3


def _expected(track: Track, x: float, ratio: float) -> float:
    left = origin_of(x, ratio, track.film_width, track.width)
    return (track.width * 5 // 8 - left) / ratio
