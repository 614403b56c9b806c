"""Promises of tower_anime.cuts.encode."""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from tests.cuts.footage import (
    FPS,
    HEIGHT,
    LEVELS,
    WIDTH,
    cut,
    frames,
    grey,
    item,
    levels,
    loudness,
    packets,
    take,
)
from tower_anime.cuts.encode import assemble


def near(wanted: list[int]) -> object:
    return pytest.approx(wanted, abs=3)


def test_takes_that_fit_are_copied_byte_for_byte(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 24)
    two = take(tmp_path / "two.mp4", 10, first=5)

    assembled = cut(tmp_path / "film.mp4", item(one, 24), item(two, 10), item(one, 24))

    assert assembled == {
        "frames": 58,
        "copied": 3,
        "encoded": 0,
        "slates": 0,
        "unreadable": [],
        "sound": False,
    }
    assert packets(tmp_path / "film.mp4") == packets(one) + packets(two) + packets(one)
    assert levels(tmp_path / "film.mp4") == levels(one) + levels(two) + levels(one)


@pytest.mark.parametrize("lengths", [[1], [1, 1, 1], [2, 1, 3], [1, 24, 2, 2, 5]])
def test_takes_shorter_than_the_encoders_delay_join_up(tmp_path: Path, lengths: list[int]) -> None:
    takes = [take(tmp_path / f"{n}.mp4", length) for n, length in enumerate(lengths)]

    assembled = cut(
        tmp_path / "film.mp4", *(item(t, n) for t, n in zip(takes, lengths, strict=True))
    )

    assert assembled["copied"] == len(lengths)
    assert len(frames(tmp_path / "film.mp4")) == sum(lengths)


def test_a_film_at_a_fractional_rate_lasts_exactly_its_frames(tmp_path: Path) -> None:
    fps = Fraction(24_000, 1_001)
    one = take(tmp_path / "one.mp4", 7, fps=fps, sound=0.3)

    assembled = cut(
        tmp_path / "film.mp4", item(one, 7), item(one, 5), item(None, 6), fps="24000/1001"
    )

    assert (assembled["copied"], assembled["encoded"], assembled["slates"]) == (1, 1, 1)
    assert len(frames(tmp_path / "film.mp4", fps)) == 18
    length, _ = loudness(tmp_path / "film.mp4")
    assert abs(length - 18 / fps) <= Fraction(1, 48_000)


def test_a_long_take_is_trimmed_and_a_short_one_held(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 12)

    assembled = cut(tmp_path / "film.mp4", item(one, 8), item(one, 15))

    wanted = list(LEVELS[:8]) + list(LEVELS[:12]) + [LEVELS[11]] * 3
    assert assembled["encoded"] == 2
    assert levels(tmp_path / "film.mp4") == near(wanted)


def test_the_beginning_of_a_take_is_left_out_to_the_frame(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 12)

    assembled = cut(tmp_path / "film.mp4", item(one, 4, skip=5), item(one, 4, skip=10))

    assert assembled["encoded"] == 2
    wanted = [*LEVELS[5:9], LEVELS[10], *[LEVELS[11]] * 3]
    assert levels(tmp_path / "film.mp4") == near(wanted)


def test_sound_is_left_out_with_its_pictures(tmp_path: Path) -> None:
    short = take(tmp_path / "short.mp4", 48, sound=1.0)

    cut(tmp_path / "film.mp4", item(short, 24, skip=12))

    length, tenths = loudness(tmp_path / "film.mp4")
    assert length == 1
    assert min(tenths[1:4]) > 0.15
    assert max(tenths[6:9]) < 0.01


