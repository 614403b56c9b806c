"""How a SQLite file is opened here, and what its driver raises where it cannot answer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

# A file that is locked, full, gone or damaged; its subclasses tell of our own mistakes.
CANNOT_ANSWER = (sqlite3.OperationalError, sqlite3.DatabaseError)
BUSY_SECONDS = 10  # a backup or another tool may hold the file's lock for a moment


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection as this service wants it; it may be used from any one thread at a time."""
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,  # transactions are ours, and explicit
        check_same_thread=False,
        cached_statements=512,
        timeout=BUSY_SECONDS,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    # Pages that a statement may have to put back; in a file they were writes for each new scene.
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection
