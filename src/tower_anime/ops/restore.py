"""Restoring a backup into a new data folder: all of it, checked, or nothing.

It is built under another name beside its place and renamed at the end. The service that starts
there queues again what the backup says was being rendered.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout

from tower_anime.core.children import Report
from tower_anime.core.opening import DATABASE_FILE, MIGRATIONS
from tower_anime.core.settings import Settings
from tower_anime.media.store import place, sync
from tower_anime.ops import backup, backup_check, backup_database, backup_folder, backup_media
from tower_anime.ops.backup_folder import MEDIA, BackupFailed, Generation
from tower_anime.ops.backup_media import Copy, nobody_listens

LOCK = "restore.lock"


def restore(
    settings: Settings,
    folder: Path,
    name: str | None = None,
    report: Report = nobody_listens,
) -> Generation:
    """Restore a generation of `folder`, the newest unless `name` says which, as the data folder.

    On PostgreSQL the database that the settings name is filled; it has to be empty. Every file is
    hashed on its way, and the database is looked through and counted, before the data folder has
    its name. Raises `BackupFailed`; nothing is there then.
    """
    folder, target = folder.expanduser().resolve(), settings.data_dir.expanduser().resolve()
    generation = backup_folder.find(folder, name)
    _require_place(target, folder)
    _require_known(generation)
    _require_database(settings, generation)
    try:
        with _beside(target) as building:
            with backup_folder.held(folder):
                _build(generation, building, report)
            _finish(settings, generation, building, target)
    except OSError as error:
        raise BackupFailed(f"{target} cannot be written: {error.strerror or error}.") from error
    return generation


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder of this restore alone; unless it has the target's name by then, it is removed.

    Raises `BackupFailed` where another restore is building there: its work is not ours to remove.
    """
    building = target.with_name(f".{target.name}.restoring")
    building.mkdir(parents=True, exist_ok=True)
    lock = FileLock(building / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupFailed(f"Another restore into {target} is under way.") from error
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)
        lock.release()


def _build(generation: Generation, building: Path, report: Report) -> None:
    media = backup_check.media_of(generation)
    copies = [_copy(generation.medium(one), place(building / MEDIA, one), one) for one in media]
    whole = generation.database
    copies.append(_copy(whole, building / whole.name, generation.manifest.database_sha256))
    _clear(building)
    (building / MEDIA).mkdir()
    backup.require_room(building.parent, sum(one.size + backup.BLOCK for one in copies))
    lost = backup_media.copy_all(copies, report)
    if lost:
        raise BackupFailed(
            f"{len(lost)} of the {len(copies)} files of {generation.name} are lost."
            f" {next(iter(lost.values()))} Choose another generation."
        )


def _clear(building: Path) -> None:
    """Remove what a restore left that was interrupted."""
    for path in building.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()


def _finish(settings: Settings, generation: Generation, building: Path, target: Path) -> None:
    """Check the database, and give the folder its name."""
    database = building / generation.database.name
    if settings.database_url is None:
        # Written to again, and shown to nobody from whom the backup's is hidden.
        mode = database.stat().st_mode & generation.database.stat().st_mode
        database.chmod(stat.S_IMODE(mode) | stat.S_IRUSR | stat.S_IWUSR)
        found = backup_database.checked(database)
    else:
        from tower_anime.ops import backup_postgresql  # noqa: PLC0415 - an optional extra

        found = backup_postgresql.restore(database, settings.database_url)
        database.unlink()
    backup_check.require_counted(generation, found)
    (building / LOCK).unlink()
    sync(building)
    if target.exists():
        target.rmdir()
    building.rename(target)
    sync(target.parent)


def _copy(source: Path, target: Path, sha256: str) -> Copy:
    return Copy(source, target, sha256, source.stat().st_size if source.is_file() else 0)


# --- refusals


def _require_place(target: Path, folder: Path) -> None:
    if target.is_relative_to(folder) or folder.is_relative_to(target):
        raise BackupFailed(f"{target} and the backups in {folder} must not hold each other.")
    if os.path.ismount(target):
        raise BackupFailed(f"{target} is a disk of its own; name a new folder on it.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupFailed(f"{target} is not empty; restore into a folder that does not exist yet.")


def _require_known(generation: Generation) -> None:
    script = Config()
    script.set_main_option("script_location", str(MIGRATIONS))
    script.set_main_option("path_separator", "os")
    known = {step.revision for step in ScriptDirectory.from_config(script).walk_revisions()}
    manifest = generation.manifest
    if manifest.schema_revision not in known:
        raise BackupFailed(
            f"{generation.name} was made by Tower Anime {manifest.version}, whose schema"
            f" {manifest.schema_revision!r} this version does not know; install that one."
        )


def _require_database(settings: Settings, generation: Generation) -> None:
    on_server = generation.manifest.dialect == "postgresql"
    if settings.database_url is None:
        if on_server:
            raise BackupFailed(
                f"{generation.name} is of a PostgreSQL database; name a new, empty one with"
                " --database-url."
            )
    elif not on_server:
        raise BackupFailed(
            f"{generation.name} is of the file {DATABASE_FILE}; it is restored without the setting"
            " database_url."
        )
    else:
        from tower_anime.ops import backup_postgresql  # noqa: PLC0415 - an optional extra

        backup_postgresql.require_empty(settings.database_url)
