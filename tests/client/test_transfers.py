"""Files that go up and come down."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from tests.client.scripted import Answer, answering
from tests.support.factories import png
from tower_anime.client import NotFound, Tower, Unreachable, Unreadable

FILM = bytes(range(256)) * 40
TAG = f'"{hashlib.sha256(FILM).hexdigest()}"'
WHOLE = {"ETag": TAG, "Content-Disposition": "inline; filename*=UTF-8''%E7%B5%B5.png"}


def test_a_file_comes_back_as_it_went(tower: Tower, tmp_path: Path) -> None:
    picture = tmp_path / "月.png"
    picture.write_bytes(png(colour="navy"))

    medium = tower.media.upload(picture)

    assert medium.id == hashlib.sha256(picture.read_bytes()).hexdigest()
    assert (medium.name, medium.width) == ("月.png", 64)
    assert tower.media.get(medium) == medium
    back = tower.media.download(medium, tmp_path / "back.png")
    assert back == tmp_path / "back.png"
    assert back.read_bytes() == picture.read_bytes()


def test_a_folder_gets_the_file_under_its_own_name(tower: Tower, tmp_path: Path) -> None:
    medium = tower.media.upload(io.BytesIO(png(colour="plum")), name="翁.png")

    assert tower.media.download(medium.id, tmp_path) == tmp_path / "翁.png"
    assert [path.name for path in tmp_path.iterdir()] == ["翁.png"]


def test_an_open_file_is_written_to(tower: Tower) -> None:
    picture = png(colour="gold")
    medium = tower.media.upload(io.BytesIO(picture))
    file = io.BytesIO()

    assert tower.media.download(medium, file) is None
    assert file.getvalue() == picture


def test_a_thumbnail_is_a_small_picture(tower: Tower) -> None:
    medium = tower.media.upload(io.BytesIO(png(600, 600, "coral")))

    assert tower.media.thumbnail(medium, width=16)[8:12] == b"WEBP"


def test_what_is_not_there_leaves_no_file(tower: Tower, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        tower.media.download("0" * 64, tmp_path / "none.png")

    assert list(tmp_path.iterdir()) == []


def test_a_download_goes_on_where_the_connection_dropped(tmp_path: Path) -> None:
    rest = {"ETag": TAG, "Content-Range": f"bytes 4096-10239/{len(FILM)}"}
    answers = [Answer(200, FILM, WHOLE, sent=4096), Answer(206, FILM[4096:], rest)]
    with answering(*answers) as scripted, Tower(scripted.url) as tower:
        tower.media.download("0" * 64, tmp_path / "film.mp4")
        again = scripted.asked[1]

    assert (tmp_path / "film.mp4").read_bytes() == FILM
    assert (again.headers["Range"], again.headers["If-Range"]) == ("bytes=4096-", TAG)


def test_a_long_download_may_drop_more_often_than_a_call_is_sent_again(tmp_path: Path) -> None:
    answers = [Answer(200, FILM, WHOLE, sent=4096)]
    answers += [Answer(206, FILM[n:], {"ETag": TAG}, sent=2048) for n in (4096, 6144)]
    answers += [Answer(206, FILM[8192:], {"ETag": TAG})]
    with answering(*answers) as scripted, Tower(scripted.url, retries=1) as tower:
        tower.media.download("0" * 64, tmp_path / "film.mp4")

    assert (tmp_path / "film.mp4").read_bytes() == FILM


def test_a_page_is_no_film(tmp_path: Path) -> None:
    with (
        answering(Answer(200, b"<html>")) as scripted,
        Tower(scripted.url) as tower,
        pytest.raises(Unreadable, match="is it the address"),
    ):
        tower.media.download("0" * 64, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    with Tower() as tower, pytest.raises(FileNotFoundError) as caught:
        tower.media.download("0" * 64, tmp_path / "none" / "film.mp4")

    assert caught.value.filename == str(tmp_path / "none")


def test_a_download_that_drops_every_time_is_given_up(tmp_path: Path) -> None:
    rest = Answer(206, FILM[4096:], {"ETag": TAG}, sent=0)
    answers = [Answer(200, FILM, WHOLE, sent=4096), *[rest] * 9]
    with (
        answering(*answers) as scripted,
        Tower(scripted.url, retries=1) as tower,
        pytest.raises(Unreachable),
    ):
        tower.media.download("0" * 64, tmp_path / "film.mp4")

    assert list(tmp_path.iterdir()) == []


def test_damaged_bytes_are_found_and_not_kept(tmp_path: Path) -> None:
    damaged = Answer(200, b"?" + FILM[1:], WHOLE)
    with (
        answering(damaged) as scripted,
        Tower(scripted.url) as tower,
        pytest.raises(Unreadable, match="damaged"),
    ):
        tower.media.download("0" * 64, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_name_is_never_a_path(tmp_path: Path) -> None:
    headers = {"ETag": TAG, "Content-Disposition": "inline; filename*=UTF-8''..%2F..%2Fup.png"}
    with answering(Answer(200, FILM, headers)) as scripted, Tower(scripted.url) as tower:
        assert tower.media.download("0" * 64, tmp_path) == tmp_path / "up.png"
