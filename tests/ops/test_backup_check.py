"""A backup that is read again tells what it lost, and nothing is restored from what is damaged."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ops.backups import data_folder, files, refusal, said
from tower_anime.core.settings import Settings
from tower_anime.ops.backup import back_up
from tower_anime.ops.backup_check import verify
from tower_anime.ops.backup_folder import BackupFailed, Generation
from tower_anime.ops.backup_media import hashed
from tower_anime.ops.restore import restore


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path / "data", b"moon", b"river")


@pytest.fixture
def made(settings: Settings, tmp_path: Path) -> Generation:
    return back_up(settings, tmp_path / "backup")


def flip(path: Path, at: int) -> None:
    """Change one bit of a file, as a failing disk does."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def a_medium_is_damaged(made: Generation) -> None:
    flip(made.medium(made.media()[1]), 2)


def a_medium_is_gone(made: Generation) -> None:
    made.medium(made.media()[0]).unlink()


def the_database_is_damaged(made: Generation) -> None:
    flip(made.database, made.database.stat().st_size // 2)


def the_database_is_gone(made: Generation) -> None:
    made.database.unlink()


def the_sums_are_damaged(made: Generation) -> None:
    flip(made.sums, 0)


def the_sums_are_no_text(made: Generation) -> None:
    made.sums.write_bytes(b"\xff" + made.sums.read_bytes()[1:])


HARMS: list[tuple[Callable[[Generation], None], str]] = [
    (a_medium_is_damaged, "is damaged: its bytes are not those that it was named for"),
    (a_medium_is_gone, "is missing"),
    (the_database_is_damaged, "anime.db is damaged"),
    (the_database_is_gone, "anime.db is missing"),
    (the_sums_are_damaged, "SHA256SUMS is damaged"),
    (the_sums_are_no_text, "SHA256SUMS is damaged"),
]


@pytest.mark.parametrize(("harm", "sentence"), HARMS)
def test_what_was_lost_is_found_and_nothing_is_restored_of_it(
    tmp_path: Path, made: Generation, harm: Callable[[Generation], None], sentence: str
) -> None:
    harm(made)
    before = files(tmp_path)

    with pytest.raises(BackupFailed, match=sentence):
        restore(Settings(data_dir=tmp_path / "new"), tmp_path / "backup")
    assert files(tmp_path) == before
    with pytest.raises(BackupFailed, match=sentence):
        verify(tmp_path / "backup")


def test_a_whole_backup_is_said_to_be_whole_also_where_nothing_can_be_written(
    tmp_path: Path, made: Generation
) -> None:
    (tmp_path / "backup/backup.lock").unlink()
    (tmp_path / "backup").chmod(0o555)
    try:
        told = said("backup", tmp_path / "backup", "--verify")
    finally:
        (tmp_path / "backup").chmod(0o755)

    assert told.startswith(made.name)
    assert told.endswith("Every byte of it is what it was.\n")


def test_a_medium_that_was_found_damaged_is_copied_anew_by_the_next_backup(
    settings: Settings, made: Generation
) -> None:
    folder = made.path.parent
    a_medium_is_damaged(made)
    with pytest.raises(BackupFailed, match=r"1 of the 2 media.*The next backup copies them anew"):
        verify(folder)

    back_up(settings, folder)

    assert verify(folder, made.name) == made
    assert not list(folder.glob("media/*/*.damaged"))


def test_a_damaged_medium_that_the_data_folder_has_lost_too_is_kept_as_it_is(
    settings: Settings, made: Generation
) -> None:
    folder = made.path.parent
    a_medium_is_damaged(made)
    with pytest.raises(BackupFailed):
        verify(folder)
    (damaged,) = folder.glob("media/*/*.damaged")
    (settings.data_dir / "media" / damaged.stem[:2] / damaged.stem).unlink()

    assert list(back_up(settings, folder).manifest.lacking) == [damaged.stem]

    assert damaged.is_file()


def test_a_backup_goes_on_beside_one_whose_list_is_damaged(
    settings: Settings, made: Generation
) -> None:
    the_sums_are_no_text(made)
    assert verify(made.path.parent, back_up(settings, made.path.parent).name)


def test_a_copy_that_holds_other_rows_than_were_counted_is_refused(
    tmp_path: Path, made: Generation
) -> None:
    """Whoever edits a backup and its sums by hand still does not make it another moment."""
    with closing(sqlite3.connect(made.database)) as connection, connection:
        connection.execute("DELETE FROM revisions")
    manifest = (made.path / "manifest.json").read_text()
    changed = manifest.replace(made.manifest.database_sha256, hashed(made.database))
    (made.path / "manifest.json").write_text(changed)

    for verb in (verify, lambda folder: restore(Settings(data_dir=tmp_path / "new"), folder)):
        with pytest.raises(BackupFailed, match="does not hold what its manifest says"):
            verb(tmp_path / "backup")
    assert not (tmp_path / "new").exists()


def test_a_database_whose_references_lead_nowhere_is_not_saved_as_if_it_were_whole(
    tmp_path: Path, settings: Settings
) -> None:
    with closing(sqlite3.connect(settings.data_dir / "anime.db")) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
        values = {"id": 1, "project_id": 99, "branch_id": 99, "what": "all", "started_at": "2026"}
        row = [values.get(name) for name in columns]
        connection.execute(f"INSERT INTO runs VALUES ({','.join('?' * len(row))})", row)

    with pytest.raises(BackupFailed, match="is damaged: foreign_key_check says runs"):
        back_up(settings, tmp_path / "backup")


def test_tables_that_came_along_may_refer_to_nothing_and_are_saved_too(
    tmp_path: Path, settings: Settings
) -> None:
    with closing(sqlite3.connect(settings.data_dir / "anime.db")) as connection, connection:
        connection.execute("CREATE TABLE lenses (scene_id REFERENCES scenes, maker REFERENCES m)")
        connection.execute("INSERT INTO lenses VALUES (4711, 1)")
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(said)")

    assert back_up(settings, tmp_path / "backup").manifest.rows["lenses"] == 1
    restore(Settings(data_dir=tmp_path / "new"), tmp_path / "backup")


def test_nobody_from_whom_the_database_was_hidden_can_read_its_copies(
    tmp_path: Path, settings: Settings
) -> None:
    (settings.data_dir / "anime.db").chmod(0o600)

    made = back_up(settings, tmp_path / "backup")
    restore(Settings(data_dir=tmp_path / "new"), tmp_path / "backup")

    for copy in (made.database, tmp_path / "new/anime.db"):
        assert copy.stat().st_mode & 0o777 == 0o600


def test_a_restore_leaves_the_work_of_another_into_the_same_place_alone(
    tmp_path: Path, made: Generation
) -> None:
    """Also of one from another folder of backups, which that folder's lock does not keep out."""
    new, copy = Settings(data_dir=tmp_path / "new"), tmp_path / "copy of the backups"
    shutil.copytree(made.path.parent, copy)
    refused: list[str] = []

    def meanwhile(_done: int, _total: int) -> None:
        for folder in (made.path.parent, copy):
            with pytest.raises(BackupFailed, match="Another restore into") as refusal:
                restore(new, folder)
            refused.append(refusal.value.detail)

    restore(new, made.path.parent, None, meanwhile)

    assert len(refused) >= 2
    assert {path.name for path in new.data_dir.iterdir()} == {"anime.db", "media"}
    assert not list(tmp_path.glob(".*"))


def test_a_backup_of_a_newer_version_is_left_to_that_version(
    tmp_path: Path, made: Generation
) -> None:
    manifest = (made.path / "manifest.json").read_text()
    newer = f'"schema_revision": "{made.manifest.schema_revision}"'
    assert newer in manifest
    (made.path / "manifest.json").write_text(manifest.replace(newer, '"schema_revision": "9999"'))

    with pytest.raises(BackupFailed, match="whose schema '9999' this version does not know"):
        restore(Settings(data_dir=tmp_path / "new"), tmp_path / "backup")


def test_a_place_that_is_taken_is_left_as_it_is(tmp_path: Path, made: Generation) -> None:
    before = files(tmp_path)
    backups = tmp_path / "backup"
    for place, sentence in (
        (tmp_path / "data", "is not empty; restore into a folder that does not exist yet."),
        (backups / "new", "must not hold each other."),
        (tmp_path, "must not hold each other."),
        (tmp_path / "data/anime.db", "is not empty; restore into a folder that"),
        (tmp_path / "data/anime.db/new", "cannot be written"),
    ):
        with pytest.raises(BackupFailed, match=sentence):
            restore(Settings(data_dir=place), backups)
    told = refusal("restore", backups, "--data-dir", tmp_path / "data")
    assert told.endswith("restore into a folder that does not exist yet.")
    assert files(tmp_path) == before


def test_a_folder_without_a_backup_and_a_name_that_is_not_there_are_told(
    tmp_path: Path, made: Generation
) -> None:
    new = Settings(data_dir=tmp_path / "new")
    for folder in (tmp_path / "data", tmp_path / "nowhere"):
        with pytest.raises(BackupFailed, match="holds no whole backup of Tower Anime"):
            restore(new, folder)
    with pytest.raises(BackupFailed, match=f"named yesterday; there are {made.name}"):
        restore(new, tmp_path / "backup", "yesterday")
    shutil.rmtree(made.path)
    with pytest.raises(BackupFailed, match="holds no whole backup of Tower Anime"):
        verify(tmp_path / "backup")
