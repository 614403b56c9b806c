"""What the queue is asked to do: one kind of work for each ledger, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tower_anime.core.children import Report
from tower_anime.core.database import Transaction
from tower_anime.renders.ledger import Claim, Ledger

Outcome = Mapping[str, Any]  # any JSON; it has a `status`: done, failed, cancelled or queued


def failure(title: str, detail: str, node: str | None = None) -> Outcome:
    """The outcome of work that failed, as a person reads it."""
    return {"status": "failed", "error": {"title": title, "detail": detail, "node": node}}


class Work(Protocol):
    """One kind of work: what is done for a row, and what is written when it is done."""

    name: str
    ledger: Ledger
    draws: bool  # on this machine: it shares the render workers with other such work

    def claim(self, tx: Transaction, worker: str, lease_until: str) -> Claim | None:
        """Take a queued row that can be worked on now; `None` where there is none."""

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
