"""Takes as rows and as JSON. One is hidden while every shot of its lineage is in the trash."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Text, bindparam, case, exists, func, literal_column, select

from tower_anime.core import changes, conditions
from tower_anime.core.changes import Change
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import NotFound
from tower_anime.core.shown import Shown
from tower_anime.core.sql import (
    Row,
    Statement,
    as_json,
    insertion,
    is_among,
    json_row,
    json_seed,
    json_string,
    json_text,
    json_within,
    json_without,
    replacement,
)
from tower_anime.core.text import dump
from tower_anime.renders import twins
from tower_anime.renders.ledger import Ledger
from tower_anime.renders.manifest import ANIMATIC, COMFYUI, Plan
from tower_anime.renders.pausing import PAUSED
from tower_anime.renders.tables import UNFINISHED, takes
from tower_anime.story import scenes
from tower_anime.story.tables import shots

t = takes.c

_bearers = shots.alias()  # shots of a take's lineage, on whichever branch
LIVE = exists(
    select(_bearers.c.id)
    .select_from(_bearers.join(scenes.DOCUMENTS.source, _bearers.c.scene_id == scenes.s.id))
    .where(_bearers.c.lineage == t.shot_lineage)
    .where(_bearers.c.deleted_at.is_(None), scenes.DOCUMENTS.live)
)
# What is hidden waits; and the same plan and seed are not rendered twice at the same time.
# What is on a server already is finished in a pause too.
READY = LIVE & ~twins.RUNS & t.waits.is_(None) & (~PAUSED | t.prompt_id.is_not(None))
ORDER = (t.place, t.id)  # in which takes are begun
DRAWN = Ledger(takes, READY, UNFINISHED & (t.engine == ANIMATIC), ORDER)
SENT = Ledger(takes, READY, UNFINISHED & (t.engine == COMFYUI), ORDER)

# A take is approved or not for a shot: each branch approves its own.
_chosen = json_within(shots.c.stages, t.stage, literal_column("'approved_take_id'"))
_verdict = case(
    (_chosen == t.id, literal_column("'approved'")),
    (t.rejected, literal_column("'rejected'")),
    else_=literal_column("'unreviewed'"),
)
JSON = json_text(
    json_row(
        id=t.id,
        project_id=t.project_id,
        shot_id=shots.c.id,
        stage=t.stage,
        number=t.number,
        run_id=t.run_id,
        status=t.status,
        progress=t.progress,
        verdict=_verdict,
        attempt=t.attempt,
        engine=t.engine,
        seed=json_seed(t.seed),
        digest=t.digest,
        reused_from=t.reused_from,
        outputs=as_json(t.outputs),
        media_id=t.media_id,
        preview_id=t.preview_id,
        error=as_json(t.error),
        engine_id=t.engine_id,
        place=t.place,
        waits_for=json_string(t.waits, literal_column("'text'")),
        warnings=as_json(func.coalesce(t.warnings, literal_column("'[]'"))),
        queued_at=t.queued_at,
        started_at=t.started_at,
        finished_at=t.finished_at,
    )
)

FOR_ITS_SHOT = takes.join(shots, shots.c.id == t.shot_id)
FOR_A_SHOT = takes.join(shots, shots.c.id == bindparam("shot_id"))

_ONE = t.id == bindparam("id")
_SHOW = Statement(select(JSON).select_from(FOR_ITS_SHOT).where(_ONE))
_SHOW_LIVE = Statement(select(JSON).select_from(FOR_ITS_SHOT).where(_ONE, LIVE))
_ROW = Statement(select(*takes.columns).where(_ONE))
_ROW_LIVE = Statement(select(*takes.columns).where(_ONE, LIVE))
_AMONG = is_among(t.id, bindparam("among", type_=Text))
_DECIDED = Statement(select(t.id, t.digest, t.engine).where(_AMONG))
_graphless = json_without(t.plan, literal_column("'{parts,workflow}'"))
_PLANS = Statement(select(t.id, _graphless).where(_AMONG, t.plan.is_not(None)))
_INSERT = insertion(takes)
_REPLACE = replacement(takes)
_NEXT_NUMBER = Statement(
    select(func.coalesce(func.max(t.number), 0) + 1).where(
        t.shot_lineage == bindparam("lineage"), t.stage == bindparam("stage")
    )
)

NEW: Row = {
    "status": "queued",
    "progress": 0.0,
    "run_id": None,
    "attempt": 0,
    "seed": None,
    "digest": None,
    "plan": None,
    "execution": None,
    "reused_from": None,
    "outputs": "[]",
    "media_id": None,
    "preview_id": None,
    "error": None,
    "rejected": False,
    "worker": None,
    "lease_until": None,
    "cancel_requested": False,
    "prompt_id": None,
    "revision": 0,
    "started_at": None,
    "finished_at": None,
    "engine_id": None,
    "trouble": None,
    "waits": None,
    "warnings": None,
    "place": 0,
}


def get(reader: Reader, take_id: int) -> Shown:
    """The take as callers see it, relative to the shot it was asked for. Raises `NotFound`."""
    document: str | None = reader.value(_SHOW_LIVE, id=take_id)
    if document is None:
        raise NotFound("Take not found")
    return Shown(document)


def show(reader: Reader, take_id: int) -> Shown:
    """The take as callers see it, also a hidden one."""
    return Shown(reader.value(_SHOW, id=take_id))


def find(reader: Reader, take_id: int) -> Row:
    """The take's row. Raises `NotFound`."""
    row = reader.row(_ROW_LIVE, id=take_id)
    if row is None:
        raise NotFound("Take not found")
    return row


