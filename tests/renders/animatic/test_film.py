"""Promises of a drawn animatic, kept by the file itself."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import get_args

import av
import pytest
from PIL import Image

from tests.renders.animatic.animatic_jobs import make_job, make_picture
from tower_anime.renders.animatic.film import draw
from tower_anime.renders.animatic.job import CastMember, DialogueLine, Job
from tower_anime.renders.animatic.words import Place


def ignore(done: int, of: int) -> None:
    """Progress that nobody follows."""


def drawn(job: Job) -> list[Image.Image]:
    draw(job, ignore)
    with av.open(job["output"]) as film:
        # PyAV gives this method no types.
        return [frame.to_image() for frame in film.decode(video=0)]  # type: ignore[no-untyped-call]


def test_a_film_has_its_size_rate_length_and_colours(tmp_path: Path) -> None:
    job = make_job(tmp_path / "a.mp4", fps="24000/1001", frames=7)
    draw(job, ignore)
    with av.open(job["output"]) as film:
        stream = film.streams.video[0]
        frames = list(film.decode(video=0))
        assert stream.codec_context.name == "h264"
        assert stream.average_rate == Fraction(24000, 1001)
    assert [(f.width, f.height, f.format.name) for f in frames] == [(160, 96, "yuv420p")] * 7
    assert {(f.colorspace, f.color_range, f.color_primaries) for f in frames} == {(1, 1, 1)}


def test_a_film_streams_because_its_index_stands_in_front(tmp_path: Path) -> None:
    job = make_job(tmp_path / "a.mp4")
    draw(job, ignore)
    content = Path(job["output"]).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def draw_rain(path: str) -> None:
    """A film with all that a film can have; the character's picture is made beside it."""
    words = "Rain in the bamboo at dusk, a temple far away."
    dialogue = [DialogueLine(speaker="翁", line="おお。"), DialogueLine(speaker="", line="Oh.")]
    file = Path(path)
    cast = [CastMember(name="翁", image=make_picture(file.with_suffix(".png")))]
    draw(make_job(file, description=words, dialogue=dialogue, cast=cast, frames=30), ignore)


