"""The queue: claims rows of a ledger, and runs each attempt as a durable DBOS workflow.

The ledgers (takes, cuts) are the truth; DBOS carries each attempt through crashes. A workflow
has two steps: `produce`, which may be run again after a crash, and `finish`, one transaction
that carries the attempt. At the start and by a timer, rows that are said to run are compared with
the workflows there are (see docs/adr/0004). What is nobody's fault but the machine's (a full disk,
a database that is away) gives the row back, and the queue pauses.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowStatus

from tower_anime.core import clock
from tower_anime.core.children import Cancelled, Report
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.errors import TowerError, Unavailable
from tower_anime.core.settings import Settings
from tower_anime.renders.ledger import Claim, Ledger
from tower_anime.renders.pause import Pause

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
HEARTBEAT_SECONDS = 10.0
PROGRESS_SECONDS = 0.5  # how often progress is written down
STOP_SECONDS = 6.0
FINISH_ATTEMPTS = 8  # two minutes: each waits twice as long as the one before, from a second on
KEPT_SECONDS = 3600.0  # a workflow that is over, until it is forgotten
FORGOTTEN_AT_ONCE = 1000
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
DBOS_FILE = "workflows.db"
# Constant, so that an upgraded service goes on with what an older one began.
APPLICATION_VERSION = "1"

Outcome = Mapping[str, Any]  # any JSON; it has a `status`: done, failed, cancelled or queued


def failure(title: str, detail: str, node: str | None = None) -> Outcome:
    """The outcome of work that failed, as a person reads it."""
    return {"status": "failed", "error": {"title": title, "detail": detail, "node": node}}


class Work(Protocol):
    """One kind of work: what is done for a row, and what is written when it is done."""

    name: str
    ledger: Ledger

    def produce(self, claim: Claim, report: Report, cancelled: Callable[[], bool]) -> Outcome:
        """Do the work; may take minutes, and may be done again after a crash.

        Raises `Cancelled` once `cancelled()` is true; every other failure is an outcome.
        """

    def finish(self, tx: Transaction, claim: Claim, outcome: Outcome) -> None:
        """Write down what came of it, if the attempt is still the one that runs."""


def give_back(tx: Transaction, work: Work, claim: Claim) -> None:
    """Queue the row again; or finish it, where somebody has asked to cancel it meanwhile."""
    if work.ledger.wanted(tx, claim):
        work.ledger.give_back(tx, claim)
    else:
        work.finish(tx, claim, {"status": "cancelled"})


class RenderQueue:
    """The workers of one service. One instance a process, as DBOS is."""

    def __init__(self, db: Database, settings: Settings, works: list[Work]) -> None:
        self._db = db
        self._settings = settings
        self._works = {work.name: work for work in works}
        self._turns = deque(works)  # the kind that was begun last comes last
        self._active: set[tuple[str, Claim]] = set()
        self._broken: set[tuple[str, Claim]] = set()  # whose workflow ended before their row did
        self._pause = Pause()
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._dispatch, name="dispatcher")
        self._workflow: Callable[[str, int, int], None]

    # --- life

    def start(self) -> None:
        """Launch DBOS, which goes on with what a killed service left, and begin to claim."""
        DBOS(config=self._config())
        self._register()
        DBOS.launch()
        self._reconcile()
        self._thread.start()

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Give back what is being worked on, and end."""
        self._stopping.set()
        self._woken.set()
        self._thread.join()
        deadline = time.monotonic() + STOP_SECONDS
        while self._active and time.monotonic() < deadline:
            time.sleep(0.02)
        DBOS.destroy()

    def _config(self) -> DBOSConfig:
        settings = self._settings
        url = settings.database_url or f"sqlite:///{settings.data_dir / DBOS_FILE}"
        return {
            "name": "tower-anime",
            "system_database_url": url,
            "application_version": APPLICATION_VERSION,
            "executor_id": settings.worker_id,
            "log_level": "WARNING",
        }

    def _register(self) -> None:
        """Name the workflow and its steps to DBOS; they are found by these names after a crash."""

        @DBOS.step(name="produce")
        def produce(kind: str, row_id: int, attempt: int) -> Outcome:
            return self._produce(self._works[kind], (row_id, attempt))

        @DBOS.step(
            name="finish",
            retries_allowed=True,
            max_attempts=FINISH_ATTEMPTS,
            should_retry=self._may_pass,
        )
        def finish(kind: str, row_id: int, attempt: int, outcome: Outcome) -> None:
            self._finish(self._works[kind], (row_id, attempt), outcome)

        @DBOS.workflow(name="render")
        def render(kind: str, row_id: int, attempt: int) -> None:
            with self._at_work(kind, (row_id, attempt)):
                finish(kind, row_id, attempt, produce(kind, row_id, attempt))

        self._workflow = render

    # --- one attempt, in a thread of DBOS

    @contextmanager
    def _at_work(self, kind: str, claim: Claim) -> Iterator[None]:
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

    def _produce(self, work: Work, claim: Claim) -> Outcome:
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

    def _finish(self, work: Work, claim: Claim, outcome: Outcome) -> None:
        if outcome["status"] == "queued":
            write_now(self._db, give_back, work, claim)
        else:
            write_now(self._db, work.finish, claim, outcome)

    def _may_pass(self, error: BaseException) -> bool:
        """Whether it is worth waiting for: what was made is not made again for a short absence."""
        return isinstance(error, Unavailable) and not self._stopping.is_set()

    # --- the dispatcher's thread

    def _dispatch(self) -> None:
        looked = time.monotonic()
        while not self._stopping.is_set():
            try:
                while self._has_room() and self._claim_one():
                    pass
                if time.monotonic() - looked >= HEARTBEAT_SECONDS:
                    looked = time.monotonic()
                    self._renew_leases()
                    self._reconcile()
                    self._forget()
            except Exception:  # the queue outlives a database that is away for a while
                log.exception("the queue stumbled, and goes on")
            self._woken.wait(min(self._pause.left() or HEARTBEAT_SECONDS, HEARTBEAT_SECONDS))
            self._woken.clear()

    def _has_room(self) -> bool:
        if self._stopping.is_set() or self._pause.left():
            return False
        return len(self._active) < self._settings.render_workers

    def _claim_one(self) -> bool:
        for work in list(self._turns):
            until = _lease()
            claim = write_now(self._db, work.ledger.claim, self._settings.worker_id, until)
            if claim is not None:
                self._turns.remove(work)
                self._turns.append(work)
                self._begin(work, claim)
                return True
        return False

    def _begin(self, work: Work, claim: Claim) -> None:
        with self._lock:
            self._active.add((work.name, claim))
        try:
            with SetWorkflowID(_workflow_id(work, claim)):
                DBOS.start_workflow(self._workflow, work.name, *claim)
        except BaseException:
            with self._lock:
                self._active.discard((work.name, claim))
            raise

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
        for work in self._works.values():
            said = self._db.read_now(work.ledger.running, self._settings.worker_id, clock.now())
            with self._lock:
                claims = [claim for name, claim in self._active | self._broken if name == work.name]
            for claim in {*said, *claims}:
                self._see_to(work, claim)

    def _see_to(self, work: Work, claim: Claim) -> None:
        status = DBOS.get_workflow_status(_workflow_id(work, claim))
        if status is None:
            log.info("beginning %s %d, which was claimed and not begun", work.name, claim[0])
            self._begin(work, claim)
        elif (work.name, claim) in self._broken or not self._goes_on(status):
            log.warning("%s %d was left unfinished; it is queued again", work.name, claim[0])
            write_now(self._db, give_back, work, claim)
            with self._lock:
                self._active.discard((work.name, claim))
                self._broken.discard((work.name, claim))

    def _goes_on(self, status: WorkflowStatus) -> bool:
        here = status.executor_id == self._settings.worker_id
        return status.status == "ENQUEUED" or (status.status == "PENDING" and here)

    def _forget(self) -> None:
        """Remove workflows that have long been over: the rows tell what came of them."""
        before = clock.text(datetime.now(UTC) - timedelta(seconds=KEPT_SECONDS))
        over = DBOS.list_workflows(
            name="render",
            status=OVER,
            completed_before=before,
            limit=FORGOTTEN_AT_ONCE,
            load_input=False,
            load_output=False,
        )
        if over:
            DBOS.delete_workflows([workflow.workflow_id for workflow in over])


def _workflow_id(work: Work, claim: Claim) -> str:
    return f"{work.name}-{claim[0]}-{claim[1]}"


def _lease() -> str:
    return clock.text(datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS))
