"""Backups: the database and every medium that it names, at one moment, while people work.

The database is copied first. A medium is stored before its row is written and is never changed, so
every medium that the copy names is there to be copied afterwards; the other order could miss one.
Media that an earlier generation brought are not copied again. The mirror under `films/`, the
thumbnails and what DBOS keeps are made anew from these two, and are left out.
"""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from tower_anime.core.children import Report
from tower_anime.core.settings import MIB, Settings
from tower_anime.media.store import place
from tower_anime.ops import backup_database, backup_folder, backup_media, backup_state
from tower_anime.ops.backup_database import Moment
from tower_anime.ops.backup_folder import (
    FILES,
    LOCK,
    MANIFEST,
    MEDIA,
    SUMS,
    UNFINISHED,
    BackupFailed,
    Generation,
    Manifest,
)
from tower_anime.ops.backup_media import Copy, nobody_listens

log = logging.getLogger(__name__)

SPARE = 16 * MIB  # left free beside what is to be written: names, sums, the disk's own records
BLOCK = 4096  # a file takes whole blocks of a disk


def back_up(settings: Settings, folder: Path, report: Report = nobody_listens) -> Generation:
    """Add a generation to `folder`, and remove those beyond the setting `backup_keep`.

    `report` is told the bytes of media copied and to be copied. Every byte is read, hashed and
    durable before the generation has its name. A medium that cannot be read does not keep the
    others from being saved: the manifest names it under `lacking`.

    Raises `BackupFailed`; no generation was added or removed then.
    """
    folder = folder.expanduser().resolve()
    _require_apart(folder, settings.data_dir.expanduser().resolve())
    try:
        with _opened(folder), backup_folder.held(folder):
            added = _add(settings, folder, report)
            _prune(folder, settings.backup_keep)
            backup_state.remember(settings, folder)
    except OSError as error:
        raise BackupFailed(f"{folder} cannot take the backup: {_reason(error)}.") from error
    return added


@contextmanager
def _opened(folder: Path) -> Iterator[None]:
    """The folder, made where it is not there; a refusal leaves none that was not there."""
    existed = folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        yield
    except BaseException:
        if not existed and {path.name for path in folder.iterdir()} <= {LOCK}:
            with suppress(OSError):
                (folder / LOCK).unlink(missing_ok=True)
                folder.rmdir()
        raise


def _add(settings: Settings, folder: Path, report: Report) -> Generation:
    backup_folder.require_ours(folder)
    before = backup_folder.generations(folder)
    unfinished = folder / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)  # left by one that was interrupted
    unfinished.mkdir()
    try:
        moment = _copy_database(settings, folder, before)
        lacking = _copy_media(settings, folder, moment, report)
        number = before[-1].manifest.number + 1 if before else 1
        _describe(unfinished, moment, number, lacking)
        return backup_folder.complete(folder, moment.at)
    except BaseException as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            backup_folder.sweep(folder)  # others need the room; else the next goes on from here
        raise


def _copy_database(settings: Settings, folder: Path, before: list[Generation]) -> Moment:
    """The moment that was copied; it is let go of before the media, which may take hours."""
    with backup_database.moment(settings) as moment:
        _require_same_production(folder, before, moment)
        needed = moment.bytes + sum(size + BLOCK for size in _absent(folder, moment).values())
        require_room(folder, needed)
        moment.write(folder / UNFINISHED / FILES[moment.dialect])
        return moment


def _copy_media(settings: Settings, folder: Path, moment: Moment, report: Report) -> dict[str, str]:
    """Copy what is not in the folder yet; what could not be read, by its SHA-256, and why."""
    source, target = settings.data_dir / MEDIA, folder / MEDIA
    absent = _absent(folder, moment)
    copies = [Copy(place(source, one), place(target, one), one, absent[one]) for one in absent]
    return backup_media.copy_all(copies, report)


def _absent(folder: Path, moment: Moment) -> dict[str, int]:
    """The media that are not in the folder yet, whole, and their bytes."""
    return {
        sha256: size
        for sha256, size in moment.facts.media.items()
        if not _is_there(place(folder / MEDIA, sha256), size)
    }


def _is_there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _describe(unfinished: Path, moment: Moment, number: int, lacking: dict[str, str]) -> None:
    """Check the copy of the database, and write what the generation holds."""
    facts, database = moment.facts, unfinished / FILES[moment.dialect]
    if moment.dialect == "sqlite" and backup_database.checked(database) != facts:
        raise BackupFailed("The copy of the database is not what was copied; try again.")
    sha256 = backup_media.hashed(database)
    media = {one: size for one, size in facts.media.items() if one not in lacking}
    sums = unfinished / SUMS
    sums.write_text(backup_folder.sums_of(database, sha256, list(media)))
    manifest = Manifest(
        number=number,
        made_at=moment.at,
        version=version("tower-anime"),
        dialect=moment.dialect,
        schema_revision=facts.schema_revision,
        began=facts.began,
        database_bytes=database.stat().st_size,
        database_sha256=sha256,
        sums_sha256=backup_media.hashed(sums),
        rows=facts.rows,
        media_count=len(media),
        media_bytes=sum(media.values()),
        lacking=lacking,
    )
    (unfinished / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n")


def _prune(folder: Path, keep: int) -> None:
    try:
        for name in backup_folder.prune(folder, keep):
            log.info("removed the old backup %s", name)
    except OSError as error:  # the new generation stands
        log.warning("old backups in %s could not be removed: %s", folder, error)


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")


# --- refusals


def _require_apart(folder: Path, data_dir: Path) -> None:
    if folder.is_relative_to(data_dir):
        raise BackupFailed(
            f"{folder} is inside the data folder {data_dir}, and would be lost together with it;"
            " choose a folder on another disk."
        )
    if data_dir.is_relative_to(folder):
        raise BackupFailed(f"The data folder {data_dir} is inside {folder}; choose another folder.")
    if not folder.parent.is_dir():
        raise BackupFailed(
            f"{folder.parent} does not exist. If it is on another disk, that one is not mounted."
        )


def require_room(folder: Path, needed: int) -> None:
    """Raise `BackupFailed` unless `needed` bytes fit where `folder` is."""
    free = shutil.disk_usage(folder).free - SPARE
    if needed > free:
        raise BackupFailed(
            f"{folder} has too little room: {needed / MIB:,.0f} MB are needed, and"
            f" {max(free, 0) / MIB:,.0f} MB are free."
        )


def _require_same_production(folder: Path, before: list[Generation], moment: Moment) -> None:
    """Two services that share a folder would remove each other's generations."""
    other = before[-1].manifest.began if before else None
    if other is not None and other != moment.facts.began:
        raise BackupFailed(
            f"{folder} holds the backups of another database, begun {other}; choose another folder."
        )
