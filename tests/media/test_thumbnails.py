"""Promises of tower_anime.media.thumbnails."""

from pathlib import Path

import pytest
from PIL import Image

from tests.media.specimens import film, picture
from tower_anime.media.probe import NotMedia
from tower_anime.media.thumbnails import thumbnail


def made(source: Path, width: int = 32, kind: str = "image") -> Image.Image:
    target = source.with_suffix(".thumb")
    thumbnail(str(source), str(target), width, kind)
    with Image.open(target) as image:
        image.load()
        assert image.format == "WEBP"
        return image


@pytest.mark.parametrize(
    ("mode", "name"),
    [("RGB", "p.png"), ("L", "p.png"), ("P", "p.gif"), ("RGB", "p.jpg"), ("CMYK", "p.jpg")],
)
def test_a_picture_keeps_its_proportions_and_looks(tmp_path: Path, mode: str, name: str) -> None:
    source = tmp_path / name
    picture((400, 300), mode).save(source)

    small = made(source, 200)

    assert small.size == (200, 150)
    wanted = picture((400, 300), mode).convert("RGB").resize((200, 150)).getpixel((150, 40))
    assert small.convert("RGB").getpixel((150, 40)) == pytest.approx(wanted, abs=12)


def test_sixteen_bits_of_grey_are_scaled_not_clipped(tmp_path: Path) -> None:
    picture((400, 300), "L").convert("I").point(lambda v: v * 257).convert("I;16").save(
        tmp_path / "p.png"
    )

    small = made(tmp_path / "p.png", 200).convert("L")

    wanted = picture((400, 300), "L").resize((200, 150)).getpixel((150, 40))
    assert small.getpixel((150, 40)) == pytest.approx(wanted, abs=12)


def test_a_small_picture_is_not_enlarged(tmp_path: Path) -> None:
    picture((20, 10)).save(tmp_path / "p.png")

    assert made(tmp_path / "p.png", 320).size == (20, 10)


def test_transparency_stays(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(tmp_path / "p.png")

    small = made(tmp_path / "p.png")

    assert small.mode == "RGBA"
    assert small.getchannel("A").getextrema() == (0, 0)


def test_a_photograph_stands_upright(tmp_path: Path) -> None:
    lying = Image.new("RGB", (80, 40), "blue")
    lying.paste("red", (0, 0, 40, 40))
    exif = lying.getexif()
    exif[0x0112] = 6  # to be turned clockwise: the left becomes the top
    lying.save(tmp_path / "p.jpg", exif=exif)

    upright = made(tmp_path / "p.jpg", 20).convert("RGB")

    assert upright.size == (20, 40)
    red, _, blue = (band.tobytes() for band in upright.split())
    assert red[20 * 5 + 10] > 150 > red[20 * 35 + 10]
    assert blue[20 * 5 + 10] < 150 < blue[20 * 35 + 10]
    assert not upright.getexif()


def test_a_poster_is_not_the_black_beginning(tmp_path: Path) -> None:
    path = film(tmp_path / "f.mp4", "mp4", "libx264", shades=[16] * 10 + [120] * 14)
    black = film(tmp_path / "b.mp4", "mp4", "libx264", shades=[16] * 24)

    poster = made(path, 32, "video").convert("L")

    assert poster.size == (32, 24)
    assert max(poster.tobytes()) > 100
    assert max(made(black, 32, "video").convert("L").tobytes()) < 10


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    source = film(tmp_path / "f.mp4", "mp4", "libx264")
    for name in ("a", "b"):
        thumbnail(str(source), str(tmp_path / name), 32, "video")

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_sound_and_broken_files_have_no_thumbnail(tmp_path: Path) -> None:
    sound = film(tmp_path / "s.wav", "wav", None, "pcm_s16le")
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))

    with pytest.raises(NotMedia, match="no picture"):
        thumbnail(str(sound), str(tmp_path / "t"), 32, "video")
    with pytest.raises(NotMedia, match="broken"):
        thumbnail(str(tmp_path / "p.png"), str(tmp_path / "t"), 32, "image")
