"""SQLite's write-ahead log: flushed after commits, and moved into the file now and then.

SQLite would do both within a COMMIT, which an event loop may be running (see docs/adr/0021).
"""

from __future__ import annotations

import ctypes
import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tower_anime.core.background import Background, Pause
from tower_anime.core.sqlite_connection import connect

log = logging.getLogger(__name__)

# It is moved after so many commits, of some 35 pages each, or when it has grown by so much.
COMMITS, BYTES = 256, 32 * 2**20
ANOTHER_TRY = 8  # commits, while somebody reads what is to be written over

_SALTS = slice(16, 24)  # of its header: others each time that it begins anew (SQLite's walformat)
_flush = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have only the latter


class Log:
    """The log beside the database at `path`, open as `file`; its writer tells of each commit.

    Moving a long log takes a tenth of a second, and goes on beside the writes, on a thread and a
    connection of its own. The rest, which they add meanwhile, is the writer's to move between two
    writes: `ask_for_rest` is called for that, from any thread. Then the log begins anew, unless
    somebody reads from it; that is tried again.

    The thread never looks at a log that is moved wholly: SQLite before 3.51.3 can lose a commit
    that begins the log anew while a second connection does (sqlite.org/wal.html, section 11).
    """

    def __init__(self, path: Path, file: BinaryIO, ask_for_rest: Callable[[], None]) -> None:
        self._database = file
        whole = path.resolve()  # SQLite keeps the log beside the file itself, not beside a link
        self._file = whole.with_name(f"{whole.name}-wal").open("r+b", buffering=0)
        self._mover = connect(path)
        self._ask_for_rest = ask_for_rest
        self._commits = 0  # since it was moved the last time
        self._size = self._length()  # that it had then: it is written over from its beginning
        self._is_due = False  # for the thread to move
        self._is_being_moved = False  # from then on until the writer has moved the rest
        self._moved: bytes | None = None  # the salts of a log that is moved, and goes on
        self.is_lost = False
        self._background = Background("moving the log", self._move, failed=Pause())
        self._background.start()

    def grew(self) -> None:
        """Something was committed. Raises OSError."""
        self._commits += 1
        if self._is_being_moved:
            return
        if self._moved is not None:
            if self._moved != self._salts():
                self._moved = None
            elif self._commits % ANOTHER_TRY == 0:
                self._ask_for_rest()
        elif self._commits >= COMMITS or self._length() - self._size > BYTES:
            self._is_due = self._is_being_moved = True
            self._background.wake()

    def flush(self) -> None:
        """Wait until what was committed is on the disk. Raises OSError, once and for all.

        What the system could not write it does not write the next time either, and says that all is
        well: the log may have a gap, and all that is behind it would be lost with it.
        """
        if self.is_lost:
            raise OSError("what was committed before is not on the disk")
        try:
            _flush(self._file.fileno())
        except OSError:
            self.is_lost = True
            raise

    def move_rest(self, connection: sqlite3.Connection) -> None:
        """Move what the thread has left, on the writer's connection.

        Raises `sqlite3.Error` and OSError; it is tried again after some more commits.
        """
        self._commits, self._is_being_moved = 0, False
        self._size, self._moved = self._length(), self._salts()
        if not self.is_lost:
            _move(connection)

    def close(self) -> None:
        """Let go of it. The writer's connection closes after this one, or never."""
        self._background.stop()
        self._mover.close()
        self._file.close()

    def _length(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def _salts(self) -> bytes:
        self._file.seek(0)
        return self._file.read(_SALTS.stop)[_SALTS]

    def _move(self) -> Pause:
        if self._is_due and not self.is_lost:  # the first turn comes at the start
            self._is_due = False
            try:
                _move(self._mover)
                # SQLite does it only where nothing is left, and then all others wait for it.
                _flush(self._database.fileno())
            except (sqlite3.Error, OSError) as error:
                log.warning("the write-ahead log is moved by its writer: %s", error)
            self._ask_for_rest()
        return Pause()


def keep_open(connection: sqlite3.Connection) -> None:
    """Keep a connection open until the process is gone, whoever lets go of it.

    The last one to close moves the log into the file, whatever the disk has of it. One that may
    have a gap is for the next start, which reads it by its checksums, and ends it at the gap.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def leave_log_alone(connection: sqlite3.Connection) -> None:
    """Have a connection's commits neither flush the log nor move it."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def _move(connection: sqlite3.Connection) -> None:
    """Move what is in the log into the file, as far as nobody reads it where it is."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
