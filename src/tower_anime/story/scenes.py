"""The verbs of scenes. A scene's revision holds its shots: they are one document."""

from __future__ import annotations

from functools import cache

from pydantic_core import from_json
from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.paging import Found, JoinedListing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump, nfc
from tower_anime.projects import service as projects
from tower_anime.story import branches, shot_rows
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.schemas import SceneCreate, SceneUpdate
from tower_anime.story.tables import scenes

s = scenes.c

FIRST_SHOT_NUMBER = 10  # shots are numbered by tens, so that one fits between two


def _state(reader: Reader, scene_id: int, shown: str) -> str:
    return _with_shots(shown, shot_rows.of_scene(reader, scene_id))


def _with_shots(shown: str, shots: list[str]) -> str:
    """The whole document: the scene as callers see it, and its shots."""
    return f'{shown[:-1]},"shots":[{",".join(shots)}]}}'


_SHOWN = (
    "id",
    "project_id",
    "branch_name",
    "scene_number",
    "description",
    "characters",
    "video_path",
    "status",
    "created_at",
    "updated_at",
    "lineage",
    "position",
    "episode",
    "revision",
    "deleted_at",
)


def compose(row: Row) -> str:
    """A scene as callers see it, from its row and its branch's name."""
    values = {name: row[name] for name in _SHOWN}
    values["characters"] = from_json(row["characters"])
    return dump(values)


DOCUMENTS = Documents(
    scenes,
    "scene",
    compose=compose,
    beside=[BRANCHES.table.c.name.label("branch_name")],
    source=scenes.join(BRANCHES.source, s.branch_id == BRANCHES.table.c.id),
    parents_live=BRANCHES.live,
    place=lambda row: (row["project_id"], row["branch_id"]),
    title=lambda row: f"Scene {row['scene_number']}",
    state=_state,
)

find = DOCUMENTS.find
addressed = DOCUMENTS.addressed
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)
restore = DOCUMENTS.restore

_OF_BRANCH = Statement(
    DOCUMENTS.select(*DOCUMENTS.columns)
    .where(DOCUMENTS.live, s.branch_id == bindparam("branch_id"))
    .order_by(s.episode, s.scene_number, s.position, s.lineage)
)


@cache
def _listing(by_project: bool, by_branch: bool, deleted: bool) -> JoinedListing:
    if by_project and by_branch:
        # One branch, found first: its index orders the scenes, and their parents are known live.
        of_project = BRANCHES.table.c.project_id == bindparam("project_id")
        one = BRANCHES.select(BRANCHES.table.c.id).where(of_project, branches.NAMED, BRANCHES.live)
        query = select(s.shown).where(s.branch_id == one.scalar_subquery())
        query = query.where(s.deleted_at.is_not(None) if deleted else s.deleted_at.is_(None))
        return JoinedListing(query, s.scene_number, s.id)
    query = DOCUMENTS.select(DOCUMENTS.json)
    in_trash = s.deleted_at.is_not(None) & BRANCHES.live
    query = query.where(in_trash if deleted else DOCUMENTS.live)
    if by_project:
        query = query.where(s.project_id == bindparam("project_id"))
    elif by_branch:
        query = query.where(branches.NAMED)
    return JoinedListing(query, s.scene_number, s.id)


def listed(
    reader: Reader, page: Page, project_id: int | None, branch_name: str | None, deleted: bool
) -> Found:
    """Scenes by their number."""
    listing = _listing(project_id is not None, branch_name is not None, deleted)
    key = None if branch_name is None else nfc(branch_name)
    return listing.read(reader, page, project_id=project_id, branch_key=key)


def in_order(reader: Reader, branch_id: int) -> list[Row]:
    """The rows of a branch's scenes, in the order of the story; no episode comes first."""
    rows = reader.rows(_OF_BRANCH, branch_id=branch_id)
    return sorted(rows, key=lambda row: (row["episode"] is not None, row["episode"] or 0))


def create(tx: Transaction, new: SceneCreate) -> Shown:
    """Write a scene into a branch, with one shot of the usual length."""
    projects.find(tx, new.project_id)
    branch_id, branch_name = branches.ensure(tx, new.project_id, new.branch_name)
    scene_id = DOCUMENTS.next_id(tx)
    row = {
        "id": scene_id,
        "project_id": new.project_id,
        "branch_id": branch_id,
        "branch_name": branch_name,
        "lineage": scene_id,
        "scene_number": new.scene_number,
        "position": float(new.scene_number),
        "episode": new.episode,
        "description": new.description,
        "characters": dump(new.characters),
        "video_path": new.video_path,
        "video_pinned": new.video_path is not None,
        "status": new.status,
    }

    def begin(tx: Transaction, shown: Shown) -> str:
        shot = shot_rows.add(tx, scene_id, {"shot_number": FIRST_SHOT_NUMBER, "position": 1.0})
        return _with_shots(shown.json, [shot_rows.compose(shot)])

    text = f"Scene {new.scene_number} created on {branch_name}"
    return DOCUMENTS.add(tx, row, text, complete=begin)


def update(tx: Transaction, scene_id: int, change: SceneUpdate) -> Shown:
    """Change what is named. A video path that somebody wrote follows no take any more."""
    row = addressed(tx, scene_id)
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
    if not row["video_pinned"]:
        row["video_path"] = shot_rows.video_path(tx, scene_id)
    DOCUMENTS.revise(tx, row, verb, text, of=("shot", shot_id))
