"""DBOS, which carries each attempt of the queue's work through crashes; only this module knows it.

An attempt is a workflow named after it (`take-17-1`). Its step is `produce`, which may be run again
after a crash; what it had come to before one is known, and not made again. `finish` is no step: it
is one transaction of ours, which changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol

from dbos import DBOS, DBOSConfig, SetWorkflowID

from tower_anime.core import clock, sqlite_connection
from tower_anime.core.settings import Settings
from tower_anime.renders.ledger import Claim
from tower_anime.renders.work import Outcome

KEPT_SECONDS = 3600.0  # a workflow that is over, until it is forgotten
FORGOTTEN_AT_ONCE = 1000
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
DBOS_FILE = "workflows.db"
# Constant, so that an upgraded service goes on with what an older one began.
APPLICATION_VERSION = "1"


class Course(Enum):
    """How the workflow of an attempt is doing."""

    NEVER_BEGUN = "never begun"
    GOES_ON = "goes on"  # here, now or as soon as DBOS has a thread for it
    OVER = "over"  # or another worker's


class Steps(Protocol):
    """What a workflow does for an attempt of one kind of work."""

    def at_work(self, kind: str, claim: Claim) -> AbstractContextManager[None]:
        """Is entered for as long as the workflow runs in this process."""

    def produce(self, kind: str, claim: Claim) -> Outcome:
        """Do the work."""

    def finish(self, kind: str, claim: Claim, outcome: Outcome) -> None:
        """Write down what came of it. May be called again after a crash, with the same."""


class Workflows:
    """The workflows of one service. One instance a process, as DBOS is."""

    def __init__(self, settings: Settings, steps: Steps) -> None:
        self._settings = settings
        self._steps = steps
        self._workflow: Callable[[str, int, int], None]

    def launch(self) -> None:
        """Begin, and go on with what a killed service left."""
        if not self._settings.database_url:
            # DBOS leaves the file's journal as it finds it. Each step is a commit: with a log
            # beside the file, threads wait less for one another, and a farm was a quarter faster.
            sqlite_connection.connect(self._settings.data_dir / DBOS_FILE).close()
        DBOS(config=self._config())
        self._register()
        DBOS.launch()

    def end(self) -> None:
        """Go on with nothing more; what is unfinished is gone on with by the next launch."""
        DBOS.destroy()

    def begin(self, kind: str, claim: Claim) -> None:
        """Begin the workflow of an attempt."""
        with SetWorkflowID(_id(kind, claim)):
            DBOS.start_workflow(self._workflow, kind, *claim)

    def course(self, kind: str, claim: Claim) -> Course:
        """How the workflow of an attempt is doing."""
        found = DBOS.get_workflow_status(_id(kind, claim))
        if found is None:
            return Course.NEVER_BEGUN
        here = found.executor_id == self._settings.worker_id
        if found.status == "ENQUEUED" or (found.status == "PENDING" and here):
            return Course.GOES_ON
        return Course.OVER

    def forget(self) -> None:
        """Remove those that have long been over: the rows tell what came of them."""
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

    def _config(self) -> DBOSConfig:
        settings = self._settings
        url = settings.database_url or f"sqlite:///{settings.data_dir / DBOS_FILE}"
        return {
            "name": "tower-anime",
            "system_database_url": url,
            "application_version": APPLICATION_VERSION,
            "executor_id": settings.worker_id,
            "log_level": "WARNING",
            # It waits for messages that no workflow here sends: how long a stop waits for it.
            "notification_listener_polling_interval_sec": 0.1,
        }

    def _register(self) -> None:
        """Name the workflow and its step to DBOS; they are found by these names after a crash."""
        steps = self._steps

        @DBOS.step(name="produce")
        def produce(kind: str, row_id: int, attempt: int) -> Outcome:
            return steps.produce(kind, (row_id, attempt))

        @DBOS.workflow(name="render")
        def render(kind: str, row_id: int, attempt: int) -> None:
            with steps.at_work(kind, (row_id, attempt)):
                steps.finish(kind, (row_id, attempt), produce(kind, row_id, attempt))

        self._workflow = render


def _id(kind: str, claim: Claim) -> str:
    return f"{kind}-{claim[0]}-{claim[1]}"
