"""The one that writes to a SQLite file: commands in groups, each group in one transaction.

Commands run on a thread; but those that are brief run on the event loop that they came from, while
the thread has none of its own. Each step in SQLite lets go of the interpreter: a thread that runs
commands beside a busy event loop waits for it at every step, and the loop runs them in half the
time. To wait for the disk is the thread's part: it flushes what was committed, and then answers.
The next commands run meanwhile, and what they commit is flushed together (see docs/adr/0021).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from tower_anime.core.database import Job, Listener, Size, tell
from tower_anime.core.errors import Unavailable
from tower_anime.core.sqlite_connection import BUSY_SECONDS, connect
from tower_anime.core.sqlite_group import STUMBLED, Group, Outcome
from tower_anime.core.sqlite_log import Log, keep_open, leave_log_alone

log = logging.getLogger(__name__)

GROUP = 128  # commands that share one commit, at most
BRIEF_GROUP = 8  # the same, on an event loop: its other requests wait for a millisecond or two


LOST = (
    "The disk did not take what was written before. Nothing more is written until the service is"
    " started again, which finds what is on the disk."
)


class Spoilt(Exception):
    """A command failed after it had written: what its neighbours wrote cannot be told apart."""


class Writer:
    """A thread, and a connection that is its own or an event loop's for one group at a time.

    The database is at `path`, open as `file`; `require_file` raises `Unavailable` unless it is
    well. Each of `listeners` is told of every commit. The thread waits for `patience` seconds
    while another program has the file.
    """

    def __init__(
        self,
        path: Path,
        file: BinaryIO,
        require_file: Callable[[], None],
        listeners: list[Listener],
        patience: float = BUSY_SECONDS,
    ) -> None:
        self._connection = connect(path)
        leave_log_alone(self._connection)
        self._patience = patience
        self._waits = float(BUSY_SECONDS)  # as the connection is told now
        self._require_file = require_file
        self._listeners = listeners
        # What follows is guarded by the condition, which wakes the thread.
        self._changed = threading.Condition()
        self._somebody_writes = False  # a transaction is open, on the thread or on an event loop
        self._jobs: deque[Job] = deque()  # for the thread
        self._brief: deque[Job] = deque()  # for an event loop, or the thread takes them along
        self._loop: asyncio.AbstractEventLoop | None = None  # on which the newest of these came
        self._committed: list[Group] = []  # and not flushed
        self._rest_is_due = False  # of the log, to be moved
        self._log_begins_anew = False  # SQLite flushes what begins it: no work for an event loop
        self._ends = self._has_ended = False
        self._log = Log(path, file, self._move_rest_next)
        self._thread = threading.Thread(target=self._work_forever, name="writer")
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Have a command run on the thread."""
        self._take([job], self._jobs)

    def submit_together(self, loop: asyncio.AbstractEventLoop, jobs: list[Job]) -> None:
        """Have commands run that came together on an event loop; called on it."""
        if all(job.size is Size.BRIEF for job in jobs):
            self._loop = loop
            self._take(jobs, self._brief)
            self._write_here()
        else:
            self._take(jobs, self._jobs)

    def _take(self, jobs: list[Job], line: deque[Job]) -> None:
        with self._changed:
            if not self._has_ended:
                line += jobs
                if self._is_the_threads_turn():
                    self._changed.notify()
                return
        for job in jobs:
            job.settle(None, Unavailable("The service is stopping."))

    def check(self) -> None:
        """Raise `Unavailable` where nothing can be written any more."""
        if not self._thread.is_alive():
            raise Unavailable("The database's writer has ended.")
        if self._log.is_lost:
            raise Unavailable(LOST)

    def close(self) -> None:
        """Commit what was submitted, move it from the log into the file, and end."""
        with self._changed:
            self._ends = True
            self._changed.notify()
        self._thread.join()
        self._log.close()
        if self._log.is_lost:
            keep_open(self._connection)
            return
        with suppress(sqlite3.DatabaseError):  # then the log beside the file keeps what is in it
            self._wait_for_locks(self._patience)
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    # --- on an event loop

    def _write_here(self) -> None:
        """Run what is brief, unless somebody writes, or it is the thread's turn: then that does."""
        with self._changed:
            if self._somebody_writes or self._is_the_threads_turn() or not self._brief:
                return
            self._somebody_writes = True
            jobs = _taken(self._brief, BRIEF_GROUP)
        loop, outcomes = asyncio.get_running_loop(), None
        try:
            outcomes = self._tried(jobs)
        finally:
            with self._changed:
                self._somebody_writes = False
                if outcomes is None:
                    self._jobs.extendleft(reversed(jobs))
                else:
                    self._committed.append(Group(jobs, outcomes, loop))
                self._changed.notify()
        if self._brief:
            loop.call_soon(self._write_here)

    def _tried(self, jobs: list[Job]) -> list[Outcome] | None:
        """As `_run`; `None` where the thread is to try again, with more patience."""
        try:
            self._begin(patience=0)
            return self._run(jobs)
        except (sqlite3.Error, Unavailable, Spoilt):
            self._roll_back()
            return None

    # --- on the thread

    def _work_forever(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:  # whatever nobody foresaw: others wait for this thread
                log.exception("the writer stumbled, and goes on")

    def _next(self) -> Callable[[], None] | None:
        """What is to be done now: to answer comes first; `None` at the end."""
        with self._changed:
            while True:
                if self._committed:
                    groups, self._committed = self._committed, []
                    return partial(self._flush, groups)
                if not self._somebody_writes:
                    work = self._next_write()
                    if work is not None:
                        self._somebody_writes = True
                        return work
                    if self._ends:
                        self._has_ended = True
                        return None
                self._changed.wait()

    def _is_the_threads_turn(self) -> bool:
        return bool(self._jobs) or self._rest_is_due or self._log_begins_anew or self._ends

    def _next_write(self) -> Callable[[], None] | None:
        if self._rest_is_due:
            self._rest_is_due = False
            return self._move_rest
        if self._jobs or (self._brief and self._is_the_threads_turn()):
            self._log_begins_anew = False
            return partial(self._write, self._gathered())
        return None

    def _gathered(self) -> list[Job]:
        """Those that wait and may share a commit: the thread's own, and then what is brief."""
        jobs: list[Job] = []
        while self._jobs and len(jobs) < GROUP:
            if self._jobs[0].size is Size.LARGE:
                return jobs or [self._jobs.popleft()]
            jobs.append(self._jobs.popleft())
        return jobs + _taken(self._brief, GROUP - len(jobs))

    def _write(self, jobs: list[Job]) -> None:
        """Run commands, and commit them."""
        group = Group(jobs, [STUMBLED] * len(jobs))
        try:
            group = self._written(jobs)
        finally:
            self._hand_on(group)

    def _written(self, jobs: list[Job]) -> Group:
        try:
            self._begin(self._patience)
        except (sqlite3.Error, Unavailable) as error:  # none of them can, and none is tried again
            return Group(jobs, [Outcome(None, error)] * len(jobs))
        try:
            return Group(jobs, self._run(jobs))
        except (sqlite3.Error, Spoilt) as error:
            self._roll_back()
            if len(jobs) == 1:
                cause = error.__cause__ if isinstance(error, Spoilt) else error
                return Group(jobs, [Outcome(None, cause)])
            log.warning("a group of %d commands did not commit: %s", len(jobs), error)
        # One of them may be what the disk has no room for.
        return Group(jobs, [self._written([job]).outcomes[0] for job in jobs])

    def _move_rest_next(self) -> None:
        with self._changed:
            self._rest_is_due = True
            self._changed.notify()

    def _move_rest(self) -> None:
        """Move the rest of the log: little, for which all others wait."""
        try:
            self._log.move_rest(self._connection)
            self._log_begins_anew = True
        except (sqlite3.Error, OSError) as error:
            log.warning("the write-ahead log could not be moved, and is tried again: %s", error)
        finally:
            self._hand_on(None)

    def _hand_on(self, group: Group | None) -> None:
        """Nobody writes any more: have the brief ones that came meanwhile run on their loop."""
        with self._changed:
            self._somebody_writes = False
            if group is not None:
                self._committed.append(group)
            loop = self._loop if self._brief and not self._is_the_threads_turn() else None
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._write_here)
        except RuntimeError:  # it has ended, and whoever waits for these with it
            with self._changed:
                self._jobs += _taken(self._brief, len(self._brief))

    def _flush(self, groups: list[Group]) -> None:
        """Have what was committed on the disk, and answer."""
        lost: BaseException | None = None
        try:
            self._log.flush()
        except OSError as error:
            log.exception("the disk did not take what was written")
            lost = Unavailable("The disk did not take what was written; it may be lost.")
            lost.__cause__ = error
        for group in groups:
            self._answer(group, lost)
            tell(group.done, self._listeners)

    def _answer(self, group: Group, lost: BaseException | None) -> None:
        try:
            if group.loop is not None:
                group.loop.call_soon_threadsafe(group.answer, lost)
                return
        except RuntimeError:  # it has ended; some may have come from another
            pass
        group.answer(lost)

    # --- on either: one at a time

    def _begin(self, patience: float) -> None:
        """Begin a transaction. Raises what keeps everybody from writing."""
        self._roll_back()  # where an earlier attempt at that failed
        self._require_file()
        if self._log.is_lost:
            raise Unavailable(LOST)
        self._wait_for_locks(patience)
        self._connection.execute("BEGIN IMMEDIATE")

    def _run(self, jobs: list[Job]) -> list[Outcome]:
        """Run commands and commit them. Raises what they cannot be committed with."""
        outcomes = [self._outcome(job) for job in jobs]
        self._connection.execute("COMMIT")
        try:
            self._log.grew()
        except Exception:  # a disk that is away; what is committed is not run again for it
            log.exception("whether the log is to be moved could not be seen")
        return outcomes

    def _wait_for_locks(self, seconds: float) -> None:
        if self._waits != seconds:
            self._connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
            self._waits = seconds

    def _outcome(self, job: Job) -> Outcome:
        """Run one command. One that was refused before it wrote anything harms no other."""
        connection = self._connection
        before = connection.total_changes
        try:
            return Outcome(job.run(connection, "sqlite"), None)
        except Exception as error:
            # A full disk ends the whole transaction.
            if connection.total_changes != before or not connection.in_transaction:
                raise Spoilt("a command failed after it had written") from error
            return Outcome(None, error)

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            log.warning("a transaction could not be rolled back: %s", error)


def _taken(jobs: deque[Job], most: int) -> list[Job]:
    return [jobs.popleft() for _ in range(min(most, len(jobs)))]
