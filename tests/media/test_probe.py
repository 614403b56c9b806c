"""Promises of tower_anime.media.probe."""

import resource
import struct
import zlib
from pathlib import Path

import pytest

from tests.media.specimens import LIMITS, animation, film, picture, picture_bytes
from tower_anime.media.probe import NotMedia, TooLarge, probe

PICTURES = [
    ("PNG", "image/png"),
    ("JPEG", "image/jpeg"),
    ("WEBP", "image/webp"),
    ("GIF", "image/gif"),
    ("AVIF", "image/avif"),
]
FILMS = [
    ("mp4", "libx264", "aac", "video/mp4"),
    ("mov", "libx264", None, "video/quicktime"),
    ("webm", "libvpx-vp9", "libopus", "video/webm"),
    ("matroska", "libx264", "flac", "video/x-matroska"),
    ("wav", None, "pcm_s16le", "audio/wav"),
    ("flac", None, "flac", "audio/flac"),
    ("mp3", None, "libmp3lame", "audio/mpeg"),
    ("ogg", None, "libopus", "audio/ogg"),
    ("ipod", None, "aac", "audio/mp4"),
]


def write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(("kind", "mime"), PICTURES)
def test_a_picture_is_told_by_its_content_whatever_its_name(
    tmp_path: Path, kind: str, mime: str
) -> None:
    path = write(tmp_path / "picture.mp4", picture_bytes(kind))

    assert probe(path, LIMITS) == {
        "mime": mime,
        "kind": "image",
        "width": 64,
        "height": 48,
        "duration": None,
        "frames": 1,
        "fps": None,
        "has_audio": False,
    }


@pytest.mark.parametrize(("container", "video", "sound", "mime"), FILMS)
def test_a_film_or_sound_is_told_by_its_content_whatever_its_name(
    tmp_path: Path, container: str, video: str | None, sound: str | None, mime: str
) -> None:
    probed = probe(str(film(tmp_path / "film.png", container, video, sound)), LIMITS)

    assert (probed["mime"], probed["kind"]) == (mime, mime.split("/", maxsplit=1)[0])
    assert (probed["width"], probed["height"]) == ((64, 48) if video else (None, None))
    assert (probed["frames"], probed["fps"]) == ((24, "24/1") if video else (None, None))
    assert probed["has_audio"] is (sound is not None)
    assert probed["duration"] == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("kind", [kind for kind, _ in PICTURES])
@pytest.mark.parametrize("missing", [0.0001, 0.1, 0.5, 0.9])
def test_a_picture_without_its_end_is_refused(tmp_path: Path, kind: str, missing: float) -> None:
    data = picture_bytes(kind)
    path = write(tmp_path / "cut", data[: -max(1, int(len(data) * missing))])

    with pytest.raises(NotMedia):
        probe(path, LIMITS)


@pytest.mark.parametrize(("container", "video", "sound", "_mime"), FILMS)
@pytest.mark.parametrize("missing", [0.0001, 0.1, 0.5, 0.9])
def test_a_film_or_sound_without_its_end_is_refused(
    tmp_path: Path, container: str, video: str | None, sound: str | None, _mime: str, missing: float
) -> None:
    whole = film(tmp_path / "whole", container, video, sound).read_bytes()
    path = write(tmp_path / "cut", whole[: -max(1, int(len(whole) * missing))])

    with pytest.raises(NotMedia, match=r"cut off|neither"):
        probe(path, LIMITS)


def test_a_film_damaged_in_the_middle_is_refused(tmp_path: Path) -> None:
    whole = film(tmp_path / "film.mp4", "mp4", "libx264", shades=[20, 200] * 12)
    data = bytearray(whole.read_bytes())
    media = data.index(b"mdat") + 4
    for place in range(media + 900, media + 1100):
        data[place] ^= 0x5A

    with pytest.raises(NotMedia, match="broken"):
        probe(write(tmp_path / "damaged.mp4", bytes(data)), LIMITS)


def test_an_animation_is_an_image_with_frames_and_a_duration(tmp_path: Path) -> None:
    probed = probe(str(animation(tmp_path / "a.gif", frames=3, milliseconds=100)), LIMITS)

    assert (probed["kind"], probed["frames"]) == ("image", 3)
    assert probed["duration"] == pytest.approx(0.3)


