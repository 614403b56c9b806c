"""Promises of tower_anime.cuts.timeline."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.cuts.timeline import on_ticks, samples_at, starts
from tower_anime.media.frames import frames_of, parse_fps

RATES = st.sampled_from(["24/1", "24000/1001", "30000/1001", "25/1", "12/1", "60/1"]).map(parse_fps)
DURATIONS = st.floats(min_value=0, max_value=36_000)
LENGTHS = st.lists(st.integers(min_value=1, max_value=5_000), max_size=200)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("24", 24), ("24/1", 24), ("24000/1001", Fraction(24_000, 1_001)), ("50/2", 25)],
)
def test_a_frame_rate_is_a_fraction(text: str, rate: Fraction) -> None:
    assert parse_fps(text) == rate


@pytest.mark.parametrize("text", ["", "0", "24/0", "-24", "23.976", "24/1/1", " 24", "1e3", "２４"])
def test_anything_else_is_no_frame_rate(text: str) -> None:
    with pytest.raises(ValueError, match="no frame rate"):
        parse_fps(text)


@pytest.mark.parametrize(
    ("duration", "fps", "frames"),
    [
        (4, "24/1", 96),
        (4.0, "24000/1001", 96),
        (0, "24/1", 1),
        (0.001, "24/1", 1),
        (0.0625, "24/1", 2),  # one and a half
        (0.35, "30/1", 11),  # ten and a half, though the float is a little less
        (0.1, "24/1", 2),
    ],
)
def test_a_duration_is_the_nearest_number_of_frames(duration: float, fps: str, frames: int) -> None:
    assert frames_of(duration, parse_fps(fps)) == frames


@pytest.mark.parametrize("duration", [float("inf"), float("nan")])
def test_a_duration_without_end_has_no_frames(duration: float) -> None:
    with pytest.raises(ValueError, match="Fraction"):
        frames_of(duration, Fraction(24))


@given(DURATIONS, RATES)
def test_a_shot_is_never_half_a_frame_off(duration: float, fps: Fraction) -> None:
    frames = frames_of(duration, fps)

    assert frames == 1 or abs(frames - Fraction(repr(duration)) * fps) <= Fraction(1, 2)


@given(DURATIONS, DURATIONS, RATES)
def test_a_longer_shot_has_no_fewer_frames(one: float, other: float, fps: Fraction) -> None:
    assert frames_of(min(one, other), fps) <= frames_of(max(one, other), fps)


@given(LENGTHS)
def test_items_follow_without_gap_or_drift(lengths: list[int]) -> None:
    begins = starts(lengths)

    assert begins[0] == 0
    assert begins[-1] == sum(lengths)
    assert [end - begin for begin, end in pairwise(begins)] == lengths


@given(LENGTHS, RATES)
def test_sound_is_never_half_a_sample_off(lengths: list[int], fps: Fraction) -> None:
    for begin in starts(lengths):
        assert abs(samples_at(begin, fps, 48_000) - begin / fps * 48_000) <= Fraction(1, 2)


def test_pictures_at_the_films_rate_are_shown_one_a_tick() -> None:
    fps = parse_fps("24000/1001")
    timed = [(number / fps, number) for number in range(10)]

    assert list(on_ticks(timed, fps, 10)) == list(range(10))


def test_a_faster_source_loses_and_a_slower_one_repeats_pictures() -> None:
    fast = [(Fraction(number, 48), number) for number in range(8)]
    slow = [(Fraction(number, 12), number) for number in range(3)]

    assert list(on_ticks(fast, Fraction(24), 4)) == [0, 2, 4, 6]
    assert list(on_ticks(slow, Fraction(24), 6)) == [0, 0, 1, 1, 2, 2]


def test_what_comes_after_the_end_is_not_asked_for() -> None:
    def pictures() -> object:
        yield from ((Fraction(number, 24), number) for number in range(3))
        raise AssertionError("asked for more")

    assert list(on_ticks(pictures(), Fraction(24), 2)) == [0, 1]  # type: ignore[arg-type]


def test_no_pictures_are_no_film() -> None:
    assert list(on_ticks([], Fraction(24), 5)) == []


@given(
    st.lists(st.fractions(min_value=0, max_value=20), min_size=1, max_size=60).map(sorted),
    RATES,
    st.integers(min_value=1, max_value=500),
)
def test_there_are_always_as_many_pictures_as_wanted_and_in_order(
    times: list[Fraction], fps: Fraction, count: int
) -> None:
    zero = times[0]
    shown = list(on_ticks([(time - zero, time - zero) for time in times], fps, count))

    assert len(shown) == count
    assert shown == sorted(shown)
    assert all(time * fps <= tick + Fraction(1, 2) for tick, time in enumerate(shown))
