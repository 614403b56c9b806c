"""The verbs of scenes. A scene's revision holds its shots: they are one document."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, select

from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.sql import Row, Statement, as_json
from tower_anime.core.text import dump, nfc
from tower_anime.projects import service as projects
from tower_anime.story import branches, shot_rows
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.schemas import SceneCreate, SceneUpdate
from tower_anime.story.tables import scenes

s = scenes.c

FIRST_SHOT_NUMBER = 10  # shots are numbered by tens, so that one fits between two


def _state(reader: Reader, scene_id: int, shown: str) -> str:
    """The whole document: the scene as callers see it, and its shots."""
    shots = ",".join(shot_rows.of_scene(reader, scene_id))
    return f'{shown[:-1]},"shots":[{shots}]}}'


_branch_name = (
    select(BRANCHES.table.c.name).where(BRANCHES.table.c.id == s.branch_id).scalar_subquery()
)

DOCUMENTS = Documents(
    scenes,
    "scene",
    {
        "id": s.id,
        "project_id": s.project_id,
        "branch_name": _branch_name,
        "scene_number": s.scene_number,
        "description": s.description,
        "characters": as_json(s.characters),
        "video_path": s.video_path,
        "status": s.status,
        "created_at": s.created_at,
        "updated_at": s.updated_at,
        "lineage": s.lineage,
        "position": s.position,
        "episode": s.episode,
        "revision": s.revision,
        "deleted_at": s.deleted_at,
    },
    source=scenes.join(BRANCHES.source, s.branch_id == BRANCHES.table.c.id),
    parents_live=BRANCHES.live,
    place=lambda row: (row["project_id"], row["branch_id"]),
    title=lambda row: f"Scene {row['scene_number']}",
    state=_state,
)

find = DOCUMENTS.find
get = DOCUMENTS.get
trash = DOCUMENTS.trash
restore = DOCUMENTS.restore

_OF_BRANCH = Statement(
    DOCUMENTS.select(*scenes.columns)
    .where(DOCUMENTS.live, s.branch_id == bindparam("branch_id"))
    .order_by(s.episode, s.scene_number, s.position, s.lineage)
)
_TOUCH = Statement(
    scenes.update()
    .where(s.id == bindparam("scene"))
    .values(
        updated_at=bindparam("now"),
        revision=s.revision + 1,
        video_path=bindparam("video_path"),
    )
)
_BEAR = Statement(scenes.update().where(s.id == bindparam("scene")).values(lineage=s.id))


@cache
def _listing(by_project: bool, by_branch: bool, deleted: bool) -> Statement:
    query = DOCUMENTS.select(DOCUMENTS.json).order_by(s.scene_number, s.id)
    in_trash = s.deleted_at.is_not(None) & BRANCHES.live
    query = query.where(in_trash if deleted else DOCUMENTS.live)
    if by_project and by_branch:  # one branch: found first, so that its index orders the scenes
        b = BRANCHES.table.alias()
        named = (b.c.name_key == bindparam("branch_key")) & b.c.deleted_at.is_(None)
        one = select(b.c.id).where(b.c.project_id == bindparam("project_id"), named)
        query = query.where(s.branch_id == one.scalar_subquery())
    elif by_project:
        query = query.where(s.project_id == bindparam("project_id"))
    elif by_branch:
        query = query.where(branches.NAMED)
    return Statement(query.limit(bindparam("limit")))


def listed(
    reader: Reader, project_id: int | None, branch_name: str | None, limit: int, deleted: bool
) -> list[str]:
    """Scenes by their number."""
    statement = _listing(project_id is not None, branch_name is not None, deleted)
    key = None if branch_name is None else nfc(branch_name)
    return reader.column(statement, project_id=project_id, branch_key=key, limit=limit)


def in_order(reader: Reader, branch_id: int) -> list[Row]:
    """The rows of a branch's scenes, in the order of the story; no episode comes first."""
    rows = reader.rows(_OF_BRANCH, branch_id=branch_id)
    return sorted(rows, key=lambda row: (row["episode"] is not None, row["episode"] or 0))


def create(tx: Transaction, new: SceneCreate) -> str:
    """Write a scene into a branch, with one shot of the usual length."""
    projects.find(tx, new.project_id)
    row = {
        "project_id": new.project_id,
        "branch_id": branches.ensure(tx, new.project_id, new.branch_name),
        "lineage": 0,
        "scene_number": new.scene_number,
        "position": float(new.scene_number),
        "episode": new.episode,
        "description": new.description,
        "characters": dump(new.characters),
        "video_path": new.video_path,
        "video_pinned": new.video_path is not None,
        "status": new.status,
    }
    text = f"Scene {new.scene_number} created on {new.branch_name}"
    return DOCUMENTS.add(tx, row, text, complete=_begin).shown


def _begin(tx: Transaction, scene_id: int) -> None:
    tx.run(_BEAR, scene=scene_id)
    shot_rows.add(tx, scene_id, {"shot_number": FIRST_SHOT_NUMBER, "position": 1.0})


def update(tx: Transaction, scene_id: int, change: SceneUpdate) -> str:
    """Change what is named. A video path that somebody wrote follows no take any more."""
    row = find(tx, scene_id)
    values = change.model_dump(exclude_unset=True)
    if "characters" in values:
        values["characters"] = dump(values["characters"])
    if values.get("scene_number", row["scene_number"]) != row["scene_number"]:
        values["position"] = float(values["scene_number"])
    if values.get("video_path", row["video_path"]) != row["video_path"]:
        values["video_pinned"] = values["video_path"] is not None
    return DOCUMENTS.change(tx, row, values)


def log_shot(tx: Transaction, scene_id: int, shot_id: int, verb: str, text: str) -> None:
    """A shot changed: the scene has a new revision, and the change log says what happened.

    The scene's video path follows its first shot's approved take, unless somebody wrote it.
    """
    row = find(tx, scene_id)
    path = row["video_path"] if row["video_pinned"] else shot_rows.video_path(tx, scene_id)
    tx.run(_TOUCH, scene=scene_id, now=tx.now, video_path=path)
    revision = row["revision"] + 1
    change = Change("shot", shot_id, verb, text, row["project_id"], row["branch_id"])
    change_id = changes.record(tx, change, revision=revision)
    state = _state(tx, scene_id, DOCUMENTS.refresh(tx, scene_id))
    changes.keep(tx, change_id, "scene", scene_id, revision, state)
