"""Shots as rows and as JSON: what scenes, which hold them, need to know of them."""

from __future__ import annotations

import json

from pydantic_core import from_json
from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.sql import Row, Statement, insertion, next_ids, replacement
from tower_anime.core.text import dump
from tower_anime.media.service import url_of
from tower_anime.story.tables import scenes, shots

h = shots.c

_SHOWN = (
    "id",
    "scene_id",
    "shot_number",
    "position",
    "lineage",
    "description",
    "prompt",
    "negative_prompt",
    "dialogue",
    "duration",
    "camera",
    "seed",
    "cast",
    "inputs",
    "stages",
    "approved_take_id",
    "created_at",
    "updated_at",
    "revision",
    "deleted_at",
)
_JSON = ("dialogue", "cast", "inputs", "stages")
_EXACT = 2**53  # JavaScript reads larger numbers inexactly; ComfyUI's seeds go up to 2^64 - 1

NEW: Row = {
    "description": "",
    "prompt": None,
    "negative_prompt": None,
    "dialogue": "[]",
    "duration": 4.0,
    "camera": "",
    "seed": None,
    "cast": "{}",
    "inputs": "{}",
    "stages": "{}",
    "approved_take_id": None,
}

_NEW_STAGE: Row = {
    "workflow_id": None,
    "engine": None,
    "settings": {},
    "approved_take_id": None,
    "approved_media_id": None,
}

_INSERT = insertion(shots, automatic_id=False)
_REPLACE = replacement(shots)
_NEXT_ID = next_ids(shots)
_IN_ORDER = (h.position, h.lineage)
_OF_SCENE = Statement(
    select(*shots.columns).where(h.scene_id == bindparam("scene_id")).order_by(*_IN_ORDER)
)
_LIVE_OF_SCENE = Statement(
    select(*shots.columns)
    .where(h.scene_id == bindparam("scene_id"), h.deleted_at.is_(None))
    .order_by(*_IN_ORDER)
)
_LIVE_OF_BRANCH = Statement(
    select(*shots.columns)
    .select_from(shots.join(scenes, h.scene_id == scenes.c.id))
    .where(scenes.c.branch_id == bindparam("branch_id"), h.deleted_at.is_(None))
    .order_by(*_IN_ORDER)
)


_OF_LINEAGE = Statement(
    select(*shots.columns)
    .select_from(shots.join(scenes, h.scene_id == scenes.c.id))
    .where(h.lineage == bindparam("lineage"), scenes.c.branch_id == bindparam("branch_id"))
    .where(h.deleted_at.is_(None), scenes.c.deleted_at.is_(None))
)


_BORNE = Statement(
    select(h.id)
    .select_from(shots.join(scenes, h.scene_id == scenes.c.id))
    .where(h.lineage == bindparam("lineage"), scenes.c.branch_id == bindparam("branch_id"))
    .limit(1)
)


def compose(row: Row) -> str:
    """A shot as callers see it, as JSON."""
    return dump(told(row))


def told(row: Row) -> Row:
    """A shot as callers see it, from its row."""
    values = {name: row[name] for name in _SHOWN}
    for name in _JSON:
        values[name] = from_json(row[name])
    if row["seed"] is not None and int(row["seed"]) < _EXACT:
        values["seed"] = int(row["seed"])
    return values


def add(tx: Transaction, scene_id: int, values: Row) -> Row:
    """Insert a shot with the usual values where none are given; its row.

    Without a `lineage` it is the first of its own; an `id` that it has is from `next_ids`.
    """
    shot_id = values.get("id") or tx.value(_NEXT_ID)
    row = {
        "lineage": shot_id,
        **NEW,
        **values,
        "id": shot_id,
        "scene_id": scene_id,
        "created_at": tx.now,
        "updated_at": tx.now,
        "revision": 1,
        "deleted_at": None,
    }
    tx.insert(_INSERT, row)
    return row


def revise(tx: Transaction, row: Row, values: Row) -> Row:
    """Write new values over a shot: its next revision. Nothing new writes nothing."""
    values = {name: value for name, value in values.items() if row[name] != value}
    if not values:
        return row
    new = {**row, **values, "updated_at": tx.now, "revision": row["revision"] + 1}
    tx.run(_REPLACE, **new, the_id=row["id"])
    return new


def all_of(reader: Reader, scene_id: int) -> list[Row]:
    """The rows of a scene's shots, in order, with those in the trash."""
    return reader.rows(_OF_SCENE, scene_id=scene_id)


def shown_of(reader: Reader, scene_id: int) -> list[str]:
    """A scene's shots as JSON, in order, without those in the trash."""
    return [compose(row) for row in live(reader, scene_id)]


def live(reader: Reader, scene_id: int) -> list[Row]:
    """The rows of a scene's shots, in order, without those in the trash."""
    return reader.rows(_LIVE_OF_SCENE, scene_id=scene_id)


def live_of_branch(reader: Reader, branch_id: int) -> dict[int, list[Row]]:
    """As `live`, for each scene of a branch, by the scene's id."""
    found: dict[int, list[Row]] = {}
    for row in reader.rows(_LIVE_OF_BRANCH, branch_id=branch_id):
        found.setdefault(row["scene_id"], []).append(row)
    return found


def furthest_approved(stages: dict[str, Row], order: list[str]) -> int | None:
    """The approved take of the furthest stage that has one, in a project's order of stages."""
    approved = [stages[name]["approved_take_id"] for name in order if name in stages]
    return next((take_id for take_id in reversed(approved) if take_id is not None), None)


def has_borne(reader: Reader, branch_id: int, lineage: int) -> bool:
    """Whether a branch has a row of a shot's lineage, also in the trash."""
    return reader.value(_BORNE, branch_id=branch_id, lineage=lineage) is not None


def live_anywhere(reader: Reader, branch_id: int, lineages: list[int]) -> list[Row]:
    """The shots of some lineages, in whichever scene of a branch they are."""
    return [
        row
        for lineage in lineages
        for row in reader.rows(_OF_LINEAGE, branch_id=branch_id, lineage=lineage)
    ]


def approved(shot: Row, stage: str) -> int | None:
    """The take of a stage that is approved for a shot."""
    chosen: int | None = json.loads(shot["stages"]).get(stage, {}).get("approved_take_id")
    return chosen


def with_stage(shot: Row, stage: str, values: Row) -> Row:
    """A shot's stages, with those values of one stage changed."""
    stages: Row = json.loads(shot["stages"])
    return {**stages, stage: {**_NEW_STAGE, **stages.get(stage, {}), **values}}


def video_path(reader: Reader, scene_id: int) -> str | None:
    """Where the approved take of a scene's first shot is served."""
    first = live(reader, scene_id)[0]  # every scene has one
    take_id = first["approved_take_id"]
    if take_id is None:
        return None
    stages = json.loads(first["stages"]).values()
    return url_of(next(s["approved_media_id"] for s in stages if s["approved_take_id"] == take_id))
