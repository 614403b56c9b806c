"""A branch as cards: three statements, however many scenes, shots and takes it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.media.tables import media
from tower_anime.renders.tables import takes
from tower_anime.story import branches
from tower_anime.story.tables import scenes, shots

s, h, t, m = scenes.c, shots.c, takes.c, media.c

Counts = dict[str, int]  # of a shot's takes, by their status

_STATUSES = ("queued", "running", "done", "failed", "cancelled")


def _of_branch(rows: Select[Any], *, one: bool) -> Select[Any]:  # of any columns
    """Narrow down to the live scenes of a branch, or to one of them."""
    rows = rows.where(s.branch_id == bindparam("branch_id"), s.deleted_at.is_(None))
    return rows.where(s.id == bindparam("scene_id")) if one else rows


def _scenes(*, one: bool) -> Statement:
    rows = _of_branch(select(s.id, s.shown), one=one)
    # No episode comes first.
    in_story = (func.coalesce(s.episode, -(2**31)), s.scene_number, s.position, s.lineage)
    return Statement(rows.order_by(s.episode.is_not(None), *in_story))


def _shots(*, one: bool) -> Statement:
    """Each shot with the take that shows it: the approved one, else the newest that is done."""
    done = takes.alias()
    newest = (
        select(func.max(done.c.id))
        .where(done.c.project_id == bindparam("project_id"))
        .where(done.c.shot_lineage == h.lineage, done.c.status == "done")
        .scalar_subquery()
    )
    joined = (
        shots.join(scenes, h.scene_id == s.id)
        .outerjoin(takes, t.id == func.coalesce(h.approved_take_id, newest))
        .outerjoin(media, m.id == t.media_id)
    )
    of_take = (t.id, t.number, t.rejected, t.media_id, m.kind, m.duration)
    rows = select(h.scene_id, h.id, h.lineage, h.duration, h.approved_take_id, *of_take)
    rows = _of_branch(rows.select_from(joined), one=one).where(h.deleted_at.is_(None))
    return Statement(rows.order_by(h.scene_id, h.position, h.lineage))


def _counts(*, one: bool) -> Statement:
    """How many takes of each status the shots of the project have, or those of a scene."""
    rows = select(t.shot_lineage, t.status, func.count()).where(
        t.project_id == bindparam("project_id")
    )
    if one:
        known = _of_branch(select(h.lineage).join(scenes, h.scene_id == s.id), one=True)
        rows = rows.where(t.shot_lineage.in_(known))
    return Statement(rows.group_by(t.shot_lineage, t.status))


class _Shot(NamedTuple):
    """A row of `_shots`; what is told of a take is null where there is none."""

    scene_id: int
    id: int
    lineage: int
    duration: float
    approved_take_id: int | None
    take_id: int | None
    number: int | None
    is_rejected: bool | None
    media_id: str | None
    kind: str | None
    lasts: float | None


_ALL = _scenes(one=False), _shots(one=False), _counts(one=False)
_ONE = _scenes(one=True), _shots(one=True), _counts(one=True)


def board(reader: Reader, project_id: int, branch_name: str, scene_id: int | None) -> Shown:
    """The cards of a branch in the order of the story, or the one of a scene.

    Raises `NotFound` for a project or branch that is not there.
    """
    branch = branches.named(reader, project_id, branch_name)
    of_project: Row = {"project_id": project_id}
    of_branch: Row = {"branch_id": branch["id"]}
    if scene_id is None:
        (of_scenes, of_shots, of_counts), counted = _ALL, of_project
    else:
        of_branch["scene_id"] = scene_id
        (of_scenes, of_shots, of_counts), counted = _ONE, of_project | of_branch
    counts: dict[int, Counts] = {}
    for lineage, status, count in reader.tuples(of_counts, **counted):
        counts.setdefault(lineage, {})[status] = count
    found = map(_Shot._make, reader.tuples(of_shots, **of_branch, **of_project))
    gathered = {
        scene: _gathered(list(of_scene), counts)
        for scene, of_scene in groupby(found, attrgetter("scene_id"))
    }
    # What a scene shows is JSON already: its card is that, with more at its end.
    cards = [
        f"{shown[:-1]},{gathered[scene][1:]}"
        for scene, shown in reader.tuples(of_scenes, **of_branch)
    ]
    return Shown(f"[{','.join(cards)}]")


def _gathered(of_scene: Sequence[_Shot], counts: Mapping[int, Counts]) -> str:
    """What a scene's card says of its shots and takes, as a JSON object."""
    takes_of = dict.fromkeys(_STATUSES, 0)
    for shot in of_scene:
        for status, count in counts.get(shot.lineage, {}).items():
            takes_of[status] += count
    return dump(
        {
            "shot_ids": [shot.id for shot in of_scene],
            "duration": sum(shot.duration for shot in of_scene),
            "approved": sum(shot.approved_take_id is not None for shot in of_scene),
            "takes": takes_of,
            "candidates": [
                {"shot_id": shot.id, "take_id": shot.take_id}
                for shot in of_scene
                if shot.take_id and shot.approved_take_id is None and not shot.is_rejected
            ],
            "picture": _picture(of_scene[0]),
        }
    )


def _picture(shot: _Shot) -> Row | None:
    if shot.media_id is None:
        return None
    return {
        "shot_id": shot.id,
        "take_id": shot.take_id,
        "number": shot.number,
        "is_approved": shot.take_id == shot.approved_take_id,
        "media_id": shot.media_id,
        "kind": shot.kind,
        "duration": shot.lasts,
    }
