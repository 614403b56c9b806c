"""Shots as rows and as JSON: what scenes, which hold them, need to know of them."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.sql import (
    Row,
    Statement,
    as_json,
    insertion,
    json_row,
    json_seed,
    json_text,
)
from tower_anime.media.service import url_of
from tower_anime.story.tables import scenes, shots

h = shots.c

JSON = json_text(
    json_row(
        id=h.id,
        scene_id=h.scene_id,
        shot_number=h.shot_number,
        position=h.position,
        lineage=h.lineage,
        description=h.description,
        prompt=h.prompt,
        negative_prompt=h.negative_prompt,
        dialogue=as_json(h.dialogue),
        duration=h.duration,
        camera=h.camera,
        seed=json_seed(h.seed),
        cast=as_json(h.cast),
        inputs=as_json(h.inputs),
        stages=as_json(h.stages),
        approved_take_id=h.approved_take_id,
        created_at=h.created_at,
        updated_at=h.updated_at,
        deleted_at=h.deleted_at,
    )
)

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

_INSERT = insertion(shots)
_BEAR = Statement(shots.update().where(h.id == bindparam("shot")).values(lineage=h.id))
_IN_ORDER = (h.position, h.lineage)
_OF_SCENE = Statement(select(JSON).where(h.scene_id == bindparam("scene_id")).order_by(*_IN_ORDER))
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


def add(tx: Transaction, scene_id: int, values: Row) -> int:
    """Insert a shot with the usual values where none are given; its id."""
    row = {
        **NEW,
        **values,
        "scene_id": scene_id,
        "lineage": 0,
        "created_at": tx.now,
        "updated_at": tx.now,
        "deleted_at": None,
    }
    shot_id: int = tx.insert(_INSERT, row)
    tx.run(_BEAR, shot=shot_id)
    return shot_id


def of_scene(reader: Reader, scene_id: int) -> list[str]:
    """A scene's shots as JSON, in order; those in the trash too, for they are part of its state."""
    return reader.column(_OF_SCENE, scene_id=scene_id)


def live(reader: Reader, scene_id: int) -> list[Row]:
    """The rows of a scene's shots, in order, without those in the trash."""
    return reader.rows(_LIVE_OF_SCENE, scene_id=scene_id)


def live_of_branch(reader: Reader, branch_id: int) -> dict[int, list[Row]]:
    """As `live`, for each scene of a branch, by the scene's id."""
    found: dict[int, list[Row]] = {}
    for row in reader.rows(_LIVE_OF_BRANCH, branch_id=branch_id):
        found.setdefault(row["scene_id"], []).append(row)
    return found


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
