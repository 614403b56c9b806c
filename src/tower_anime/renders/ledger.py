"""A table as a queue: who works on which row, until when, and whether it is still wanted.

Every write of a worker carries the attempt that it works on. A worker that stalled and comes
back after its row was given to another finds the attempt moved on, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, bindparam, case, null, select, true

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.sql import Row, Statement

Claim = tuple[int, int]  # a row's id, and the attempt


class Ledger:
    """The statements by which one table is worked off, by default the oldest row first.

    The table has the columns status, attempt, progress, worker, lease_until, cancel_requested
    and started_at. `only` tells which of its rows are this ledger's, `ready` which of these may be
    claimed once they are queued; by default all. `order` is what they are claimed by.
    """

    def __init__(
        self,
        table: Table,
        ready: ColumnElement[bool] | None = None,
        only: ColumnElement[bool] | None = None,
        order: Sequence[ColumnElement[int]] | None = None,
    ) -> None:
        c = table.c
        ours = true() if only is None else only
        mine = (c.id == bindparam("row")) & (c.attempt == bindparam("tried"))
        running = c.status == "running"
        waiting = (c.status == "queued") & ours & (true() if ready is None else ready)
        self._next = Statement(select(c.id).where(waiting).order_by(*(order or [c.id])).limit(1))
        self._claim = Statement(
            table.update()
            .where(c.id == bindparam("row"), c.status == "queued")
            .values(
                status="running",
                attempt=c.attempt + 1,
                worker=bindparam("by"),
                lease_until=bindparam("until"),
                started_at=bindparam("now"),
                cancel_requested=False,
            )
            .returning(c.attempt)
        )
        further = case((c.progress > bindparam("done"), c.progress), else_=bindparam("done"))
        self._advance = Statement(table.update().where(mine, running).values(progress=further))
        self._renew = Statement(
            table.update().where(mine, running).values(lease_until=bindparam("until"))
        )
        self._wanted = Statement(select(c.id).where(mine, running, c.cancel_requested.is_(False)))
        self._mine = Statement(select(*c).where(mine, running))
        self._give_back = Statement(
            table.update()
            .where(mine, running, c.cancel_requested.is_(False))
            .values(status="queued", worker=null(), lease_until=null())
        )
        self._running = Statement(
            select(c.id, c.attempt).where(running, ours, c.worker == bindparam("by"))
        )
        self._held = Statement(
            select(c.id, c.attempt, c.lease_until).where(
                running, ours, c.worker.is_distinct_from(bindparam("by"))
            )
        )

    def claim(self, tx: Transaction, worker: str, lease_until: str) -> Claim | None:
        """Take the first queued row for a new attempt; `None` where nothing waits."""
        row_id: int | None = tx.value(self._next)
        return None if row_id is None else self.take(tx, row_id, worker, lease_until)

    def take(self, tx: Transaction, row_id: int, worker: str, lease_until: str) -> Claim | None:
        """Take one queued row for a new attempt; `None` where somebody else has."""
        attempt = tx.value(self._claim, row=row_id, by=worker, until=lease_until, now=tx.now)
        return None if attempt is None else (row_id, attempt)

    def advance(self, tx: Transaction, claim: Claim, progress: float) -> None:
        """Record progress (0 to 1); it never goes backwards."""
        tx.run(self._advance, row=claim[0], tried=claim[1], done=progress)

    def renew_leases(self, tx: Transaction, claims: list[Claim], lease_until: str) -> None:
        """Say that these rows are still being worked on."""
        for row_id, attempt in claims:
            tx.run(self._renew, row=row_id, tried=attempt, until=lease_until)

    def wanted(self, reader: Reader, claim: Claim) -> bool:
        """Whether the attempt is still this one and nobody has cancelled it."""
        return reader.value(self._wanted, row=claim[0], tried=claim[1]) is not None

    def mine(self, reader: Reader, claim: Claim) -> Row | None:
        """The row, while this attempt is the one that runs."""
        return reader.row(self._mine, row=claim[0], tried=claim[1])

    def give_back(self, tx: Transaction, claim: Claim) -> None:
        """Queue the row again, if it is wanted; the next claim of it is a new attempt."""
        tx.run(self._give_back, row=claim[0], tried=claim[1])

    def running(self, reader: Reader, worker: str) -> list[Claim]:
        """The rows that this worker is said to run."""
        return [(row["id"], row["attempt"]) for row in reader.rows(self._running, by=worker)]

    def held_by_others(self, reader: Reader, worker: str) -> dict[Claim, str | None]:
        """The rows that other workers are said to run, each with its lease as it stands now."""
        rows = reader.rows(self._held, by=worker)
        return {(row["id"], row["attempt"]): row["lease_until"] for row in rows}
