"""The queue: claims rows of a ledger, and runs each attempt as a durable workflow.

The ledgers (takes, cuts) are the truth; workflows carry each attempt through crashes. At the
start and by a timer, rows that are said to run are compared with the workflows there are (see
docs/adr/0004). What is nobody's fault but the machine's (a full disk, a database that is away)
gives the row back, and the queue pauses.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tower_anime.core import clock
from tower_anime.core.children import Cancelled, Report
from tower_anime.core.database import Database, write_now
from tower_anime.core.errors import TowerError, Unavailable
from tower_anime.core.settings import Settings
from tower_anime.core.space import DiskSpace
from tower_anime.renders.leases import LEASE_SECONDS, Leases
from tower_anime.renders.ledger import Claim
from tower_anime.renders.pause import Pause
from tower_anime.renders.work import Outcome, Work, failure, give_back
from tower_anime.renders.workflows import Course, Workflows

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10.0
PROGRESS_SECONDS = 0.5  # how often progress is written down
STOP_SECONDS = 6.0
FINISH_AGAIN_AFTER = (1, 2, 4, 8, 16, 32, 64)  # seconds, while the database is away
BEGINNERS = 4  # threads that begin workflows


class RenderQueue:
    """The workers of one service. One instance a process, as DBOS is."""

    def __init__(
        self, db: Database, settings: Settings, works: list[Work], space: DiskSpace
    ) -> None:
        self._db = db
        self._settings = settings
        self._space = space
        space.listeners.append(self.wake)
        self._works = {work.name: work for work in works}
        self._leases = {work.name: Leases() for work in works}
        self._turns = deque(works)  # the kind that was begun last comes last
        self._active: set[tuple[str, Claim]] = set()
        self._broken: set[tuple[str, Claim]] = set()  # whose workflow ended before their row did
        self._pause = Pause()
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._dispatch, name="dispatcher")
        self._beginners = ThreadPoolExecutor(BEGINNERS, thread_name_prefix="beginner")
        self._workflows = Workflows(settings, self)

    # --- life

    def start(self) -> None:
        """Go on with what a killed service left, and begin to claim."""
        self._workflows.launch()
        self._reconcile()
        self._thread.start()

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Give back what is being worked on, and end."""
        self._stopping.set()
        self._woken.set()
        if self._thread.ident is not None:  # it was started
            self._thread.join()
        self._beginners.shutdown()
        deadline = time.monotonic() + STOP_SECONDS
        while self._active and time.monotonic() < deadline:
            time.sleep(0.02)
        self._workflows.end()

    # --- one attempt, in a thread of DBOS

    @contextmanager
    def at_work(self, kind: str, claim: Claim) -> Iterator[None]:
        """Count a claim as worked on for as long as its workflow runs here."""
        with self._lock:
            self._active.add((kind, claim))
        try:
            yield
        except BaseException as error:  # most likely DBOS could not write down how a step ended
            with self._lock:
                self._broken.add((kind, claim))
            self._pause.begin(f"{kind} {claim[0]} could not be finished: {error}")
            raise
        finally:
            with self._lock:
                self._active.discard((kind, claim))
            self._woken.set()

    def produce(self, kind: str, claim: Claim) -> Outcome:
        """Do the work of an attempt; what is no failure of its own has it queued again."""
        work = self._works[kind]
        reporter, canceller = self._reporter(work, claim), self._canceller(work, claim)
        try:
            outcome = work.produce(claim, reporter, canceller)
        except Cancelled:  # the service stops, or somebody asked for it: `give_back` knows
            return {"status": "queued"}
        except (Unavailable, OSError) as error:  # of our own files and processes
            self._pause.begin(f"{work.name} {claim[0]} has to wait: {error}")
            return {"status": "queued"}
        except TowerError as error:
            return failure(error.title, error.detail)
        except Exception:  # a mistake of ours must not take the queue down with it
            log.exception("%s %d failed", work.name, claim[0])
            return failure("Internal error", "The work failed; the service's log says how.")
        self._pause.end()
        return outcome

    def _reporter(self, work: Work, claim: Claim) -> Report:
        written = 0.0

        def report(done: int, total: int) -> None:
            nonlocal written
            if total and time.monotonic() - written >= PROGRESS_SECONDS:
                written = time.monotonic()
                write_now(self._db, work.ledger.advance, claim, min(done / total, 1.0))

        return report

    def _canceller(self, work: Work, claim: Claim) -> Callable[[], bool]:
        def cancelled() -> bool:
            return self._stopping.is_set() or not self._db.read_now(work.ledger.wanted, claim)

        return cancelled

    def finish(self, kind: str, claim: Claim, outcome: Outcome) -> None:
        """Write down what came of an attempt; waits for a database that is away for a while.

        What was made is not made again for a short absence. Raises `Unavailable` after a long one;
        a service that stops tries as often, but does not wait.
        """
        for seconds in FINISH_AGAIN_AFTER:
            try:
                return self._finish_now(self._works[kind], claim, outcome)
            except Unavailable as error:
                log.warning("%s %d cannot be finished yet: %s", kind, claim[0], error)
                self._stopping.wait(seconds)
        return self._finish_now(self._works[kind], claim, outcome)

    def _finish_now(self, work: Work, claim: Claim, outcome: Outcome) -> None:
        if outcome["status"] == "queued":
            write_now(self._db, give_back, work, claim)
        else:
            write_now(self._db, work.finish, claim, outcome)

    # --- the dispatcher's thread

    def _dispatch(self) -> None:
        looked = time.monotonic()
        while not self._stopping.is_set():
            try:
                self._claim_until(looked + HEARTBEAT_SECONDS)
                if time.monotonic() - looked >= HEARTBEAT_SECONDS:
                    looked = time.monotonic()
                    self._renew_leases()
                    self._reconcile()
                    self._workflows.forget()
            except Exception:  # the queue outlives a database that is away for a while
                log.exception("the queue stumbled, and goes on")
            self._woken.wait(min(self._pause.left() or HEARTBEAT_SECONDS, HEARTBEAT_SECONDS))
            self._woken.clear()

    def _claim_until(self, heartbeat: float) -> None:
        """Claim what there is; goes on after the heartbeat, once that is due."""
        while self._may_claim() and self._claim_one():
            if time.monotonic() >= heartbeat:
                self._woken.set()
                return

    def _may_claim(self) -> bool:
        return not (self._stopping.is_set() or self._pause.left() or self._space.is_low)

    def _has_room(self, work: Work) -> bool:
        """Whether this machine can draw one more; work that is sent away knows its own room."""
        if not work.draws:
            return True
        with self._lock:
            drawing = sum(self._works[name].draws for name, _ in self._active)
        return drawing < self._settings.render_workers

    def _claim_one(self) -> bool:
        for work in list(self._turns):
            if not self._has_room(work):
                continue
            claim = write_now(self._db, work.claim, self._settings.worker_id, _lease())
            if claim is not None:
                self._turns.remove(work)
                self._turns.append(work)
                self._begin(work, claim)
                return True
        return False

    def _begin(self, work: Work, claim: Claim) -> None:
        """Begin a claim's workflow, on another thread: it is written down, which takes time."""
        with self._lock:
            self._active.add((work.name, claim))
        self._beginners.submit(self._begin_now, work, claim)

    def _begin_now(self, work: Work, claim: Claim) -> None:
        try:
            self._workflows.begin(work.name, claim)
        except Exception:  # it is begun when rows and workflows are compared again
            log.exception("%s %d was claimed and could not be begun", work.name, claim[0])
            with self._lock:
                self._active.discard((work.name, claim))

    def _renew_leases(self) -> None:
        with self._lock:
            active = list(self._active)
        for work in self._works.values():
            claims = [claim for name, claim in active if name == work.name]
            if claims:
                write_now(self._db, work.ledger.renew_leases, claims, _lease())

    def _reconcile(self) -> None:
        """See to rows that are said to run and to claims that are said to be worked on.

        DBOS goes on with a workflow that is pending here, or enqueued again after a crash. One that
        never began is begun; one that ended without finishing its row gives the row back.
        """
        worker = self._settings.worker_id
        for work in self._works.values():
            said = self._db.read_now(work.ledger.running, worker)
            held = self._db.read_now(work.ledger.held_by_others, worker)
            lost = self._leases[work.name].run_out(held)
            with self._lock:
                claims = [claim for name, claim in self._active | self._broken if name == work.name]
            for claim in {*said, *lost, *claims}:
                self._see_to(work, claim)

    def _see_to(self, work: Work, claim: Claim) -> None:
        course = self._workflows.course(work.name, claim)
        if course is Course.NEVER_BEGUN:
            log.info("beginning %s %d, which was claimed and not begun", work.name, claim[0])
            self._begin(work, claim)
        elif (work.name, claim) in self._broken or course is Course.OVER:
            log.warning("%s %d was left unfinished; it is queued again", work.name, claim[0])
            write_now(self._db, give_back, work, claim)
            with self._lock:
                self._active.discard((work.name, claim))
                self._broken.discard((work.name, claim))


def _lease() -> str:
    """A new lease's end: for people to read. Others see to it that it changes, not what it says."""
    return clock.text(datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS))
