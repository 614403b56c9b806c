"""A branch as cards: two statements, however many scenes, shots and takes it has."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select

from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.media.tables import media
from tower_anime.renders.tables import takes
from tower_anime.story import branches
from tower_anime.story.tables import scenes, shots

s, h, t, m = scenes.c, shots.c, takes.c, media.c

_STATUSES = ("queued", "running", "done", "failed", "cancelled")


def _of_branch(rows: Select[Any], *, one: bool) -> Select[Any]:  # of any columns
    """Narrow down to the live scenes of a branch, or to one of them."""
    rows = rows.where(s.branch_id == bindparam("branch_id"), s.deleted_at.is_(None))
    return rows.where(s.id == bindparam("scene_id")) if one else rows


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _scenes(*, one: bool) -> Statement:
    rows = _of_branch(select(s.id, s.shown), one=one)
    # No episode comes first.
    in_story = (func.coalesce(s.episode, -(2**31)), s.scene_number, s.position, s.lineage)
    return Statement(rows.order_by(s.episode.is_not(None), *in_story))


def _shots(*, one: bool) -> Statement:
    """Each shot with the numbers of its takes, and the take that shows it."""
    of_shot = select(
        t.shot_lineage,
        *(_number_of(t.status == status).label(status) for status in _STATUSES),
        func.max(case((t.status == "done", t.id))).label("newest"),
    ).where(t.project_id == bindparam("project_id"))
    if one:
        known = _of_branch(select(h.lineage).join(scenes, h.scene_id == s.id), one=True)
        of_shot = of_shot.where(t.shot_lineage.in_(known))
    counted = of_shot.group_by(t.shot_lineage).subquery()
    shown = takes.alias()
    joined = (
        shots.join(scenes, h.scene_id == s.id)
        .outerjoin(counted, counted.c.shot_lineage == h.lineage)
        .outerjoin(shown, shown.c.id == func.coalesce(h.approved_take_id, counted.c.newest))
        .outerjoin(media, m.id == shown.c.media_id)
    )
    rows = select(
        h.scene_id,
        h.id,
        h.duration,
        h.approved_take_id,
        *(counted.c[status] for status in _STATUSES),
        shown.c.id.label("take_id"),
        shown.c.number,
        shown.c.rejected,
        shown.c.media_id,
        m.kind,
        m.duration.label("lasts"),
    ).select_from(joined)
    rows = _of_branch(rows, one=one).where(h.deleted_at.is_(None))
    return Statement(rows.order_by(h.scene_id, h.position, h.lineage))


_ALL = _scenes(one=False), _shots(one=False)
_ONE = _scenes(one=True), _shots(one=True)


def board(reader: Reader, project_id: int, branch_name: str, scene_id: int | None) -> Shown:
    """The cards of a branch in the order of the story, or the one of a scene.

    Raises `NotFound` for a project or branch that is not there.
    """
    branch = branches.named(reader, project_id, branch_name)
    key: Row = {"branch_id": branch["id"], "project_id": project_id}
    of_scenes, of_shots = _ALL
    if scene_id is not None:
        key["scene_id"] = scene_id
        of_scenes, of_shots = _ONE
    gathered = {
        scene: _gathered(rows)
        for scene, rows in groupby(reader.rows(of_shots, **key), lambda row: row["scene_id"])
    }
    # What a scene shows is JSON already: its card is that, with more at its end.
    cards = [
        f"{shown[:-1]},{gathered[scene][1:]}" for scene, shown in reader.tuples(of_scenes, **key)
    ]
    return Shown(f"[{','.join(cards)}]")


def _gathered(rows: Iterable[Row]) -> str:
    """What a scene's card says of its shots and takes, as a JSON object."""
    of_scene = list(rows)
    return dump(
        {
            "shot_ids": [row["id"] for row in of_scene],
            "duration": sum(row["duration"] for row in of_scene),
            "approved": sum(row["approved_take_id"] is not None for row in of_scene),
            "takes": {name: sum(row[name] or 0 for row in of_scene) for name in _STATUSES},
            "candidates": [
                {"shot_id": row["id"], "take_id": row["take_id"]}
                for row in of_scene
                if row["take_id"] and row["approved_take_id"] is None and not row["rejected"]
            ],
            "picture": _picture(of_scene[0]),
        }
    )


def _picture(shot: Row) -> Row | None:
    if shot["media_id"] is None:
        return None
    return {
        "shot_id": shot["id"],
        "take_id": shot["take_id"],
        "number": shot["number"],
        "is_approved": shot["take_id"] == shot["approved_take_id"],
        "media_id": shot["media_id"],
        "kind": shot["kind"],
        "duration": shot["lasts"],
    }
