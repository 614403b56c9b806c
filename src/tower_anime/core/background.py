"""Work that goes on beside the requests, on a thread of its own, for as long as the service runs.

It is done once at the start, and again after the `Pause` that it answers with: whenever somebody
wakes it, or after a while, or both. Whoever wakes it does not wait for it. A failure is logged and
ends nothing; it is tried again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from tower_anime.core.errors import TowerError

log = logging.getLogger(__name__)

SLICE_SECONDS = 0.01  # of work that is to rest: what a request may have to wait for
LONGEST = 60.0  # seconds that it rests to keep its share: after one long turn, not for hours


class Pause(NamedTuple):
    """What passes before the work is done again; times are in seconds.

    `Pause()` waits until it is woken, `Pause(60)` a minute at most. `Pause(0, settle=2)` takes two
    seconds, woken or not.
    """

    at_most: float | None = None  # until somebody wakes it; None waits for as long as it takes
    settle: float = 0.0  # from then on, so that what comes together is done together
    share: float = 1.0  # of the time, that the work takes, unless it takes very long

    def after(self, took: float) -> Pause:
        """The same pause after work that took so long: it settles until its share is kept, but for
        no more than a minute.
        """
        return self._replace(settle=max(self.settle, min(took / self.share - took, LONGEST)))


class Turn:
    """One time that work is done, which may rest in between."""

    def __init__(
        self, wait: Callable[[float], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wait = wait
        self._clock = clock
        self._began = self._slice = clock()
        self._rested = 0.0

    def rest(self, share: float) -> None:
        """Rest if it has worked for long enough, so that it takes that share of the time."""
        now = self._clock()
        worked = now - self._slice
        if worked >= SLICE_SECONDS:
            self._wait(min(worked / share - worked, LONGEST))
            self._slice = self._clock()
            self._rested += self._slice - now

    def worked(self) -> float:
        """The seconds of work so far, without the rests."""
        return self._clock() - self._began - self._rested


class Background:
    """Does one piece of work again and again.

    `task` says in a few words what that is, for the log and as the thread's name. `work` may look
    at `stopping` where it takes long. After work that failed comes the pause `failed`.
    """

    def __init__(self, task: str, work: Callable[[], Pause], failed: Pause) -> None:
        self._task = task
        self._work = work
        self._failed = failed
        self._is_to_finish = False
        self._now: Turn | None = None
        self._woken = threading.Event()
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=task)

    def start(self) -> None:
        """Do the work now, and after each pause."""
        self._thread.start()

    def wake(self) -> None:
        """There is work: called from any thread."""
        self._woken.set()

    def stop(self) -> None:
        """End. Work that is under way is waited for; none is begun."""
        self.stopping.set()
        self._woken.set()
        self._thread.join()

    def finish(self) -> None:
        """Do the work a last time, for what came while it was done before, and end."""
        self._is_to_finish = True
        self.stop()

    def rest(self, share: float) -> None:
        """Let requests go first: called again and again by work that takes long, to take a share.

        There is no rest in work that somebody waits for: the last time, and outside of the thread.
        """
        if self._now is not None:
            self._now.rest(share)

    def _run(self) -> None:
        pause = Pause(0)
        while self._passes(pause):
            pause = self._turn()
        if self._is_to_finish:
            self._turn()

    def _passes(self, pause: Pause) -> bool:
        """Let a pause pass; whether there is work to do after it."""
        if not self.stopping.is_set():  # who stops wakes it afterwards; the turn may have missed it
            self._woken.wait(pause.at_most)
        return not self.stopping.wait(pause.settle)

    def _turn(self) -> Pause:
        self._woken.clear()  # what comes from here on may come too late for this turn
        self._now = now = Turn(self.stopping.wait)
        try:
            pause = self._work()
        except TowerError as error:  # the database is away, and comes back
            log.warning("%s failed, and is tried again: %s", self._task, error.detail)
            pause = self._failed
        except Exception:  # whatever nobody foresaw must not end the work for good
            log.exception("%s failed, and is tried again", self._task)
            pause = self._failed
        self._now = None
        return pause.after(now.worked())