def test_another_rate_is_converted_frame_by_frame(tmp_path: Path) -> None:
    slow = take(tmp_path / "slow.mp4", 6, fps=Fraction(12))

    assembled = cut(tmp_path / "film.mp4", item(slow, 12))

    assert assembled["encoded"] == 1
    assert levels(tmp_path / "film.mp4") == near([LEVELS[n // 2] for n in range(12)])


@pytest.mark.parametrize(
    ("size", "bars", "inside"),
    [((72, 72), [(3, 36), (124, 36)], [(32, 36), (95, 36)]), ((256, 72), [(64, 3)], [(2, 36)])],
)
def test_another_shape_is_scaled_between_black_bars(
    tmp_path: Path,
    size: tuple[int, int],
    bars: list[tuple[int, int]],
    inside: list[tuple[int, int]],
) -> None:
    other = take(tmp_path / "other.mp4", 2, size=size)

    cut(tmp_path / "film.mp4", item(other, 2))

    for place in bars:
        assert levels(tmp_path / "film.mp4", place) == near([16, 16])
    for place in inside:
        assert levels(tmp_path / "film.mp4", place) == near(list(LEVELS[:2]))


def test_another_encoders_take_of_the_same_shape_is_not_copied(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "other.mp4"), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=24, options={"preset": "slow", "bf": "0"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(6):
            frame = grey((WIDTH, HEIGHT), LEVELS[number])
            frame.pts, frame.time_base = number, 1 / FPS
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))

    assembled = cut(tmp_path / "film.mp4", item(str(tmp_path / "other.mp4"), 6))

    assert assembled["encoded"] == 1
    assert levels(tmp_path / "film.mp4") == near(list(LEVELS[:6]))


def test_a_take_of_a_camera_on_its_side_is_set_upright_not_copied(tmp_path: Path) -> None:
    turned = take(tmp_path / "turned.mp4", 3, turned=90)

    assembled = cut(tmp_path / "film.mp4", item(turned, 3))

    assert (assembled["copied"], assembled["encoded"]) == (0, 1)
    assert levels(tmp_path / "film.mp4") == near(list(LEVELS[:3]))
    assert levels(tmp_path / "film.mp4", (3, HEIGHT // 2)) == near([16] * 3)


def test_a_picture_is_held(tmp_path: Path) -> None:
    Image.new("RGBA", (640, 360), (255, 255, 255, 255)).save(tmp_path / "key.png")

    assembled = cut(tmp_path / "film.mp4", item(str(tmp_path / "key.png"), 9))

    assert (assembled["encoded"], assembled["frames"]) == (1, 9)
    assert levels(tmp_path / "film.mp4") == near([235] * 9)


def test_a_missing_take_is_a_slate_and_the_film_is_whole(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 5)
    card = item(None, 7, {"title": "第3話", "text": "雨の屋上"})

    assembled = cut(tmp_path / "film.mp4", item(one, 5), card, item(one, 5))

    assert assembled == {
        "frames": 17,
        "copied": 2,
        "encoded": 0,
        "slates": 1,
        "unreadable": [],
        "sound": False,
    }
    shown = levels(tmp_path / "film.mp4")
    assert shown[:5] == shown[12:] == near(list(LEVELS[:5]))
    assert max(shown[5:12]) < 60


def test_takes_that_cannot_be_read_become_slates_and_are_named(tmp_path: Path) -> None:
    one = Path(take(tmp_path / "one.mp4", 24))
    (tmp_path / "cut.mp4").write_bytes(one.read_bytes()[:-300])
    (tmp_path / "text.mp4").write_text("not a film")
    tune = take(tmp_path / "tune.mp4", 1, sound=0.2)
    (tmp_path / "gone.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    names = ["cut.mp4", "one.mp4", "text.mp4", "absent.mp4", "gone.png"]

    assembled = cut(
        tmp_path / "film.mp4", *(item(str(tmp_path / name), 24) for name in names), item(tune, 1)
    )

    assert assembled["unreadable"] == [0, 2, 3, 4]
    assert (assembled["slates"], assembled["copied"]) == (4, 2)
    assert len(frames(tmp_path / "film.mp4")) == 5 * 24 + 1


def test_without_any_sound_there_is_no_track(tmp_path: Path) -> None:
    cut(tmp_path / "film.mp4", item(take(tmp_path / "one.mp4", 3), 3), item(None, 3))

    with av.open(str(tmp_path / "film.mp4"), format="mov") as film:
        assert [stream.type for stream in film.streams] == ["video"]


def test_sound_is_trimmed_filled_with_silence_and_exact(tmp_path: Path) -> None:
    short = take(tmp_path / "short.mp4", 24, sound=0.5)
    long = take(tmp_path / "long.mp4", 24, sound=2.0)
    mute = take(tmp_path / "mute.mp4", 24)

    cut(tmp_path / "film.mp4", item(mute, 24), item(short, 24), item(long, 24), item(None, 24))

    length, tenths = loudness(tmp_path / "film.mp4")
    assert length == 4
    assert max(tenths[:9]) < 0.01
    assert min(tenths[11:14]) > 0.15
    assert max(tenths[16:19]) < 0.01
    assert min(tenths[21:29]) > 0.15
    assert max(tenths[31:]) < 0.01


def test_sound_that_begins_late_stays_with_its_picture(tmp_path: Path) -> None:
    late = take(tmp_path / "late.mp4", 24, sound=0.5, late=0.5)

    cut(tmp_path / "film.mp4", item(None, 24), item(late, 24))

    _, tenths = loudness(tmp_path / "film.mp4")
    assert max(tenths[:14]) < 0.01
    assert min(tenths[16:19]) > 0.15


def test_the_same_takes_make_the_same_bytes(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 12, sound=0.5)
    digests = set()
    for name in ("a.mp4", "b.mp4"):
        cut(tmp_path / name, item(one, 12), item(one, 6), item(None, 4))
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())

    assert len(digests) == 1


def test_the_index_stands_in_front_and_nothing_else_is_left(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 3)

    cut(tmp_path / "film.mp4", item(one, 3), item(one, 2))

    data = (tmp_path / "film.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "one.mp4"]


def test_progress_only_goes_forward_and_ends_when_the_film_is_there(tmp_path: Path) -> None:
    one = take(tmp_path / "one.mp4", 24)
    (tmp_path / "cut.mp4").write_bytes(Path(one).read_bytes()[:-300])
    film = tmp_path / "film.mp4"
    told: list[tuple[int, int, bool]] = []
    sources = [one, str(tmp_path / "cut.mp4"), None]

    assemble(
        {
            "output": str(film),
            "width": WIDTH,
            "height": HEIGHT,
            "fps": "24/1",
            "items": [item(source, 48) for source in sources],
        },
        lambda done, of: told.append((done, of, film.exists())),
    )

    assert told == [*((n, 144, False) for n in (24, 48, 72, 96, 120)), (144, 144, True)]


@pytest.mark.parametrize("items", [[], [item(None, 0)]])
def test_a_cut_without_frames_is_refused(tmp_path: Path, items: list[object]) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        cut(tmp_path / "film.mp4", *items)  # type: ignore[arg-type]


def test_a_film_of_less_than_a_frame_a_second_is_made_all_the_same(tmp_path: Path) -> None:
    assembled = cut(tmp_path / "film.mp4", item(None, 2), fps="1/3")

    assert assembled["frames"] == len(frames(tmp_path / "film.mp4", Fraction(1, 3))) == 2
