"""A branch as material for a cut: its shots in order, with all that can be shown of each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.media.tables import media
from tower_anime.renders.tables import takes
from tower_anime.story import branches, scenes, shot_rows
from tower_anime.story.tables import scenes as scene_table
from tower_anime.story.tables import shots

h, t, m = shots.c, takes.c, media.c

_TAKES = Statement(
    select(
        h.id.label("shot_id"),
        t.id.label("take_id"),
        t.number,
        t.stage,
        t.media_id,
        m.kind,
        m.duration,
    )
    .select_from(
        shots.join(scene_table, h.scene_id == scene_table.c.id)
        .join(takes, t.shot_lineage == h.lineage)
        .join(media, m.id == t.media_id)
    )
    .where(scene_table.c.branch_id == bindparam("branch_id"))
    .where(scene_table.c.deleted_at.is_(None), h.deleted_at.is_(None))
    .where(t.project_id == bindparam("project_id"), t.status == "done")
    .order_by(h.id, t.id.desc())
)


def reel(reader: Reader, project_id: int, branch_name: str) -> Shown:
    """The shots of a branch in the order of the story, each with its finished takes.

    Raises `NotFound` for a project or branch that is not there.
    """
    branch = branches.named(reader, project_id, branch_name)
    found = reader.rows(_TAKES, branch_id=branch["id"], project_id=project_id)
    of_shot = {
        shot_id: _without_shot(rows) for shot_id, rows in groupby(found, lambda row: row["shot_id"])
    }
    of_scene = shot_rows.live_of_branch(reader, branch["id"])
    return Shown(
        dump(
            [
                _place(scene, shot, of_shot.get(shot["id"], []))
                for scene in scenes.in_order(reader, branch["id"])
                for shot in of_scene.get(scene["id"], [])
            ]
        )
    )


def _without_shot(rows: Iterable[Row]) -> list[Row]:
    return [{name: row[name] for name in row if name != "shot_id"} for row in rows]


def _place(scene: Row, shot: Row, of_shot: list[Row]) -> Row:
    return {
        "scene_id": scene["id"],
        "scene_number": scene["scene_number"],
        "shot_id": shot["id"],
        "shot_number": shot["shot_number"],
        "description": shot["description"] or scene["description"],
        "duration": shot["duration"],
        "approved_take_id": shot["approved_take_id"],
        "takes": of_shot,
    }
