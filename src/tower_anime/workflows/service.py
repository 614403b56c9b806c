"""The verbs of workflows. Every change makes a revision; all are kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from tower_anime.core.documents import Documents
from tower_anime.core.errors import TooLarge, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, as_json
from tower_anime.core.text import dump
from tower_anime.engines.tables import engines
from tower_anime.projects import service as projects
from tower_anime.projects.service import DOCUMENTS as PROJECTS
from tower_anime.workflows import bindings, check, suggest
from tower_anime.workflows.graph import Graph, Json, Unusable, title_of
from tower_anime.workflows.importing import Imported
from tower_anime.workflows.schemas import Bindings, WorkflowUpdate
from tower_anime.workflows.tables import workflows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tower_anime.core.database import Reader, Transaction
    from tower_anime.engines.infos import ObjectInfo

w = workflows.c
MOST_TOLD = 2_000  # characters of a refusal, which may name what a file has in it
MOST_STORED = 2_000_000  # characters of a graph; of ComfyUI's templates none has a tenth of it

DOCUMENTS = Documents(
    workflows,
    "workflow",
    {
        "id": w.id,
        "project_id": w.project_id,
        "name": w.name,
        "graph": as_json(w.graph),
        "bindings": as_json(w.bindings),
        "origin": w.origin,
        "created_at": w.created_at,
        "updated_at": w.updated_at,
        "revision": w.revision,
        "deleted_at": w.deleted_at,
    },
    # A workflow for every project has no project, and then no project of it is in the trash.
    source=workflows.outerjoin(PROJECTS.table),
    parents_live=PROJECTS.live,
    place=lambda row: (row["project_id"], None),
    title=lambda row: row["name"],
)

find = DOCUMENTS.find
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)
restore = DOCUMENTS.restore

_ENGINES = Statement(
    select(engines.c.id, engines.c.name)
    .where(engines.c.deleted_at.is_(None))
    .order_by(engines.c.id)
)


@contextmanager
def refused() -> Iterator[None]:
    """Raise `Unprocessable` for what cannot be taken as a workflow, or as its bindings."""
    try:
        yield
    except Unusable as error:
        raise Unprocessable(str(error)[:MOST_TOLD]) from error


@cache
def _listing(by_project: bool, deleted: bool) -> Listing:
    query = DOCUMENTS.select(DOCUMENTS.json)
    in_trash = w.deleted_at.is_not(None) & PROJECTS.live
    query = query.where(in_trash if deleted else DOCUMENTS.live)
    if by_project:
        query = query.where(or_(w.project_id == bindparam("project_id"), w.project_id.is_(None)))
    return Listing(query, w.id, descending=True)


def listed(reader: Reader, page: Page, project_id: int | None, deleted: bool) -> Found:
    """Workflows, the newest first; of a project, with those for every project."""
    return _listing(project_id is not None, deleted).read(reader, page, project_id=project_id)


def create(tx: Transaction, name: str, project_id: int | None, imported: Imported) -> Shown:
    """Keep a workflow; nothing of it is bound yet."""
    if project_id is not None:
        projects.find(tx, project_id)
    row = {
        "project_id": project_id,
        "name": name,
        "graph": _kept(imported.graph),
        "bindings": "{}",
        "origin": imported.origin,
    }
    return DOCUMENTS.add(tx, row, f"{name}: workflow added")


@may_always
def inside(tx: Transaction, imported: Imported) -> Shown:
    """What came in a file, as it would be kept. Raises `TooLarge`."""
    _kept(imported.graph)
    del tx  # it is read as a write is: repeated by its key, and refused as one
    return Shown(dump({"graph": imported.graph, "origin": imported.origin}))


def _kept(graph: Mapping[str, object]) -> str:
    """A graph as it is stored. Raises `TooLarge`: every revision keeps all of it."""
    text = dump(graph)
    if len(text) > MOST_STORED:
        raise TooLarge(f"A workflow's graph has at most {MOST_STORED:,} characters of JSON.")
    return text


def update(tx: Transaction, workflow_id: int, change: WorkflowUpdate) -> Shown:
    """Change what is named; a graph is in API format by now. Its bindings must fit the graph."""
    row = DOCUMENTS.addressed(tx, workflow_id)
    named = change.model_fields_set
    values: Row = change.model_dump(include=named - {"graph", "bindings"})
    if values.get("project_id") is not None:
        projects.find(tx, values["project_id"])
    if "graph" in named:
        values["graph"] = _kept(change.graph)
    if "bindings" in named:
        values["bindings"] = dump(_plain(Bindings(change.bindings)))
    if values.keys() & {"graph", "bindings"}:
        _require_fitting({**row, **values})
    return DOCUMENTS.change(tx, row, values)


def bind(tx: Transaction, workflow_id: int, given: Bindings) -> Shown:
    """Confirm which inputs take what: these, and no others."""
    row = DOCUMENTS.addressed(tx, workflow_id)
    values = {"bindings": dump(_plain(given))}
    _require_fitting({**row, **values})
    return DOCUMENTS.change(tx, row, values, text=f"{row['name']}: bindings confirmed")


def _plain(given: Bindings) -> Json:
    """Bindings as they are stored: without what is absent, and without empty names."""
    told: Json = given.model_dump(exclude_none=True)
    return {name: targets for name, targets in told.items() if targets}


def _require_fitting(row: Row) -> None:
    with refused():
        bindings.require_valid(bindings.loaded(json.loads(row["bindings"])), graph_of(row))


def graph_of(row: Row) -> Graph:
    """The graph of a row, in API format."""
    graph: Graph = json.loads(row["graph"])
    return graph


def bound_of(row: Row) -> bindings.Bound:
    """The confirmed bindings of a row."""
    return bindings.loaded(json.loads(row["bindings"]))


def suggested(reader: Reader, workflow_id: int) -> Shown:
    """Bindings that a person may confirm, each place with a reason."""
    graph = graph_of(find(reader, workflow_id))
    found = suggest.suggest(graph)
    reasons = [
        {
            "name": one.name,
            "node": one.target.node,
            "input": one.target.input,
            "title": title_of(graph[one.target.node]),
            "text": one.reason,
        }
        for one in found
    ]
    written = [
        {"name": name, "node": target.node, "input": target.input}
        for name, target in suggest.written(graph)
    ]
    told = bindings.stored((one.name, one.target) for one in found)
    return Shown(dump({"bindings": told, "reasons": reasons, "written": written}))


@may_always
def checked(tx: Transaction, workflow_id: int, infos: Mapping[int, ObjectInfo]) -> list[str]:
    """What keeps a workflow from running, for each engine."""
    row = find(tx, workflow_id)
    graph, bound = graph_of(row), bindings.inputs_bound(bound_of(row))
    told = []
    for engine_id, name in tx.tuples(_ENGINES):
        info = infos.get(engine_id)
        problems = [] if info is None else check.check(graph, info, bound)
        told.append(
            dump(
                {
                    "engine_id": engine_id,
                    "name": name,
                    "reached": info is not None,
                    "problems": [problem._asdict() for problem in problems],
                }
            )
        )
    return told