def addressed(tx: Transaction, take_id: int) -> Row:
    """The take that a call wants to change: as `find`, and as the caller's If-Match says."""
    row = find(tx, take_id)
    conditions.require(tx, "take", take_id, show)
    return row


def row_of(reader: Reader, take_id: int) -> Row:
    """The row of a take that there is, also of a hidden one."""
    return reader.rows(_ROW, id=take_id)[0]


class Decided(NamedTuple):
    """What decided a take, as short as it can be told."""

    digest: str | None
    engine: str


def decided(reader: Reader, take_ids: list[int]) -> dict[int, Decided]:
    """The digests and the engines of takes, of those that there are."""
    found = reader.tuples(_DECIDED, among=dump(take_ids))
    return {take_id: Decided(digest, engine) for take_id, digest, engine in found}


def plans(reader: Reader, take_ids: list[int]) -> dict[int, Plan]:
    """The plans of takes that have one, for comparing: without a workflow's graph, which is long.

    Plans of before there were hashes in them are read whole.
    """
    found = reader.tuples(_PLANS, among=dump(take_ids)) if take_ids else []
    known = {take_id: Plan.from_json(plan) for take_id, plan in found}
    old = {take_id for take_id, plan in known.items() if not plan.known}
    return known | {take_id: Plan.from_json(row_of(reader, take_id)["plan"]) for take_id in old}


def next_number(reader: Reader, shot: Row, stage: str) -> int:
    """The number of the next take of a shot's stage."""
    number: int = reader.value(_NEXT_NUMBER, lineage=shot["lineage"], stage=stage)
    return number


def add(tx: Transaction, shot: Row, project_id: int, stage: str, values: Row) -> Row:
    """Insert a take of a shot's stage, numbered after those there are unless told; its row."""
    row = {
        **NEW,
        "number": values.get("number") or next_number(tx, shot, stage),
        **values,
        "project_id": project_id,
        "shot_id": shot["id"],
        "shot_lineage": shot["lineage"],
        "stage": stage,
        "queued_at": tx.now,
    }
    return {**row, "id": tx.insert(_INSERT, row)}


def write(tx: Transaction, row: Row, values: Row, *, verb: str) -> Shown:
    """Write new values over a take and log it: its final state, or what a person decided."""
    new = {**row, **values, "revision": row["revision"] + 1}
    take_id = new.pop("id")
    tx.run(_REPLACE, the_id=take_id, **new)
    log(tx, {**new, "id": take_id}, verb)
    return show(tx, take_id)


def log(tx: Transaction, row: Row, verb: str) -> None:
    """Append to the change log what became of a take."""
    scene = tx.row(_SCENE_OF, shot=row["shot_id"])
    branch_id = scene["branch_id"] if scene else None
    where = f"scene {scene['scene_number']}, shot {scene['shot_number']}" if scene else "a shot"
    text = f"Take {row['number']} ({row['stage']}) of {where}: {verb}"
    change = Change("take", row["id"], verb, text, row["project_id"], branch_id)
    change_id = changes.record(tx, change, revision=row["revision"])
    changes.keep(tx, change_id, "take", row["id"], row["revision"], show(tx, row["id"]).json)


_SCENE_OF = Statement(
    select(scenes.s.branch_id, scenes.s.scene_number, shots.c.shot_number)
    .select_from(shots.join(scenes.DOCUMENTS.table, shots.c.scene_id == scenes.s.id))
    .where(shots.c.id == bindparam("shot"))
)
