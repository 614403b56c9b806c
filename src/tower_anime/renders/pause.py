"""Holding still while the machine is in trouble: each time longer, and told of once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

FIRST_SECONDS = 2.0
MOST_SECONDS = 300.0


class Pause:
    """A pause that grows with each trouble that follows it, and ends with the first success."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._until = 0.0

    def left(self) -> float:
        """Seconds until work may be tried again."""
        return max(0.0, self._until - self._clock())

    def begin(self, why: str) -> None:
        """Something that is no job's fault went wrong; jobs that fail together count as one."""
        with self._lock:
            if self.left():
                return
            first = not self._seconds
            self._seconds = min(2 * self._seconds or FIRST_SECONDS, MOST_SECONDS)
            self._until = self._clock() + self._seconds
        if first:
            log.warning("the queue pauses, and will try again by itself: %s", why)

    def end(self) -> None:
        """Something succeeded."""
        with self._lock:
            was, self._seconds, self._until = self._seconds, 0.0, 0.0
        if was:
            log.warning("the queue goes on")
