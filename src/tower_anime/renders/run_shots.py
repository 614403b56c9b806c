"""The shots of a run, in the order of the story: what a contact sheet is laid out by."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.renders import runs, take_rows
from tower_anime.story import scenes
from tower_anime.story.tables import shots

s, h, t = scenes.s, shots.c, take_rows.t

_SHOTS = Statement(
    select(
        h.id.label("shot_id"),
        h.scene_id,
        s.episode,
        s.scene_number,
        h.shot_number,
        s.description.label("scene"),
        h.description,
        h.stages,
    )
    .select_from(shots.join(scenes.DOCUMENTS.source, h.scene_id == s.id))
    .where(h.id.in_(select(t.shot_id).where(t.run_id == bindparam("id"))))
    .where(h.deleted_at.is_(None), scenes.DOCUMENTS.live)
    .order_by(*scenes.IN_STORY)
    .order_by(h.position, h.lineage)
)


def listed(reader: Reader, run_id: int) -> Shown:
    """The shots of a run's takes that are still in the story. Raises `NotFound`."""
    runs.get(reader, run_id)
    return Shown(dump([_told(row) for row in reader.rows(_SHOTS, id=run_id)]))


def _told(row: Row) -> Row:
    stages = json.loads(row.pop("stages"))
    approved = {name: of["approved_take_id"] for name, of in stages.items()}
    return {**row, "approved": {name: take for name, take in approved.items() if take}}
