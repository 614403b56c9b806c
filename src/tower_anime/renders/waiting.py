"""Takes that wait for an earlier stage's: planned as soon as what they wait for is approved."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from tower_anime.core import feed
from tower_anime.core.database import Transaction
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.renders import subjects, take_rows, takes, twins
from tower_anime.renders.inputs import Waiting
from tower_anime.renders.planning import Asked, Planner
from tower_anime.renders.tables import UNFINISHED
from tower_anime.renders.tables import takes as table

t = table.c

AT_ONCE = 500

_WAITING = Statement(
    select(*t)
    .where(UNFINISHED, t.status == "queued", t.waits.is_not(None), take_rows.LIVE)
    .where(t.id > bindparam("after"))
    .order_by(t.id)
    .limit(AT_ONCE)
)
_PLANNED = Statement(
    table.update()
    .where(t.id == bindparam("take"))
    .values({name: bindparam(name) for name in ("engine", "digest", "plan", "waits")})
)


class Room:
    """Where takes wait. It looks again only after something has changed."""

    def __init__(self) -> None:
        self._looked_after = -1  # the newest change that was seen

    def look(self, tx: Transaction) -> None:
        """Plan what need not wait any more. What can never be planned fails, and says why."""
        newest = feed.newest(tx)
        if newest == self._looked_after:
            return
        tx.after_commit(lambda: self._looked(newest))
        planner, after = Planner(tx), 0
        while rows := tx.rows(_WAITING, after=after):
            for row in rows:
                _settle(tx, planner, row)
            after = rows[-1]["id"]

    def _looked(self, newest: int) -> None:
        self._looked_after = newest


def _settle(tx: Transaction, planner: Planner, row: Row) -> None:
    asked = Asked(**json.loads(row["waits"])["asked"])
    try:
        plan = planner.plan(subjects.of_shot(tx, row["shot_id"]), row["stage"], asked)
    except (NotFound, Unprocessable) as error:
        _fail(tx, row, error.detail)
    else:
        if not isinstance(plan, Waiting):
            _write(tx, row, takes.planned(plan))


def _write(tx: Transaction, row: Row, planned: Row) -> None:
    twin = twins.done(tx, planned["digest"], row["seed"])
    if twin is None:
        tx.run(_PLANNED, take=row["id"], **planned)
    else:
        done = {**planned, **twins.reusing(twin), "finished_at": tx.now}
        take_rows.write(tx, row, done, verb="reused")


def _fail(tx: Transaction, row: Row, why: str) -> None:
    error = {"title": "It cannot be planned any more", "detail": why, "node": None}
    values = {"status": "failed", "error": dump(error), "finished_at": tx.now, "waits": None}
    take_rows.write(tx, row, values, verb="failed")
