"""A readable mirror of what was made, for people who look for files without the service.

Hard links to the store where the disk has them, copies elsewhere. All of it can be made again from
the database at any time; nothing reads it.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from tower_anime.core.background import Background, Pause
from tower_anime.core.database import Database
from tower_anime.core.sql import Statement
from tower_anime.media.store import MediaStore
from tower_anime.ops.film_names import Wanted, folders, wanted
from tower_anime.projects import service as projects

log = logging.getLogger(__name__)

MADE = Pause(settle=1.0, share=0.05)  # of the time while somebody writes: there may be many takes
LINKING = 0.25  # of the time that it lasts, where there are many files to look at
FAILED = MADE._replace(at_most=60.0)  # a disk that is full may come to have room

_PROJECTS = Statement(select(projects.p.id))


class FilmsMirror:
    """Keeps `films/` as the database has it, a moment after each change.

    What a person removes there comes back with the next start, or by `tower-anime films`.
    """

    def __init__(self, db: Database, store: MediaStore, root: Path) -> None:
        self._db = db
        self._store = store
        self._root = root
        self._waiting: set[int] = set()
        self._folders: dict[int, str] = {}
        self._seen: dict[int, set[str]] = {}  # the lines of files that are there, as was looked up
        self._lock = threading.Lock()
        self._background = Background("mirroring films", self._catch_up, failed=FAILED)

    def start(self) -> None:
        """Bring the mirror up to date, then keep it so."""
        self.wake(self._all())
        self._background.start()

    def rebuild_all(self) -> set[int]:
        """Make every project's files what the database says; those that the disk refused."""
        return self.rebuild(self._all())

    def _all(self) -> set[int]:
        return {*self._db.read_now(lambda reader: reader.column(_PROJECTS))}

    def wake(self, project_ids: set[int]) -> None:
        """Something changed in these projects."""
        with self._lock:
            self._waiting |= project_ids
        self._background.wake()

    def stop(self) -> None:
        """Finish what is waiting, and end."""
        self._background.finish()

    def _catch_up(self) -> Pause:
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        left = waiting
        try:
            left = self.rebuild(waiting) if waiting else waiting
        finally:
            with self._lock:
                self._waiting |= left
        return FAILED if left else MADE

    def rebuild(self, project_ids: set[int]) -> set[int]:
        """Make these projects' files what the database says, and those whose folder is another.

        Everything is cleared before anything is filled: a folder may pass to another project.
        Returns the projects whose mirror the disk refused.
        """
        now = self._db.read_now(folders)
        moved = {i for i, folder in now.items() if self._folders.get(i) != folder}
        mirrors = {i: self._wanted(i, now.get(i)) for i in sorted(project_ids | moved)}
        self._folders = now
        left = set()
        for step in (self._clear, self._fill):
            for project_id, files in mirrors.items():
                try:
                    step(project_id, files)
                except OSError as error:  # a full disk, a file where a folder should be
                    log.warning("the mirror of project %d waits: %s", project_id, error)
                    left.add(project_id)
        return left

    def _wanted(self, project_id: int, folder: str | None) -> Wanted:
        return {} if folder is None else self._db.read_now(wanted, project_id, folder)

    # A project's marker tells which files are ours. It names each before it is there, and until
    # it is gone: what was interrupted is found, and made or cleared the next time.

    def _marker(self, project_id: int) -> Path:
        return self._root / f".project-{project_id}"

    def _there(self, project_id: int) -> set[str]:
        marker = self._marker(project_id)
        return set(marker.read_text().splitlines()) if marker.is_file() else set()

    def _mark(self, project_id: int, lines: set[str]) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        new = self._root / f".new-{project_id}"
        new.write_text("".join(f"{line}\n" for line in sorted(lines)))
        new.replace(self._marker(project_id))

    def _clear(self, project_id: int, files: Wanted) -> None:
        seen = self._seen.setdefault(project_id, set())
        for line in sorted(self._there(project_id) - _lines(files)):
            seen.discard(line)
            self._remove(self._path(line))

    def _fill(self, project_id: int, files: Wanted) -> None:
        before, lines = self._there(project_id), _lines(files)
        left = {line for line in before - lines if self._path(line).is_file()}
        if before != lines | left:
            self._mark(project_id, lines | left)
        seen = self._seen.setdefault(project_id, set())
        for path, sha256 in files.items():
            self._background.rest(LINKING)
            line = _line(path, sha256)
            if line not in seen and self._link(self._root / path, sha256, ours=line in before):
                seen.add(line)

    def _path(self, line: str) -> Path:
        return self._root / line.partition(" ")[2]

    def _link(self, target: Path, sha256: str, *, ours: bool) -> bool:
        """Whether the file is there now; there is none of a medium whose bytes are gone."""
        source = self._store.path(sha256)
        try:
            of_source = source.stat()
        except FileNotFoundError:
            return False
        if _is_there(target, of_source, ours=ours):
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            target.hardlink_to(source)
        except OSError:  # another disk, or one without hard links
            shutil.copyfile(source, target)
        return True

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        for folder in _up_to(path, self._root):
            try:
                folder.rmdir()
            except OSError:  # not empty: other takes, or something that a person put there
                return


def find(root: Path, sha256: str) -> Path | None:
    """A file of the mirror with these bytes, the first by its name; `None` until there is one."""
    found = [
        line.partition(" ")[2]
        for marker in root.glob(".project-*")
        for line in marker.read_text().splitlines()
        if line.startswith(sha256)
    ]
    return next((root / path for path in sorted(found) if (root / path).is_file()), None)


def _is_there(target: Path, source: os.stat_result, *, ours: bool) -> bool:
    """Whether a file is the source, or its copy that we made: half a copy is shorter."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(found, source) or (ours and found.st_size == source.st_size)


def _line(path: str, sha256: str) -> str:
    return f"{sha256} {path}"


def _lines(files: Wanted) -> set[str]:
    return {_line(path, sha256) for path, sha256 in files.items()}


def _up_to(path: Path, root: Path) -> Iterator[Path]:
    for folder in path.parents:
        if folder == root:
            return
        yield folder
