"""SQLite's write-ahead log: flushed after commits, and moved into the file now and then.

SQLite would do both within a COMMIT, which an event loop may be running (see docs/adr/0021).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tower_anime.core.background import Background, Pause
from tower_anime.core.sqlite_connection import connect

# It is moved after so many commits, of some 35 pages each, or when it has grown by so much.
COMMITS, BYTES = 256, 32 * 2**20
AGAIN = Pause(settle=1.0)  # after it could not be moved

_flush = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have only the latter


class Log:
    """The log beside the database at `path`, open as `file`; its writer tells of each commit.

    Moving a long log takes a tenth of a second, and goes on beside the writes, on a thread and a
    connection of its own. What they add meanwhile is left: `moved` is called, from that thread, for
    the writer to `move` it between two writes. Then the log begins anew.
    """

    def __init__(self, path: Path, file: BinaryIO, moved: Callable[[], None]) -> None:
        self._database = file
        self._file = path.with_name(f"{path.name}-wal").open("r+b")
        self._mover = connect(path)
        self._moved = moved
        self._commits = 0  # since it was moved the last time
        self._size = self._length()  # that it had then: it is written over from its beginning
        self._background = Background("moving the log", self._move, failed=AGAIN)
        self._background.start()

    def grew(self) -> None:
        """Something was committed. Never fails: what is committed is not undone for this."""
        self._commits += 1
        if self._commits >= COMMITS or self._length() - self._size > BYTES:
            self._commits, self._size = 0, self._length()
            self._background.wake()

    def flush(self) -> None:
        """Wait until what was committed is on the disk. Raises OSError."""
        _flush(self._file.fileno())

    def close(self) -> None:
        """Let go of it."""
        self._background.stop()
        self._mover.close()
        self._file.close()

    def _length(self) -> int:
        try:
            return os.fstat(self._file.fileno()).st_size
        except OSError:  # a disk that is away; `flush` tells of it
            return 0

    def _move(self) -> Pause:
        move(self._mover)
        _flush(self._database.fileno())  # SQLite does it where nothing is left, and others wait
        self._moved()
        return Pause()


def leave_log_alone(connection: sqlite3.Connection) -> None:
    """Have a connection's commits neither flush the log nor move it."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def move(connection: sqlite3.Connection) -> None:
    """Move what is in the log into the file, as far as nobody reads it where it is."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