def test_a_photograph_has_the_size_it_is_shown_in(tmp_path: Path) -> None:
    exif = picture().getexif()
    exif[0x0112] = 6  # turned by a quarter
    path = write(tmp_path / "p.jpg", picture_bytes("JPEG", exif=exif))

    probed = probe(path, LIMITS)

    assert (probed["width"], probed["height"]) == (48, 64)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"<?xml version='1.0'?>\n<svg/>", "an SVG drawing"),
        (b"<!DOCTYPE html><script>1</script>" * 9, "a web page"),
        (b"PK\x03\x04" + bytes(100), "a ZIP archive"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"#EXTM3U\nhttp://127.0.0.1:1/x.ts\n", "a playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "a text"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "a text"),
        (b"\0\0\0\x18ftypheic" + bytes(60), "a HEIF picture"),
        (bytes(200), "of an unknown format"),
    ],
)
def test_what_is_no_media_is_refused_by_its_name(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(NotMedia, match=what):
        probe(write(tmp_path / "film.mp4", content), LIMITS)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotMedia, match="empty"):
        probe(write(tmp_path / "film.mp4", b""), LIMITS)


def test_an_mp4_without_its_index_is_refused(tmp_path: Path) -> None:
    data = b"\0\0\0\x10ftypisom\0\0\0\0" + struct.pack(">I", 108) + b"mdat" + bytes(100)

    with pytest.raises(NotMedia):
        probe(write(tmp_path / "film.mp4", data), LIMITS)


def test_a_polyglot_is_its_first_half(tmp_path: Path) -> None:
    page = b"<!DOCTYPE html><script>alert(1)</script>"

    assert probe(write(tmp_path / "p", picture_bytes("PNG") + page), LIMITS)["mime"] == "image/png"


@pytest.mark.parametrize("side", [1_001, 50_000])
def test_a_bomb_is_refused_by_the_size_it_declares_before_it_is_decoded(
    tmp_path: Path, side: int
) -> None:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")
    path = write(tmp_path / "bomb.png", b"\x89PNG\r\n\x1a\n" + header + data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(TooLarge, match=r"more than 1,000,000 pixels"):
        probe(path, LIMITS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KB


def test_a_frame_has_a_bound_too(tmp_path: Path) -> None:
    path = str(film(tmp_path / "film.mp4", "mp4", "libx264"))

    with pytest.raises(TooLarge, match="3,072 pixels; at most 3,000 are accepted"):
        probe(path, {"pixels": 3_000, "duration": 10.0})


def test_a_film_that_claims_a_small_size_and_is_larger_is_refused(tmp_path: Path) -> None:
    data = film(tmp_path / "film.mp4", "mp4", "libx264", size=(320, 240)).read_bytes()
    declared = data.index(b"avc1", data.index(b"stsd")) + 28
    assert struct.unpack(">HH", data[declared : declared + 4]) == (320, 240)
    smaller = data[:declared] + struct.pack(">HH", 64, 48) + data[declared + 4 :]

    with pytest.raises((NotMedia, TooLarge)):
        probe(write(tmp_path / "liar.mp4", smaller), {"pixels": 10_000, "duration": 10.0})


def test_frames_and_seconds_have_bounds(tmp_path: Path) -> None:
    path = str(film(tmp_path / "film.mp4", "mp4", "libx264"))

    with pytest.raises(TooLarge, match="more than 23 frames"):
        probe(path, {"pixels": 10_000, "duration": 10.0, "frames": 23})
    with pytest.raises(TooLarge, match=r"longer than 0\.5 seconds"):
        probe(path, {"pixels": 10_000, "duration": 0.5})
    with pytest.raises(TooLarge, match="more than 2 frames"):
        probe(str(animation(tmp_path / "a.gif")), {"pixels": 10_000, "duration": 9, "frames": 2})


def test_a_codec_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotMedia, match="video is ffv1, which is not accepted"):
        probe(str(film(tmp_path / "film.mkv", "matroska", "ffv1")), LIMITS)
