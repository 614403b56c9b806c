"""Backups that the service makes by itself, in a child process that lets others go first.

When the last one was made is read from its folder each time, so a restart forgets nothing. A clock
that is set, forward or back, brings at most one backup too many.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from contextlib import closing

from tower_anime.core import clock
from tower_anime.core.background import Background, Pause
from tower_anime.core.children import Answer, Cancelled, ChildDied, Children, Refused, Report
from tower_anime.core.settings import Settings
from tower_anime.ops import backup_state
from tower_anime.ops.backup import back_up
from tower_anime.ops.backup_folder import BackupFailed

log = logging.getLogger(__name__)

LOOK = Pause(60.0)  # how often it is looked whether one is due
RETRY = Pause(3600.0)  # after one that failed: a disk may come back before the next is due
KINDNESS = 10  # of 19; Linux's disk schedulers that know priorities derive theirs from it


class Schedule:
    """Makes a backup in the setting `backup_dir` whenever the last is `backup_every` hours old."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._background = Background("the backup", self._look, failed=RETRY)

    def start(self) -> None:
        """Look now, and then again and again."""
        self._background.start()

    def stop(self) -> None:
        """End; a backup that is being made is given up, and leaves nothing that counts."""
        self._background.stop()

    def _look(self) -> Pause:
        """Make a backup if one is due."""
        known = backup_state.state(self._settings)
        last = known.last if known else None
        if not backup_state.is_due(last, self._settings.backup_every, clock.now()):
            return LOOK
        job = self._settings.model_dump(mode="json")
        stopping = self._background.stopping
        try:
            with closing(Children(1)) as child:
                answer = child.run(f"{__name__}:make", job, cancelled=stopping.is_set)
        except Cancelled:
            return LOOK
        except (ChildDied, Refused, OSError) as error:
            answer = {"failed": str(error)}
        return _tell(answer, last)


def _tell(answer: Answer, last: str | None) -> Pause:
    """Log what came of a backup."""
    if "failed" in answer:
        since = f"the last one is of {last}" if last else "none is there"
        log.error("the backup failed, and %s: %s", since, answer["failed"])
        return RETRY
    if answer["lacking"]:
        log.error("the backup %s lacks media: %s", answer["made"], answer["lacking"])
    else:
        log.info("made the backup %s", answer["made"])
    return LOOK


def make(job: Mapping[str, object], report: Report) -> Answer:
    """Make one backup as the settings in `job` say: what a child process of the service does."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, KINDNESS)
    settings = Settings.model_validate(job)
    folder = backup_state.folder_of(settings)
    if folder is None:
        return {"failed": "The setting backup_dir is not set."}
    if sentence := backup_state.away(settings):
        return {"failed": sentence}
    try:
        made = back_up(settings, folder, report)
    except BackupFailed as error:
        return {"failed": error.detail}
    return {"made": str(made.path), "lacking": list(made.manifest.lacking.values())}
