"""The folder of backups: what is kept in it, what is not, and what is refused."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from tests.ops.backups import add_medium, column, data_folder, files, refusal, said
from tests.support.services import PATIENCE
from tower_anime.core.settings import Settings
from tower_anime.ops.backup import back_up
from tower_anime.ops.backup_check import verify
from tower_anime.ops.backup_folder import BackupFailed, generations
from tower_anime.ops.restore import restore

# Killed as soon as the first bytes are copied, which is before any generation has its name.
KILLED = """
import os, signal, sys
from pathlib import Path
from tower_anime.core.settings import Settings
from tower_anime.ops import backup, restore
def die(done, total):
    os.kill(os.getpid(), signal.SIGKILL)
verb = {"backup": backup.back_up, "restore": lambda s, f, die: restore.restore(s, f, None, die)}
verb[sys.argv[1]](Settings(data_dir=Path(sys.argv[2])), Path(sys.argv[3]), die)
"""


def killed(verb: str, data_dir: Path, folder: Path) -> None:
    """Run a verb in a process that is killed in the middle of it."""
    command = [sys.executable, "-c", KILLED, verb, str(data_dir), str(folder)]
    assert subprocess.run(command, timeout=PATIENCE, check=False).returncode == -signal.SIGKILL


def names(folder: Path) -> list[str]:
    return [one.name for one in generations(folder)]


def media(folder: Path) -> set[str]:
    """The names of the files of media there are."""
    return {path.name for path in folder.glob("media/??/*")}


def keeping(settings: Settings, count: int) -> Settings:
    return settings.model_copy(update={"backup_keep": count})


def test_a_medium_that_is_there_already_is_not_copied_again(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data", b"moon"), tmp_path / "backup"
    back_up(settings, folder)
    (old,) = folder.glob("media/??/*")
    inode = old.stat().st_ino
    new = add_medium(settings, b"river")
    copied: list[int] = []

    back_up(settings, folder, lambda _, total: copied.append(total))

    assert set(copied) == {len(b"river")}
    assert old.stat().st_ino == inode
    assert media(folder) == {old.name, new}
    assert [one.manifest.media_count for one in generations(folder)] == [1, 2]


def test_the_newest_generations_stay_and_media_go_with_the_last_that_names_them(
    tmp_path: Path,
) -> None:
    settings, folder = keeping(data_folder(tmp_path / "data"), 2), tmp_path / "backup"
    sha256 = add_medium(settings, b"moon")
    made = [back_up(settings, folder).name]
    forget = "UPDATE media SET present = 0 RETURNING id"
    assert column_written(settings, forget) == [sha256]
    made += [back_up(settings, folder).name]
    assert (names(folder), media(folder)) == (made, {sha256})

    made += [back_up(settings, folder).name]

    assert (names(folder), media(folder)) == (made[1:], set())


def column_written(settings: Settings, sql: str) -> list[object]:
    """What a statement that writes returns, in the database of a stopped service."""
    with closing(sqlite3.connect(settings.data_dir / "anime.db")) as connection, connection:
        return [row[0] for row in connection.execute(sql)]


def test_a_backup_that_lacks_a_medium_saves_the_rest_and_removes_no_whole_one(
    tmp_path: Path,
) -> None:
    settings, folder = keeping(data_folder(tmp_path / "data", b"moon"), 1), tmp_path / "backup"
    whole = back_up(settings, folder)
    lost, damaged = add_medium(settings, b"river"), add_medium(settings, b"grove")
    (path,) = settings.data_dir.glob(f"media/*/{lost}")
    path.unlink()
    (path,) = settings.data_dir.glob(f"media/*/{damaged}")
    path.chmod(0o644)
    path.write_bytes(b"GROVE")

    back_up(settings, folder)
    made = back_up(settings, folder)

    assert set(made.manifest.lacking) == {lost, damaged}
    assert made.manifest.lacking[lost].endswith("is missing.")
    assert "is damaged" in made.manifest.lacking[damaged]
    assert names(folder) == [whole.name, made.name]
    assert media(folder) == set(whole.media()) == set(made.media())
    told = refusal("backup", folder, "--data-dir", settings.data_dir)
    assert told == "All but these 2 media are in the backup."


def test_a_backup_that_was_killed_counts_for_nothing_and_the_next_clears_it_away(
    tmp_path: Path,
) -> None:
    settings, folder = data_folder(tmp_path / "data", b"moon", b"river"), tmp_path / "backup"
    killed("backup", settings.data_dir, folder)
    assert (folder / "unfinished").is_dir()
    assert refusal("restore", folder, "--data-dir", tmp_path / "new").endswith(
        "no whole backup of Tower Anime."
    )

    made = back_up(settings, folder)

    assert names(folder) == [made.name]
    assert media(folder) == set(made.media())
    assert not (folder / "unfinished").exists()


def test_a_restore_that_was_killed_leaves_no_data_folder_and_can_be_made_again(
    tmp_path: Path,
) -> None:
    settings, folder = data_folder(tmp_path / "data", b"moon", b"river"), tmp_path / "backup"
    back_up(settings, folder)
    new = tmp_path / "new"
    killed("restore", new, folder)
    assert not new.exists()

    restore(Settings(data_dir=new), folder)

    assert {path.name for path in tmp_path.iterdir()} == {"data", "backup", "new"}
    assert media(new) == media(settings.data_dir)


def test_what_is_restored_is_what_was_saved_and_can_be_served(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data", b"moon"), tmp_path / "backup"
    new = Settings(data_dir=tmp_path / "new")
    new.data_dir.mkdir()
    first = back_up(settings, folder).name
    add_medium(settings, b"river")
    back_up(settings, folder)

    restore(new, folder, first)

    assert len(media(new.data_dir)) == 1
    assert column(new, "SELECT name FROM projects") == ["Moonlit Delivery"]
    assert (new.data_dir / "anime.db").stat().st_mode & 0o200
    (medium,) = new.data_dir.glob("media/??/*")
    assert medium.stat().st_mode & 0o777 == 0o444


def test_the_sums_of_a_generation_are_checked_without_anything_of_ours(tmp_path: Path) -> None:
    made = back_up(data_folder(tmp_path / "data", b"moon", b"river"), tmp_path / "backup")
    command = ["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"]
    lines = (made.path / "SHA256SUMS").read_text().splitlines()

    assert len(lines) == 3
    assert subprocess.run(command, cwd=made.path, check=False).returncode == 0


def test_generations_are_in_the_order_in_which_they_were_made_whatever_the_clock_said(
    tmp_path: Path,
) -> None:
    settings, folder = keeping(data_folder(tmp_path / "data"), 2), tmp_path / "backup"
    early = back_up(settings, folder)
    ahead = early.path.rename(folder / f"9999{early.name[4:]}")

    newer = back_up(settings, folder)

    assert names(folder) == [ahead.name, newer.name]
    newest = back_up(settings, folder)
    assert names(folder) == [newer.name, newest.name]


# --- refusals; each leaves everything as it was


def inside(data: Path) -> Path:
    return data / "backup"


def around(data: Path) -> Path:
    return data.parent


def through_a_link(data: Path) -> Path:
    link = data.with_name("link")
    link.symlink_to(data)
    return link / "backup"


def on_a_disk_that_is_away(data: Path) -> Path:
    return data.parent / "disk" / "backup"


def of_other_things(data: Path) -> Path:
    folder = data.with_name("photos")
    folder.mkdir()
    (folder / "moon.jpg").write_bytes(b"moon")
    return folder


def a_file(data: Path) -> Path:
    path = data.with_name("file")
    path.write_bytes(b"")
    return path


def another_data_folder(data: Path) -> Path:
    return data_folder(data.with_name("other"), b"river").data_dir


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (inside, "is inside the data folder"),
        (around, "The data folder"),
        (through_a_link, "is inside the data folder"),
        (on_a_disk_that_is_away, r"does not exist\. If it is on another disk"),
        (of_other_things, r"holds other things \(moon.jpg\); choose an empty folder"),
        (another_data_folder, r"holds other things \(anime.db"),
        (a_file, "cannot take the backup: File exists"),
    ],
)
def test_a_folder_that_cannot_hold_backups_is_refused(
    tmp_path: Path, place: Callable[[Path], Path], sentence: str
) -> None:
    data = tmp_path / "data"
    settings = data_folder(data, b"moon")
    folder = place(data)
    before = files(tmp_path)

    with pytest.raises(BackupFailed, match=sentence):
        back_up(settings, folder)

    assert files(tmp_path) == before


def test_a_refusal_is_a_sentence_on_the_command_line(tmp_path: Path) -> None:
    settings = data_folder(tmp_path / "data")
    told = refusal("backup", settings.data_dir / "backup", "--data-dir", settings.data_dir)
    assert "is inside the data folder" in told


def test_a_disk_that_is_too_small_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data"), tmp_path / "backup"
    add_medium(settings, b"moon", size=10**18)

    with pytest.raises(BackupFailed, match=r"has too little room: [\d,]{13,} MB are needed, and"):
        back_up(settings, folder)

    assert not folder.exists()


def test_a_folder_with_the_backups_of_another_production_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(data_folder(tmp_path / "data"), folder)
    before = files(folder)

    with pytest.raises(BackupFailed, match="holds the backups of another database, begun 20"):
        back_up(data_folder(tmp_path / "other"), folder)
    assert files(folder) == before


def test_two_that_use_a_folder_at_once_do_not_meet(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data"), tmp_path / "backup"
    back_up(settings, folder)
    verbs: list[Callable[[], object]] = [
        lambda: back_up(settings, folder),
        lambda: verify(folder),
        lambda: restore(Settings(data_dir=tmp_path / "new"), folder),
    ]
    with FileLock(folder / "backup.lock"):
        for verb in verbs:
            with pytest.raises(BackupFailed, match="Another backup, check or restore is using"):
                verb()


def test_a_data_folder_without_a_database_has_nothing_to_back_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    with pytest.raises(BackupFailed, match=r"nothing to back up: .*anime.db does not exist"):
        back_up(Settings(data_dir=tmp_path / "data"), tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_database_of_something_else_is_not_backed_up(tmp_path: Path) -> None:
    data_folder(tmp_path / "data")
    for content in (b"not a database" * 100, b""):
        (tmp_path / "data/anime.db").write_bytes(content)
        with pytest.raises(BackupFailed, match=r"cannot be read|is not a database of Tower Anime"):
            back_up(Settings(data_dir=tmp_path / "data"), tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_the_folder_may_come_from_the_settings_and_its_generations_are_listed(
    tmp_path: Path,
) -> None:
    settings, folder = data_folder(tmp_path / "data", b"moon"), tmp_path / "backup"
    data = ["--data-dir", settings.data_dir]
    assert refusal("backup", *data) == "Name the folder of backups, or set backup_dir."

    made = [said("backup", *data, backup_dir=folder) for _ in range(2)]

    assert said("backup", "--list", *data, backup_dir=folder) == "".join(made)
    assert made[0].startswith(names(folder)[0])
    assert "1 media" in made[0]
