"""How the backups that a service makes by itself are doing, and when the next is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tower_anime.core import clock
from tower_anime.core.settings import Settings
from tower_anime.ops import backup_folder

log = logging.getLogger(__name__)

NOTE = "backups.txt"  # in the data folder: the folders that hold backups of it, one a line


@dataclass(frozen=True)
class State:
    """How the scheduled backups are doing. `text` is a sentence for people."""

    folder: Path
    last: str | None  # when the newest generation was made
    well: bool
    text: str


def folder_of(settings: Settings) -> Path | None:
    """The setting `backup_dir` as a whole path; `None` where no backups are asked for."""
    return None if settings.backup_dir is None else settings.backup_dir.expanduser().resolve()


def state(settings: Settings) -> State | None:
    """How the backups in the setting `backup_dir` are doing; `None` where none are asked for.

    They are not well without a generation, with one that lacks a medium, or where the newest is
    older than twice the setting `backup_every`.
    """
    folder = folder_of(settings)
    if folder is None:
        return None
    found = backup_folder.generations(folder)
    if not found:
        return State(
            folder, None, well=False, text=away(settings) or f"{folder} has no backup yet."
        )
    newest, every = found[-1].manifest, settings.backup_every
    text = f"The last backup in {folder} is of {newest.made_at}"
    if newest.lacking:
        text += f", and lacks {len(newest.lacking)} media"
    late = every > 0 and is_due(newest.made_at, 2 * every, clock.now())
    if late:
        text += f"; one was to be made every {every:g} hours"
    return State(folder, newest.made_at, well=not late and not newest.lacking, text=f"{text}.")


def is_due(last: str | None, hours: float, now: str) -> bool:
    """Whether a backup is due: none was made, or that long ago, or by a clock that was ahead."""
    if last is None:
        return True
    made, present = datetime.fromisoformat(last), datetime.fromisoformat(now)
    return made > present or present - made >= timedelta(hours=hours)


# The folder below which a disk is mounted is there without the disk, and takes files. So that no
# service fills it unasked, a data folder notes where its backups are.


def remember(settings: Settings, folder: Path) -> None:
    """Note in the data folder that backups of it are in `folder`, if the service makes them."""
    if folder != folder_of(settings) or str(folder) in _noted(settings):
        return
    try:
        with (settings.data_dir / NOTE).open("a", encoding="utf-8") as note:
            note.write(f"{folder}\n")
    except OSError as error:  # the backup stands
        log.warning("it could not be noted where backups are: %s", error)


def away(settings: Settings) -> str | None:
    """That backups were in the setting `backup_dir` and none is there now, in a sentence."""
    folder = folder_of(settings)
    if folder is None or str(folder) not in _noted(settings):
        return None
    if backup_folder.generations(folder):
        return None
    return (
        f"The backups that were in {folder} are not there. Mount its disk; or, if they were"
        f" removed, make one by hand: tower-anime backup {folder}"
    )


def _noted(settings: Settings) -> list[str]:
    try:
        return (settings.data_dir / NOTE).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
