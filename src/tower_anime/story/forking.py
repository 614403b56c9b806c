"""Forks: a branch begun as the copy of another, as it is or as it was. Takes are not copied.

The database copies what has not changed since, in three statements. New ids are the old ones moved
up by one number for all, so that a shot finds its new scene without looking it up; of each scene's
state a reference is kept (see `story.history`).
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

from tower_anime.core.changes import revisions
from tower_anime.core.database import Transaction, commits_alone
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, as_json, json_row, json_text, next_id, stay_ahead
from tower_anime.core.tables import Id
from tower_anime.core.text import dump
from tower_anime.projects import service as projects
from tower_anime.story import branches, history, points, rewriting
from tower_anime.story.branch_schemas import BranchCreate
from tower_anime.story.history import COPY
from tower_anime.story.tables import SHOWN, scenes, shots

s, h, r = scenes.c, shots.c, revisions.c
_made = scenes.alias("made")

_APART = {name: bindparam(f"{name}_apart", type_=Id) for name in ("scenes", "shots")}
_BORN: Row = {
    "created_at": bindparam("now", type_=Text),
    "updated_at": bindparam("now", type_=Text),
    "revision": literal_column("1"),
}
_SOURCE = s.branch_id == bindparam("source_id", type_=Id)
_UNCHANGED = (
    _SOURCE
    & s.deleted_at.is_(None)
    & (r.revision == s.revision)
    & (r.change_id <= bindparam("at", type_=Id))
)
_SCENES_NOW = scenes.join(revisions, (r.subject == "scene") & (r.subject_id == s.id))


def _inserting(
    table: Table, columns: Row, source: FromClause, condition: ColumnElement[bool]
) -> Statement:
    chosen: Select[Any] = select(*columns.values()).select_from(source).where(condition)
    return Statement(table.insert().from_select(list(columns), chosen))


def _copy_scenes() -> Statement:
    columns: Row = {**{c.name: c for c in scenes.columns}, **_BORN}
    columns |= {"id": s.id + _APART["scenes"], "branch_id": bindparam("branch_id", type_=Id)}
    told = {**columns, "branch_name": bindparam("branch_name", type_=Text)}
    told["characters"] = as_json(s.characters)
    columns["shown"] = json_text(json_row(**{name: told[name] for name in SHOWN}))
    return _inserting(scenes, columns, _SCENES_NOW, _UNCHANGED)


def _copy_shots() -> Statement:
    columns: Row = {**{c.name: c for c in shots.columns}, **_BORN}
    columns |= {"id": h.id + _APART["shots"], "scene_id": _made.c.id}
    source = scenes.join(shots, h.scene_id == s.id).join(
        _made, _made.c.id == s.id + _APART["scenes"]
    )
    return _inserting(shots, columns, source, _SOURCE & h.deleted_at.is_(None))


def _refer_to_states() -> Statement:
    scene, revision = cast(s.id, Text), cast(s.revision, Text)
    begins: ColumnElement[str] = literal_column(f"""'{{"{COPY}":{{"scene":'""", Text)
    between: ColumnElement[str] = literal_column("""',"revision":'""", Text)
    columns: Row = {
        "subject": r.subject,
        "subject_id": s.id + _APART["scenes"],
        "revision": _BORN["revision"],
        "change_id": bindparam("change_id", type_=Id),
        "document": begins + scene + between + revision + bindparam("copy_ends", type_=Text),
        "content": r.content,
    }
    return _inserting(revisions, columns, _SCENES_NOW, _UNCHANGED)


_COPY_SCENES, _COPY_SHOTS, _REFER_TO_STATES = _copy_scenes(), _copy_shots(), _refer_to_states()
_NEXT = {table.name: next_id(table) for table in (scenes, shots)}
_STAY_AHEAD = [stay_ahead(table) for table in (scenes, shots)]
_FIRST = {
    "scenes": Statement(select(func.min(s.id)).where(_SOURCE)),
    "shots": Statement(
        select(func.min(h.id)).select_from(scenes.join(shots, h.scene_id == s.id)).where(_SOURCE)
    ),
}


@commits_alone
def fork(tx: Transaction, project_id: int, new: BranchCreate) -> Shown:
    """Begin a branch as the copy of another. Raises `NotFound`, `Conflict` for a used name."""
    projects.find(tx, project_id)
    branches.require_free(tx, project_id, new.name)
    source, point = points.origin(tx, project_id, new.origin)
    there = history.standings(tx, source["id"], point.change)
    now = history.standings(tx, source["id"], history.NOW)
    branch, change_id = _begun(tx, project_id, new, source, point.change)
    _copy(tx, branch, source["id"], point.change, change_id)
    since = [lineage for lineage, standing in there.items() if now[lineage] != standing]
    told = history.story(tx, there, since)
    rewriting.rewrite(tx, branch, {}, [n for n in since if n in told.scenes], told, change_id)
    return branches.get(tx, branch["id"])


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
    apart = {name: _apart(tx, name, source_id) for name in _FIRST}
    told = {"shots": apart["shots"], "branch_name": branch["name"], "at": tx.now}
    row = {
        "source_id": source_id,
        "branch_id": branch["id"],
        "branch_name": branch["name"],
        "at": at,
        "now": tx.now,
        "change_id": change_id,
        "copy_ends": f",{dump(told)[1:]}}}",
        **{f"{name}_apart": number for name, number in apart.items()},
    }
    for statement in (_COPY_SCENES, _COPY_SHOTS, _REFER_TO_STATES):
        tx.run(statement, **row)
    for statement in _STAY_AHEAD:
        tx.first(statement)


def _apart(tx: Transaction, name: str, source_id: int) -> int:
    """How far a copy's ids are above those of its source: all are new."""
    first: int | None = tx.value(_FIRST[name], source_id=source_id)
    following: int = tx.value(_NEXT[name])
    return following - (first or 0)
