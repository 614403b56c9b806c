"""Work whose progress is told to those who follow its project, while it is done."""

from __future__ import annotations

import time
from collections.abc import Callable

from tower_anime.core.children import Report
from tower_anime.core.database import Database
from tower_anime.core.followers import Passing
from tower_anime.core.text import dump
from tower_anime.renders.ledger import Claim
from tower_anime.renders.work import Outcome, Work

TOLD_SECONDS = 0.2  # at least, between two tellings of one row's progress


class ToldWork:
    """The same work; what it reports is told as events `progress` too.

    Their JSON is `{project_id, subject, subject_id, status, progress}`, progress from 0 to 1.
    """

    def __init__(self, work: Work, db: Database, tell: Callable[[Passing], None]) -> None:
        self.name = work.name
        self.ledger = work.ledger
        self.draws = work.draws
        self.claim = work.claim
        self.finish = work.finish
        self._work = work
        self._db = db
        self._tell = tell

    def produce(self, claim: Claim, report: Report, cancelled: Callable[[], bool]) -> Outcome:
        """Do the work, and tell that it has begun and how far it is."""
        row = self._db.read_now(self.ledger.mine, claim)
        if row is not None:
            report = self._telling(report, row["project_id"], claim[0])
        return self._work.produce(claim, report, cancelled)

    def _telling(self, report: Report, project_id: int, row_id: int) -> Report:
        told = time.monotonic()

        def tell(progress: float) -> None:
            of = {"project_id": project_id, "subject": self.name, "subject_id": row_id}
            data = dump({**of, "status": "running", "progress": round(progress, 4)})
            self._tell(Passing("progress", project_id, self.name, row_id, data))

        def report_and_tell(done: int, total: int) -> None:
            nonlocal told
            report(done, total)
            if total and time.monotonic() - told >= TOLD_SECONDS:
                told = time.monotonic()
                tell(min(done / total, 1.0))

        tell(0.0)
        return report_and_tell
