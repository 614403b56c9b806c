"""Promises of uploading media, and of getting them back."""

import hashlib
import io
import itertools
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from tests.media.specimens import film, picture_bytes
from tests.support.factories import Json, ok, png
from tests.support.services import Service

_shades = itertools.count(1)


def new_picture() -> bytes:
    """A picture that no other test has uploaded."""
    return png(64, 48, f"#{next(_shades):06x}")


def send(api: httpx2.Client, data: bytes, name: str = "picture.png") -> httpx2.Response:
    return api.post("/media", files={"file": (name, data)})


def uploaded(api: httpx2.Client, data: bytes, name: str = "picture.png") -> Json:
    return ok(send(api, data, name))


def stored(service: Service) -> set[Path]:
    """Every file of the store, kept or on its way."""
    return {path for path in (service.data_dir / "media").rglob("*") if path.is_file()}


def bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        sealed = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + sealed

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


# --- uploading


def test_an_upload_is_told_of_and_kept_under_its_hash(service: Service) -> None:
    data = new_picture()
    sha256 = hashlib.sha256(data).hexdigest()

    medium = uploaded(service.api, data, "月夜の配達.png")

    told = {name: medium[name] for name in ("id", "mime", "kind", "bytes", "width", "height")}
    assert told == {
        "id": sha256,
        "mime": "image/png",
        "kind": "image",
        "bytes": len(data),
        "width": 64,
        "height": 48,
    }
    assert (medium["name"], medium["present"]) == ("月夜の配達.png", True)
    assert ok(service.api.get(f"/media/{sha256}")) == medium
    path = service.data_dir / "media" / sha256[:2] / sha256
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o444


def test_a_file_is_what_it_holds_whatever_it_is_called(api: httpx2.Client, tmp_path: Path) -> None:
    data = film(tmp_path / "film", "mp4", "libx264", "aac").read_bytes()

    medium = uploaded(api, data, "picture.png")

    assert (medium["mime"], medium["kind"], medium["has_audio"]) == ("video/mp4", "video", True)
    assert (medium["frames"], medium["fps"]) == (24, "24/1")
    assert api.get(f"/media/{medium['id']}/file").headers["Content-Type"] == "video/mp4"


def test_the_same_bytes_are_one_medium_under_its_first_name(service: Service) -> None:
    data = new_picture()
    first = uploaded(service.api, data, "first.png")
    before = stored(service)

    assert uploaded(service.api, data, "second.png") == first
    assert stored(service) == before


def test_the_same_bytes_at_the_same_moment_are_one_medium(service: Service) -> None:
    data = new_picture()
    before = stored(service)

    with ThreadPoolExecutor(8) as senders:
        media = list(senders.map(lambda _: uploaded(service.api, data), range(8)))

    assert all(medium == media[0] for medium in media)
    assert [path.name for path in stored(service) - before] == [media[0]["id"]]


def test_bytes_that_were_cleaned_away_can_be_uploaded_again(service: Service) -> None:
    data = new_picture()
    medium = uploaded(service.api, data)
    path = service.data_dir / "media" / medium["id"][:2] / medium["id"]
    path.unlink()

    gone = service.api.get(f"/media/{medium['id']}/file")

    assert gone.status_code == 404
    assert gone.json()["detail"] == "The medium is known, but its bytes were cleaned away"
    assert uploaded(service.api, data) == medium
    assert path.read_bytes() == data


REFUSED = [
    (picture_bytes("PNG")[:-20], 422, "cut off"),
    (picture_bytes("JPEG")[:-100], 422, "broken or cut off"),
    (b"", 422, "The file is empty."),
    (b"Minato turns to the window.\n" * 50, 422, "The file is a text."),
    (b"<!DOCTYPE html><script>alert(1)</script>", 422, "The file is a web page."),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "The file is an SVG drawing."),
    (b"#EXTM3U\n/etc/passwd\n", 422, "The file is a playlist."),
    (bytes(500), 422, "The file is of an unknown format."),
    (bomb(), 413, "more than 100,000,000 pixels"),
]


@pytest.mark.parametrize(("data", "status", "sentence"), REFUSED, ids=[s for _, _, s in REFUSED])
def test_what_is_no_medium_is_refused_in_a_sentence_and_leaves_nothing(
    service: Service, data: bytes, status: int, sentence: str
) -> None:
    before = stored(service)

    refused = send(service.api, data)

    assert refused.status_code == status
    assert sentence in refused.json()["detail"]
    assert stored(service) == before
    assert service.api.get(f"/media/{hashlib.sha256(data).hexdigest()}").status_code == 404


