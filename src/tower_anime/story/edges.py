"""The merges of a project as edges of its graph of branches, each from one change to another.

A merge that is undone, or before which its branch went back, holds no longer; one that is done
again holds anew. What held at some time is told for ever, for a branch may be forked there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, null, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.sql import Row, Statement, insertion
from tower_anime.core.tables import Id
from tower_anime.story.ancestry import Graph, Merge, Point
from tower_anime.story.tables import branches, merges

m = merges.c

_INSERT = insertion(merges)
_FORKS = Statement(
    select(branches.c.id, branches.c.parent_id, branches.c.forked_at).where(
        branches.c.project_id == bindparam("project_id"), branches.c.parent_id.is_not(None)
    )
)
_MERGES = Statement(
    select(m.branch_id, m.change_id, m.source_id, m.source_change_id, m.ended_by)
    .where(m.project_id == bindparam("project_id"))
    .order_by(m.id)
)
_OF_CHANGE = Statement(
    select(m.source_id, m.ended_by).where(m.change_id == bindparam("change_id")).order_by(m.id)
)


def _held(condition: ColumnElement[bool]) -> Select[Any]:
    """Edges of which some hold no longer, as they are from now on."""
    columns = (m.project_id, m.branch_id, m.source_id, m.source_change_id)
    return select(bindparam("by", type_=Id), *columns, null()).where(condition)


_COLUMNS = ["change_id", "project_id", "branch_id", "source_id", "source_change_id", "ended_by"]
_ENDED_BY = m.ended_by == bindparam("change_id", type_=Id)
_HELD_AT = (
    (m.branch_id == bindparam("of_branch", type_=Id))
    & (m.change_id <= bindparam("at", type_=Id))
    & m.ended_by.is_not(None)
    & (m.ended_by > bindparam("at", type_=Id))
    & (m.ended_by < bindparam("by", type_=Id))
)
_ANY_ENDED_BY = Statement(select(m.id).where(_ENDED_BY).limit(1))
_BEGIN_AGAIN = Statement(merges.insert().from_select(_COLUMNS, _held(_ENDED_BY)))
_BEGIN_AS_THEN = Statement(merges.insert().from_select(_COLUMNS, _held(_HELD_AT)))
_END = Statement(
    merges.update()
    .where(m.change_id == bindparam("of_change"), m.ended_by.is_(None))
    .values(ended_by=bindparam("by"))
)
_END_LATER = Statement(
    merges.update()
    .where(m.branch_id == bindparam("of_branch"), m.ended_by.is_(None))
    .where(m.change_id > bindparam("at"), m.change_id < bindparam("by"))
    .values(ended_by=bindparam("by"))
)


def graph(reader: Reader, project_id: int) -> Graph:
    """How the branches of a project hang together."""
    forks = reader.tuples(_FORKS, project_id=project_id)
    joined = reader.tuples(_MERGES, project_id=project_id)
    return Graph(
        {branch: Point(parent, at) for branch, parent, at in forks},
        tuple(Merge(into, change, Point(of, at), end) for into, change, of, at, end in joined),
    )


def add(tx: Transaction, target: Row, change_id: int, source: Point) -> None:
    """A point of another branch came into one, with a change."""
    row = {
        "change_id": change_id,
        "project_id": target["project_id"],
        "branch_id": target["id"],
        "source_id": source.branch,
        "source_change_id": source.change,
        "ended_by": None,
    }
    tx.insert(_INSERT, row)


def of_change(reader: Reader, change_id: int) -> tuple[int, int | None] | None:
    """The branch that came in with a change, and the change that ended that, if one did."""
    found = reader.first(_OF_CHANGE, change_id=change_id)
    return None if found is None else (found[0], found[1])


def were_ended_by(reader: Reader, change_id: int) -> bool:
    """Whether a change ended merges."""
    return reader.value(_ANY_ENDED_BY, change_id=change_id) is not None


def take_back(tx: Transaction, change_id: int, by: int) -> None:
    """Take back what a change did to the merges: what it began ends, what it ended begins again."""
    tx.run(_BEGIN_AGAIN, change_id=change_id, by=by)
    tx.run(_END, of_change=change_id, by=by)


def go_back(tx: Transaction, branch_id: int, at: int, by: int) -> None:
    """Have those merges of a branch hold again that held after a change, and no others."""
    tx.run(_BEGIN_AS_THEN, of_branch=branch_id, at=at, by=by)
    tx.run(_END_LATER, of_branch=branch_id, at=at, by=by)
