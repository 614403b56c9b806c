"""Reading a generation again: is every byte still what it was?"""

from __future__ import annotations

import logging
from pathlib import Path

from tower_anime.core.children import Report
from tower_anime.ops import backup_database, backup_folder, backup_media
from tower_anime.ops.backup_database import Facts
from tower_anime.ops.backup_folder import BackupFailed, Generation
from tower_anime.ops.backup_media import Copy, nobody_listens

log = logging.getLogger(__name__)


def verify(folder: Path, name: str | None = None, report: Report = nobody_listens) -> Generation:
    """Read a generation of `folder` again, the newest unless `name` says which; it is whole.

    Every file is hashed; SQLite looks through its copy, and what that holds is counted. A medium
    that is damaged loses its name, so that the next backup copies it anew.

    Raises `BackupFailed`, which tells what is lost.
    """
    folder = folder.expanduser().resolve()
    generation = backup_folder.find(folder, name)
    try:
        with backup_folder.held(folder):
            media = media_of(generation)
            _require_database(generation)
            files = [_there(generation.medium(one), one) for one in media]
            damage = backup_media.damaged(files, report)
            for sha256 in damage:
                _set_aside(generation.medium(sha256))
    except OSError as error:
        raise BackupFailed(f"{folder} cannot be read: {error}.") from error
    if damage:
        raise BackupFailed(
            f"{len(damage)} of the {len(media)} media of {generation.name} are lost here."
            f" {next(iter(damage.values()))} The next backup copies them anew."
        )
    return generation


def media_of(generation: Generation) -> list[str]:
    """The SHA-256 of each medium, from a list that is whole. Raises `BackupFailed`."""
    _require(generation.sums, generation.manifest.sums_sha256)
    return generation.media()


def _require_database(generation: Generation) -> None:
    _require(generation.database, generation.manifest.database_sha256)
    if generation.manifest.dialect == "sqlite":
        require_counted(generation, backup_database.checked(generation.database))


def _require(path: Path, sha256: str) -> None:
    try:
        found = backup_media.hashed(path)
    except backup_media.Lacking as reason:
        raise BackupFailed(f"{reason} Choose another generation.") from reason
    if found != sha256:
        raise BackupFailed(f"{path} is damaged. Choose another generation.")


def require_counted(generation: Generation, found: Facts) -> None:
    """Raise `BackupFailed` unless a database holds what the manifest counted."""
    wanted = generation.manifest
    if (found.rows, found.schema_revision) != (wanted.rows, wanted.schema_revision):
        raise BackupFailed(
            f"The database of {generation.name} does not hold what its manifest says."
        )


def _there(path: Path, sha256: str) -> Copy:
    return Copy(path, path, sha256, path.stat().st_size if path.is_file() else 0)


def _set_aside(path: Path) -> None:
    """A damaged medium becomes `….damaged`, until a backup has copied a whole one."""
    try:
        path.rename(path.with_name(f"{path.name}{backup_folder.DAMAGED}"))
    except OSError as error:  # it is gone, or nothing can be written here
        log.warning("%s could not be set aside: %s", path, error)
