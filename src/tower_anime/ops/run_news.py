"""Telling when a run is over, as the settings `notify_command` and `notify_url` ask for.

A run is over when none of its takes waits or runs. Each run is told of once: which ones are yet
to be told of stands in a file of the data folder, and a run is struck off there before it is told
of. A service that is killed at that instant has told nobody of it; one that was killed earlier
tells of it after its next start. Runs that were over before the setting was made are not told of;
a start without it forgets the file. Of services that share a database, each tells for itself.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, literal_column, select

from tower_anime.core.background import Background, Pause
from tower_anime.core.changes import changes
from tower_anime.core.database import Database, Reader
from tower_anime.core.errors import NotFound
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement, json_integer, one_of
from tower_anime.ops import telling
from tower_anime.parcel.writing import IMPORTED
from tower_anime.renders import runs
from tower_anime.renders.tables import runs as run_table
from tower_anime.renders.tables import takes

log = logging.getLogger(__name__)

FILE = "untold-runs.json"
LOOKED = Pause(settle=0.5)
FAILED = LOOKED._replace(at_most=60.0)

Tell = Callable[[str], None]  # is given a run as callers see it, in JSON

_UNFINISHED = Statement(
    select(takes.c.run_id)
    .distinct()
    .where(one_of(takes.c.status, "queued", "running"), takes.c.run_id.is_not(None))
)
_BEGUN = Statement(
    select(run_table.c.id)
    .where(run_table.c.id > bindparam("after"))
    .where(run_table.c.id <= bindparam("newest"))  # of a later one the takes may not be seen
    .where(
        ~exists(  # it came with an import, and was over elsewhere
            select(changes.c.id)
            .where(changes.c.subject == "project", changes.c.verb == IMPORTED)
            .where(changes.c.subject_id == run_table.c.project_id)  # of which there is an index
            .where(json_integer(changes.c.data, literal_column("'newest_run'")) >= run_table.c.id)
        )
    )
)
_NEWEST = Statement(select(func.coalesce(func.max(run_table.c.id), 0)))


class Known(NamedTuple):
    """Which runs are to be told of, once they are over, and the newest run that was seen."""

    untold: frozenset[int]
    newest: int


class RunNews:
    """Looks after each change for runs that are over, and tells of them on a thread of its own."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._file = settings.data_dir / FILE
        self._background = Background("looking for runs that are over", self._look, failed=FAILED)
        self._tellers = list(_tellers(settings, self._background.stopping))

    def start(self) -> None:
        """Look now, and after each change."""
        self._background.start()

    def wake(self, project_ids: set[int]) -> None:
        """Something changed."""
        del project_ids
        self._background.wake()

    def stop(self) -> None:
        """Note what is to be told of after the next start, and do not wait for a command."""
        self._background.finish()

    def _look(self) -> Pause:
        before = self._read()
        now, over = self._db.read_now(_compared, before)
        if now != before:
            self._write(now)
        for run_id in sorted(over):
            if self._background.stopping.is_set():
                break
            now = now._replace(untold=now.untold - {run_id})
            self._write(now)
            self._tell(run_id)
        return LOOKED

    def _tell(self, run_id: int) -> None:
        try:
            run = self._db.read_now(runs.get, run_id).json
        except NotFound:  # its branch is in the trash: nobody waits for it
            return
        for tell in self._tellers:
            tell(run)

    def _read(self) -> Known | None:
        try:
            told = json.loads(self._file.read_text())
            return Known(frozenset(told["untold"]), told["newest"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read, and is made anew: %s", self._file, error)
            return None

    def _write(self, known: Known) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"untold": sorted(known.untold), "newest": known.newest}))
        new.replace(self._file)


def _compared(reader: Reader, before: Known | None) -> tuple[Known, frozenset[int]]:
    """What is known now, and which of the runs to be told of are over."""
    newest: int = reader.value(_NEWEST)
    unfinished = frozenset(reader.column(_UNFINISHED))
    if before is None:
        return Known(unfinished, newest), frozenset()
    seen = min(before.newest, newest)  # a backup that was restored may know fewer runs
    waiting = before.untold | frozenset(reader.column(_BEGUN, after=seen, newest=newest))
    return Known(waiting, newest), waiting - unfinished


def forget(settings: Settings) -> None:
    """Forget what is to be told: nobody asks for it any more."""
    (settings.data_dir / FILE).unlink(missing_ok=True)


def _tellers(settings: Settings, stopping: threading.Event) -> Sequence[Tell]:
    found: list[Tell] = []
    if command := settings.notify_command:
        found.append(lambda run: telling.run_command(command, run, stopping))
    if url := settings.notify_url:
        found.append(lambda run: telling.post(url, run))
    return found
