"""Hearing of commits on PostgreSQL, whichever service made them.

A commit that changes something also notifies (`NOTIFY`, which PostgreSQL delivers after the
commit). That only wakes: what has changed is read from the log, and is looked at each second in any
case. So nothing is missed that came while the connection was lost, or behind a pooler that passes
no notifications on.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading

import psycopg

from tower_anime.core import feed
from tower_anime.core.database import Listener, Reader

log = logging.getLogger(__name__)

CHANNEL = "tower_changes"
LOOK_SECONDS = 1.0


class Notifications:
    """A thread with a connection of its own that tells the listeners which projects changed.

    `seen` is the last change that they need not be told of. The log is looked at every
    `look_seconds`, whatever is heard.
    """

    def __init__(self, url: str, listeners: list[Listener], seen: int, look_seconds: float) -> None:
        self._url = url
        self._listeners = listeners
        self._seen = seen
        self._look_seconds = look_seconds
        self._stopping = threading.Event()
        self._stop_seen, self._stop_told = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="notifications")
        self._thread.start()

    def close(self) -> None:
        """Tell of what has been committed, and end."""
        self._stopping.set()
        self._stop_told.close()
        self._thread.join()
        self._stop_seen.close()

    def _run(self) -> None:
        is_well = True
        while True:
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    is_well = True
                    self._hear(connection)
            except Exception as error:  # noqa: BLE001 - it outlives a server that is away
                if is_well:
                    log.warning("changes are not heard of until the database is back: %s", error)
                is_well = False
            if self._stopping.wait(0 if is_well else self._look_seconds):
                return

    def _hear(self, connection: psycopg.Connection) -> None:
        self._tell(connection)
        while not self._stopping.is_set():
            self._wait(connection)
            self._tell(connection)

    def _wait(self, connection: psycopg.Connection) -> None:
        """Wait for a notification, the time to look, or the end."""
        if self._has_heard(connection):  # while the log was read
            return
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._stop_seen, selectors.EVENT_READ)
            selector.select(self._look_seconds)
        self._has_heard(connection)

    @staticmethod
    def _has_heard(connection: psycopg.Connection) -> bool:
        """Whether there were notifications; how many does not matter."""
        return bool(list(connection.notifies(timeout=0)))

    def _tell(self, connection: psycopg.Connection) -> None:
        self._seen, changed = feed.grown(Reader(connection, "postgresql"), self._seen)
        if not changed:
            return
        for listener in self._listeners:
            try:
                listener(changed)
            except Exception:  # the others want to hear of it too
                log.exception("telling of a commit failed")