def test_a_film_that_is_cut_off_is_refused(service: Service, tmp_path: Path) -> None:
    data = film(tmp_path / "film", "mp4", "libx264").read_bytes()
    before = stored(service)

    refused = send(service.api, data[:-200], "film.mp4")

    assert refused.status_code == 422
    assert "cut off" in refused.json()["detail"]
    assert stored(service) == before


# --- getting back


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=20-", 20, None), ("bytes=-7", -7, None), ("bytes=5-5", 5, 6)],
)
def test_a_range_is_part_of_the_bytes(
    api: httpx2.Client, asked: str, start: int, end: int | None
) -> None:
    data = picture_bytes("PNG")
    medium = uploaded(api, data)

    part = api.get(f"/media/{medium['id']}/file", headers={"Range": asked})

    first, last = range(len(data))[start:end][0], range(len(data))[start:end][-1]
    assert part.status_code == 206
    assert part.content == data[start:end]
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(data)}"


def test_a_range_beyond_the_end_is_refused_with_the_length(api: httpx2.Client) -> None:
    data = picture_bytes("PNG")
    medium = uploaded(api, data)

    refused = api.get(f"/media/{medium['id']}/file", headers={"Range": f"bytes={len(data)}-"})

    assert refused.status_code == 416
    assert refused.headers["Content-Range"] == f"bytes */{len(data)}"


def test_a_range_of_another_medium_is_answered_whole(api: httpx2.Client) -> None:
    data = picture_bytes("PNG")
    medium = uploaded(api, data)
    headers = {"Range": "bytes=0-9", "If-Range": f'"{medium["id"]}"'}

    same = api.get(f"/media/{medium['id']}/file", headers=headers)
    other = api.get(f"/media/{medium['id']}/file", headers={**headers, "If-Range": '"other"'})

    assert (same.status_code, same.content) == (206, data[:10])
    assert (other.status_code, other.content) == (200, data)


@pytest.mark.parametrize("what", ["file", "thumbnail"])
def test_who_has_a_file_already_is_told_so(api: httpx2.Client, what: str) -> None:
    address = f"/media/{uploaded(api, picture_bytes('PNG'))['id']}/{what}"
    first = api.get(address)

    known = api.get(address, headers={"If-None-Match": first.headers["ETag"]})
    other = api.get(address, headers={"If-None-Match": '"other"'})

    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.content) == (200, first.content)


def test_a_head_request_tells_what_a_file_is_without_its_bytes(api: httpx2.Client) -> None:
    data = picture_bytes("PNG")
    address = f"/media/{uploaded(api, data)['id']}/file"

    head, whole = api.head(address), api.get(address)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control", "Accept-Ranges"):
        assert head.headers[name] == whole.headers[name]
    assert head.headers["Content-Length"] == str(len(data))


@pytest.mark.parametrize("name", ["0" * 64, "..%2F..%2Fanime.db", "incoming", "%00", "é"])
def test_a_medium_that_is_not_there_is_not_found(api: httpx2.Client, name: str) -> None:
    for address in (f"/media/{name}", f"/media/{name}/file", f"/media/{name}/thumbnail"):
        assert api.get(address).status_code in {404, 422}


# --- small pictures


def test_a_thumbnail_is_a_small_picture(api: httpx2.Client) -> None:
    medium = uploaded(api, picture_bytes("PNG"))
    address = f"/media/{medium['id']}/thumbnail"

    small, again = (api.get(address, params={"width": 32}) for _ in range(2))

    with Image.open(io.BytesIO(small.content)) as image:
        assert (image.format, image.size) == ("WEBP", (32, 24))
    assert small.headers["Content-Type"] == "image/webp"
    assert again.content == small.content


def test_a_films_thumbnail_is_its_poster(api: httpx2.Client, tmp_path: Path) -> None:
    data = film(tmp_path / "f", "mp4", "libx264", shades=[16] * 10 + [120] * 14).read_bytes()
    medium = uploaded(api, data)

    poster = api.get(f"/media/{medium['id']}/thumbnail", params={"width": 32})

    with Image.open(io.BytesIO(poster.content)) as image:
        assert image.size == (32, 24)
        assert image.convert("L").getextrema()[1] > 100  # not the black of its beginning


def test_a_sound_has_no_thumbnail_and_widths_have_bounds(
    api: httpx2.Client, tmp_path: Path
) -> None:
    sound = uploaded(api, film(tmp_path / "s", "wav", None, "pcm_s16le").read_bytes())
    picture = uploaded(api, picture_bytes("PNG"))

    def status(medium: Json, width: int) -> int:
        return api.get(f"/media/{medium['id']}/thumbnail", params={"width": width}).status_code

    assert status(sound, 320) == 404
    assert [status(picture, width) for width in (15, 16, 2048, 2049)] == [422, 200, 200, 422]
