"""The mirror's folder, file by file: what is there is known, whatever broke off before."""

from pathlib import Path

import pytest

from tower_anime.core.database import Database
from tower_anime.media.store import MediaStore
from tower_anime.ops.films import FilmsMirror, find


@pytest.fixture
def mirror(tmp_path: Path, db: Database) -> FilmsMirror:
    return FilmsMirror(db, MediaStore(tmp_path / "media"), tmp_path / "films")


def keep(tmp_path: Path, name: str) -> str:
    """A file in the store, under a name that stands for its hash."""
    path = MediaStore(tmp_path / "media").path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)
    return name


def test_what_was_made_before_a_mirror_broke_off_is_still_known_and_cleared(
    tmp_path: Path, mirror: FilmsMirror
) -> None:
    sha256 = keep(tmp_path, "aa")
    files = {"Film/1.mp4": sha256, "Film/2.mp4": sha256}
    in_the_way = tmp_path / "films" / "Film" / "2.mp4" / "a person's folder"
    in_the_way.mkdir(parents=True)

    with pytest.raises(OSError, match=r"2\.mp4"):
        mirror._fill(1, files)
    made = (tmp_path / "films" / "Film" / "1.mp4").read_text()
    mirror._clear(1, {"Film/2.mp4": sha256})

    assert made == sha256
    assert not (tmp_path / "films" / "Film" / "1.mp4").exists()
    assert in_the_way.is_dir()


def test_a_file_that_could_not_be_cleared_is_cleared_the_next_time(
    tmp_path: Path, mirror: FilmsMirror
) -> None:
    """The project is gone, and where its first file was stands somebody's folder."""
    films, sha256 = tmp_path / "films", keep(tmp_path, "aa")
    mirror._fill(1, {"Film/1.mp4": sha256, "Film/2.mp4": sha256})
    (films / "Film" / "1.mp4").unlink()
    (films / "Film" / "1.mp4" / "a person's folder").mkdir(parents=True)

    assert mirror.rebuild({1}) == {1}
    assert mirror.rebuild({1}) == set()

    assert [path.name for path in (films / "Film").iterdir()] == ["1.mp4"]


def test_a_file_is_found_only_once_it_is_there(tmp_path: Path, mirror: FilmsMirror) -> None:
    sha256 = keep(tmp_path, "aa")
    files = {"Film/1.mp4": sha256, "Film/2.mp4": sha256}
    mirror._fill(1, files)
    (tmp_path / "films" / "Film" / "1.mp4").unlink()

    assert find(tmp_path / "films", sha256) == tmp_path / "films" / "Film" / "2.mp4"