def test_the_same_job_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("first.mp4", "second.mp4")]
    for file in files:
        draw_rain(str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc fills memory when asked")
def test_what_was_in_memory_before_does_not_show_in_a_film(tmp_path: Path) -> None:
    files = [tmp_path / f"{filling}.mp4" for filling in (1, 85, 170)]
    for file in files:
        # All of it is from the heap, and filled before it is given out.
        memory = {"MALLOC_PERTURB_": file.stem, "MALLOC_MMAP_THRESHOLD_": str(2**30)}
        command = f"from {__name__} import draw_rain; draw_rain({str(file)!r})"
        subprocess.run([sys.executable, "-c", command], env={**os.environ, **memory}, check=True)
    first, *others = (file.read_bytes() for file in files)
    assert others == [first, first]


def test_the_seed_and_the_words_vary_the_picture(tmp_path: Path) -> None:
    jobs = [
        make_job(tmp_path / f"{seed}{words}.mp4", description=words, seed=seed, frames=1)
        for seed, words in ((1, "sea"), (2, "sea"), (1, "forest"))
    ]
    assert len({drawn(job)[0].tobytes() for job in jobs}) == 3


def test_films_of_one_size_and_rate_share_their_parameter_sets(tmp_path: Path) -> None:
    jobs = [
        make_job(tmp_path / "1.mp4", frames=1),
        make_job(tmp_path / "2.mp4", frames=60, description="snowy", camera="pan left"),
        make_job(tmp_path / "3.mp4", dialogue=[DialogueLine(speaker="A", line="b" * 500)]),
    ]
    extradata = set()
    for job in jobs:
        draw(job, ignore)
        with av.open(job["output"]) as film:
            extradata.add(film.streams.video[0].codec_context.extradata)
    assert len(extradata) == 1


@pytest.mark.parametrize(
    ("size", "encoded"),
    [((16, 16), (16, 16)), ((161, 97), (160, 96)), ((90, 160), (90, 160)), ((17, 500), (16, 500))],
)
def test_every_size_draws_and_an_odd_one_loses_a_row(
    tmp_path: Path, size: tuple[int, int], encoded: tuple[int, int]
) -> None:
    cast = [CastMember(name="Kaguya", image=None), CastMember(name="翁", image=None)]
    line = DialogueLine(speaker="Kaguya", line="Wait for me.")
    job = make_job(
        tmp_path / "a.mp4", width=size[0], height=size[1], cast=cast, dialogue=[line], frames=2
    )
    assert [frame.size for frame in drawn(job)] == [encoded] * 2


@pytest.mark.parametrize("place", get_args(Place))
@pytest.mark.parametrize("hour", ["night", "noon"])
def test_every_place_draws(tmp_path: Path, place: str, hour: str) -> None:
    words = f"{place}, {hour}, snow" if place == "city" else f"{place}, {hour}"
    assert len(drawn(make_job(tmp_path / "a.mp4", description=words, frames=1))) == 1


@pytest.mark.parametrize(
    "text", ["🎬👩‍👧 ok", "\ud800 lone", "a\x00b\u202e", "長" * 5000, "w" * 5000, " "]
)
def test_no_text_breaks_the_drawing(tmp_path: Path, text: str) -> None:
    job = make_job(
        tmp_path / "a.mp4",
        width=320,
        height=180,
        description=text,
        cast=[CastMember(name=text, image=None)],
        dialogue=[DialogueLine(speaker=text, line=text)],
        camera=text,
        style=text,
        language=text[:10],
    )
    assert len(drawn(job)) == 4


@pytest.mark.parametrize(
    ("suffix", "mode"), [("png", "RGBA"), ("webp", "RGBA"), ("jpg", "RGB"), ("png", "P")]
)
def test_a_character_stands_in_the_picture(tmp_path: Path, suffix: str, mode: str) -> None:
    image = make_picture(tmp_path / f"a.{suffix}", mode)
    cast = [CastMember(name="Kaguya", image=image)]
    with_her = drawn(make_job(tmp_path / "a.mp4", cast=cast, frames=1))[0]
    alone = drawn(make_job(tmp_path / "b.mp4", frames=1))[0]
    red = [
        sum(r > 150 and g < 90 for r, g, _ in zip(*[iter(f.tobytes())] * 3, strict=True))
        for f in (with_her, alone)
    ]
    assert red[0] > 500 > red[1]


def test_captions_lie_still_while_the_camera_moves(tmp_path: Path) -> None:
    line = DialogueLine(speaker="", line="Still")
    job = make_job(
        tmp_path / "a.mp4", width=320, height=180, camera="pan left", dialogue=[line], frames=24
    )
    bright = [0] * 201 + [255] * 55
    first, *_, last = [frame.convert("L").point(bright) for frame in drawn(job)]
    caption = (100, 140, 220, 180)
    assert first.crop(caption).getbbox() == last.crop(caption).getbbox() is not None


def test_progress_comes_seldom_and_ends_with_all_frames(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    draw(make_job(tmp_path / "a.mp4", frames=40), lambda done, of: heard.append((done, of)))
    assert heard[-1] == (40, 40)
    assert heard == sorted(set(heard))


def test_a_picture_that_cannot_be_read_is_told_with_its_characters_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"not a picture")
    cast = [CastMember(name="Kaguya", image=str(tmp_path / "a.png"))]
    with pytest.raises(ValueError, match=r"^The picture of Kaguya cannot be read\.$"):
        draw(make_job(tmp_path / "a.mp4", cast=cast), ignore)


def test_who_listens_to_progress_may_stop_the_drawing(tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        draw(make_job(tmp_path / "a.mp4", width=640, height=360, frames=200), stop)
