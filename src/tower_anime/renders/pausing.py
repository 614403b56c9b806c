"""Pausing: somebody has the queue begin nothing more; what renders is finished.

A pause stands in the database: it survives a restart, and holds for every service that shares it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, exists, func, select

from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Statement, insertion
from tower_anime.core.text import dump
from tower_anime.renders.tables import UNFINISHED, pauses, takes

p, t = pauses.c, takes.c

SUBJECT = "rendering"  # in the change log; there is one, with the id 1

_lasting = p.ended_at.is_(None)
PAUSED = exists(select(p.id).where(_lasting))
_LASTING = Statement(select(p.id, p.begun_at, p.begun_by).where(_lasting))
_BEGIN = insertion(pauses)
_END = Statement(pauses.update().where(_lasting).values(ended_at=bindparam("now")))
_COUNT = Statement(
    select(func.count()).select_from(takes).where(UNFINISHED, t.status == bindparam("status"))
)


def state(reader: Reader) -> Shown:
    """Whether the queue is paused, and how much there is in it."""
    pause = reader.row(_LASTING)
    told = {
        "paused": pause is not None,
        "paused_at": pause and pause["begun_at"],
        "paused_by": pause and pause["begun_by"],
        "running": reader.value(_COUNT, status="running"),
        "queued": reader.value(_COUNT, status="queued"),
    }
    return Shown(dump(told))


@may_always
def pause(tx: Transaction) -> Shown:
    """Begin nothing more. A queue that is paused stays as it is."""
    if tx.row(_LASTING) is None:
        tx.insert(_BEGIN, {"begun_at": tx.now, "begun_by": tx.actor, "ended_at": None})
        log(tx, "paused", "Rendering was paused")
    return state(tx)


@may_always
def resume(tx: Transaction, wake: Callable[[], None]) -> Shown:
    """Go on with what waits. A queue that is not paused stays as it is."""
    if tx.row(_LASTING) is not None:
        tx.run(_END, now=tx.now)
        log(tx, "resumed", "Rendering goes on")
        tx.after_commit(wake)
    return state(tx)


def log(tx: Transaction, verb: str, text: str) -> None:
    """Append to the change log what was done to the queue as a whole."""
    changes.record(tx, Change(SUBJECT, 1, verb, text))
