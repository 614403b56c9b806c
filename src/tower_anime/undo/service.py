"""The verb of undoing: what one change did is taken back, and what came later stays.

An undo is a change like any other, and can be undone. Where something later builds on the change,
nothing is done, and the answer names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json
from sqlalchemy import bindparam, select

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterUpdate
from tower_anime.core import changes as log
from tower_anime.core import feed
from tower_anime.core.changes import changes
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.documents import Documents
from tower_anime.core.errors import Conflict, NotFound
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import Update
from tower_anime.cuts import service as cuts
from tower_anime.cuts.schemas import CutUpdate
from tower_anime.engines import service as engines
from tower_anime.engines.schemas import EngineUpdate
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectUpdate
from tower_anime.story import branches, reverting
from tower_anime.story.branch_schemas import BranchUpdate
from tower_anime.workflows import service as workflows
from tower_anime.workflows.schemas import WorkflowUpdate

c = changes.c
Document = dict[str, Any]  # a row as its revisions keep it

MOST_TOLD = 3
MOST_LATER = 1000  # that are counted

_CHANGE = Statement(select(*changes.columns).where(c.id == bindparam("id")))
_LATER = Statement(
    select(c.id, c.text, c.actor)
    .where(c.subject == bindparam("subject"), c.subject_id == bindparam("subject_id"))
    .where(c.id > bindparam("id"))
    .order_by(c.id)
)
_OF_BRANCH = Statement(
    select(c.id, c.text, c.actor)
    .where(c.project_id == bindparam("project_id"), c.branch_id == bindparam("branch_id"))
    .where(c.id > bindparam("id"))
    .order_by(c.id)
)


_OF_PROJECT = Statement(
    select(c.id, c.text, c.actor)
    .where(c.project_id == bindparam("project_id"), c.id > bindparam("id"))
    .order_by(c.id)
    .limit(MOST_LATER)
)


@dataclass(frozen=True)
class _Kind:
    """What undoing needs of a kind of row."""

    documents: Documents
    schema: type[Update]
    update: Callable[[Transaction, int, Any], Shown]  # takes the schema
    restore: Callable[[Transaction, int], Shown]


_KINDS: Mapping[str, _Kind] = {
    "project": _Kind(projects.DOCUMENTS, ProjectUpdate, projects.update, projects.restore),
    "character": _Kind(
        characters.DOCUMENTS, CharacterUpdate, characters.update, characters.restore
    ),
    "branch": _Kind(branches.DOCUMENTS, BranchUpdate, branches.update, branches.restore),
    "engine": _Kind(engines.DOCUMENTS, EngineUpdate, engines.update, engines.restore),
    "cut": _Kind(cuts.DOCUMENTS, CutUpdate, cuts.update, cuts.restore),
    "workflow": _Kind(workflows.DOCUMENTS, WorkflowUpdate, workflows.update, workflows.restore),
}


@commits_alone
def undo(tx: Transaction, change_id: int) -> Shown:
    """Take back what a change did; the change that does it.

    Raises `NotFound`, and `Conflict` for what cannot be taken back, or on which something later
    depends: it names what.
    """
    change = tx.row(_CHANGE, id=change_id)
    if change is None:
        raise NotFound("Change not found")
    if _is_of_story(change):
        reverting.take_back(tx, change)
    else:
        kind = _KINDS.get(change["subject"])
        if kind is None or change["revision"] is None:
            raise Conflict(f"This cannot be taken back: {change['text']}.")
        _take_back(tx, change, kind)
    return Shown(feed.page(tx, feed.Asked(), feed.newest(tx) - 1, 1).documents[0])


def _is_of_story(change: Row) -> bool:
    """Whether a change is one of scenes and shots: a branch's own life is not."""
    own = {"created", "forked", "changed", "deleted", "restored"}
    of_branch = change["subject"] == "branch" and change["verb"] not in own
    return of_branch or change["subject"] in {"scene", "shot"}


def _take_back(tx: Transaction, change: Row, kind: _Kind) -> None:
    row_id = change["subject_id"]
    match change["verb"]:
        case "created" | "forked":
            _require_nothing_later(tx, change)
            kind.documents.trash(tx, row_id)
        case "deleted":
            kind.restore(tx, row_id)
        case "restored" if change["data"] is None or "deleted_at" in change["data"]:
            kind.documents.trash(tx, row_id)
        case _:
            _restore_fields(tx, change, kind)


def _restore_fields(tx: Transaction, change: Row, kind: _Kind) -> None:
    """Write back the fields that the change changed, where they are still as it left them."""
    after = _state(tx, change, change["revision"])
    before = _state(tx, change, change["revision"] - 1)
    row_id = change["subject_id"]
    kind.documents.find(tx, row_id)
    now: Document = from_json(kind.documents.show(tx, row_id).json)
    fields = [name for name in kind.schema.model_fields if before.get(name) != after.get(name)]
    if any(now.get(name) != after.get(name) for name in fields):
        raise Conflict(_told(tx.tuples(_LATER, **_subject(change))))
    if not fields:
        raise Conflict(f"This cannot be taken back: {change['text']}.")
    kind.update(tx, row_id, kind.schema.model_validate({n: before.get(n) for n in fields}))


def _state(reader: Reader, change: Row, revision: int) -> Document:
    text = log.revision_of(reader, change["subject"], change["subject_id"], revision)
    if text is None:
        raise Conflict(f"This cannot be taken back: {change['text']}.")
    found: Document = from_json(text)
    return found


def _subject(change: Row) -> Row:
    return {name: change[name] for name in ("subject", "subject_id", "id")}


def _require_nothing_later(reader: Reader, change: Row) -> None:
    """Raise `Conflict` where something was done since to what a change made."""
    later = reader.tuples(_LATER, **_subject(change))
    if change["subject"] == "project":
        later = reader.tuples(_OF_PROJECT, project_id=change["project_id"], id=change["id"])
    elif change["subject"] == "branch":
        place = {name: change[name] for name in ("project_id", "branch_id", "id")}
        later = reader.tuples(_OF_BRANCH, **place)
    if later:
        raise Conflict(_told(later))


def _told(rows: list[tuple[Any, ...]]) -> str:  # of the columns of `_LATER`
    told = [f"{text} (change {n}, {actor or 'somebody'})" for n, text, actor in rows[:MOST_TOLD]]
    more = [f"and {len(rows) - MOST_TOLD:,} more"] if len(rows) > MOST_TOLD else []
    return f"What came later depends on it: {'; '.join(told + more)}."
