"""Forks: a branch begun as the copy of another, as it is or as it was. Takes are not copied.

The database copies what has not changed since, in three statements, and counts up the new ids. Of
each scene's state a reference is kept (see `story.history`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)

from tower_anime.core import feed
from tower_anime.core.changes import revisions
from tower_anime.core.database import Transaction, commits_alone
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, as_json, json_row, json_text, next_ids, stay_ahead
from tower_anime.core.tables import Id
from tower_anime.core.text import dump
from tower_anime.projects import service as projects
from tower_anime.story import branches, history, points, rewriting
from tower_anime.story.ancestry import Point
from tower_anime.story.branch_schemas import BranchCreate
from tower_anime.story.history import COPY, Standings
from tower_anime.story.tables import SHOWN, scenes, shots

s, h, r = scenes.c, shots.c, revisions.c
_made = shots.alias("made")

_BORN: Row = {
    "created_at": bindparam("now", type_=Text),
    "updated_at": bindparam("now", type_=Text),
    "revision": literal_column("1"),
}


def _counted(first: str, *order: ColumnElement[Any]) -> ColumnElement[int]:
    """Ids one after another from a bound one on."""
    return bindparam(first, type_=Id) + func.row_number().over(order_by=order) - 1


# The scenes of the source that nobody has changed since the point of the fork, and their new ids.
_COPIED = (
    select(s.id.label("old"), _counted("first_scene", s.id).label("new"))
    .select_from(scenes.join(revisions, (r.subject == "scene") & (r.subject_id == s.id)))
    .where(s.branch_id == bindparam("source_id", type_=Id), s.deleted_at.is_(None))
    .where(r.revision == s.revision, r.change_id <= bindparam("at", type_=Id))
    .subquery("copied")
)


def _inserting(table: Table, columns: Row, source: FromClause, *conditions: Any) -> Statement:
    chosen: Select[Any] = select(*columns.values()).select_from(source).where(*conditions)
    return Statement(table.insert().from_select(list(columns), chosen))


def _copy_scenes() -> Statement:
    columns: Row = {**{c.name: c for c in scenes.columns}, **_BORN}
    columns |= {"id": _COPIED.c.new, "branch_id": bindparam("branch_id", type_=Id)}
    told = {**columns, "branch_name": bindparam("branch_name", type_=Text)}
    told["characters"] = as_json(s.characters)
    columns["shown"] = json_text(json_row(**{name: told[name] for name in SHOWN}))
    return _inserting(scenes, columns, _COPIED.join(scenes, s.id == _COPIED.c.old))


def _copy_shots() -> Statement:
    """Shots of one scene get ids one after another, in order: its reference names the first."""
    columns: Row = {**{c.name: c for c in shots.columns}, **_BORN}
    columns["id"] = _counted("first_shot", _COPIED.c.new, h.position, h.lineage)
    columns["scene_id"] = _COPIED.c.new
    source = _COPIED.join(shots, h.scene_id == _COPIED.c.old)
    return _inserting(shots, columns, source, h.deleted_at.is_(None))


def _refer_to_states() -> Statement:
    first = select(func.min(_made.c.id)).where(_made.c.scene_id == _COPIED.c.new).scalar_subquery()
    parts = {"scene": s.id, "revision": s.revision, "shots": first}
    document: ColumnElement[str] = literal_column(f"""'{{"{COPY}":{{'""", Text)
    for name, number in parts.items():
        named: ColumnElement[str] = literal_column(f"""'"{name}":'""", Text)
        comma: ColumnElement[str] = literal_column("','", Text)
        document = document + named + cast(number, Text) + comma
    columns: Row = {
        "subject": r.subject,
        "subject_id": _COPIED.c.new,
        "revision": _BORN["revision"],
        "change_id": bindparam("change_id", type_=Id),
        "document": document + bindparam("copy_ends", type_=Text),
        "content": r.content,
    }
    kept = (r.subject == "scene") & (r.subject_id == s.id) & (r.revision == s.revision)
    source = _COPIED.join(scenes, s.id == _COPIED.c.old).join(revisions, kept)
    return _inserting(revisions, columns, source)


_COPIES = (_copy_scenes(), _copy_shots(), _refer_to_states())
_NEXT_SCENE, _NEXT_SHOT = next_ids(scenes), next_ids(shots)
_STAY_AHEAD = [stay_ahead(table) for table in (scenes, shots)]


@commits_alone
def fork(tx: Transaction, project_id: int, new: BranchCreate) -> Shown:
    """Begin a branch as the copy of another. Raises `NotFound`, `Conflict` for a used name."""
    projects.find(tx, project_id)
    branches.require_free(tx, project_id, new.name)
    source, point = points.origin(tx, project_id, new.origin)
    there, since = _changed_since(tx, point)
    branch, change_id = _begun(tx, project_id, new, source, point.change)
    _copy(tx, branch, source["id"], point.change, change_id)
    told = history.story(tx, there, since)
    rewriting.rewrite(tx, branch, {}, [n for n in since if n in told.scenes], told, change_id)
    return branches.get(tx, branch["id"])


def _changed_since(tx: Transaction, point: Point) -> tuple[Standings, list[int]]:
    """The scenes at a point of a branch, and those of them that are otherwise now."""
    if point.change >= feed.newest(tx):  # as most forks are
        return {}, []
    there = history.standings(tx, *point)
    now = history.standings(tx, point.branch, history.NOW)
    return there, [lineage for lineage, standing in there.items() if now[lineage] != standing]


def _begun(
    tx: Transaction, project_id: int, new: BranchCreate, source: Row, at: int
) -> tuple[Row, int]:
    row = branches.new_row(tx, project_id, new.name)
    row |= {"parent_id": source["id"], "forked_at": at, "description": new.description}
    text = f"Branch {new.name} forked from {source['name']}"
    data = dump({"source_id": source["id"], "at": at})
    change_id = branches.DOCUMENTS.log(tx, row, "forked", text, data=data, revision=1)
    branches.DOCUMENTS.insert(tx, row)
    branch = branches.find(tx, row["id"])
    branches.DOCUMENTS.put(tx, branch, change_id)
    return branch, change_id


def _copy(tx: Transaction, branch: Row, source_id: int, at: int, change_id: int) -> None:
    told = {"branch_name": branch["name"], "at": tx.now}
    row = {
        "source_id": source_id,
        "branch_id": branch["id"],
        "branch_name": branch["name"],
        "at": at,
        "now": tx.now,
        "change_id": change_id,
        "copy_ends": f"{dump(told)[1:]}}}",
        "first_scene": tx.value(_NEXT_SCENE),
        "first_shot": tx.value(_NEXT_SHOT),
    }
    for statement in _COPIES:
        tx.run(statement, **row)
    for statement in _STAY_AHEAD:
        tx.first(statement)
