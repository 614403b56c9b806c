"""The verbs of scenes. A scene's revision holds its shots: they are one document."""

from __future__ import annotations

from functools import cache

from pydantic_core import from_json
from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction, brief
from tower_anime.core.documents import Documents, Kept
from tower_anime.core.errors import Conflict, Unprocessable
from tower_anime.core.paging import Found, JoinedListing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, next_ids
from tower_anime.core.text import dump, nfc
from tower_anime.story import branches, content, places, shot_rows
from tower_anime.story.branch_schemas import SceneReorder
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.schemas import SceneCreate, SceneUpdate
from tower_anime.story.tables import SHOWN, scenes, shots
from tower_anime.workflows import service as workflows

s = scenes.c

FIRST_SHOT_NUMBER = 10  # shots are numbered by tens, so that one fits between two


PINNED = ',"video_pinned":'  # between the scene's own fields and its shots


def _state(reader: Reader, row: Row, shown: str) -> Kept:
    return _with_shots(row, shown, shot_rows.all_of(reader, row["id"]))


def _with_shots(row: Row, shown: str, shots: list[Row]) -> Kept:
    """The whole document: the scene as callers see it, who wrote its video path, and its shots.

    Those in the trash are among them, for they are part of its state.
    """
    pinned = "true" if row["video_pinned"] else "false"
    told = [shot_rows.told(shot) for shot in shots]
    state = f'{shown[:-1]}{PINNED}{pinned},"shots":{dump(told)}}}'
    document = {**row, "characters": from_json(row["characters"]), "shots": told}
    return Kept(state, content.fingerprint(document))


def compose(row: Row) -> str:
    """A scene as callers see it, from its row and its branch's name."""
    values = {name: row[name] for name in SHOWN}
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
show = DOCUMENTS.show
trash = may_always(DOCUMENTS.trash)

_NEXT_IDS = next_ids(scenes, shots)

# What scenes of one branch are sorted by; no episode comes first, as in `in_story`.
IN_STORY = (s.episode.is_not(None), s.episode, s.scene_number, s.position, s.lineage)
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
    return sorted(reader.rows(_OF_BRANCH, branch_id=branch_id), key=in_story)


@brief
def create(tx: Transaction, new: SceneCreate) -> Shown:
    """Write a scene into a branch, with one shot of the usual length."""
    branch_id, branch_name = branches.ensure(tx, new.project_id, new.branch_name)
    require_workflow(tx, new.workflow_id)
    [(scene_id, shot_id)] = tx.tuples(_NEXT_IDS)
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
        "workflow_id": new.workflow_id,
    }

    def begin(tx: Transaction, row: Row, shown: str) -> Kept:
        first = {"id": shot_id, "shot_number": FIRST_SHOT_NUMBER, "position": 1.0}
        return _with_shots(row, shown, [shot_rows.add(tx, scene_id, first)])

    text = f"Scene {new.scene_number} created on {branch_name}"
    return DOCUMENTS.add(tx, row, text, complete=begin)


def update(tx: Transaction, scene_id: int, change: SceneUpdate) -> Shown:
    """Change what is named. A video path that somebody wrote follows no take any more."""
    row = addressed(tx, scene_id)
    values = change.model_dump(exclude_unset=True)
    require_workflow(tx, values.get("workflow_id"))
    if "characters" in values:
        values["characters"] = dump(values["characters"])
    if values.get("scene_number", row["scene_number"]) != row["scene_number"]:
        values["position"] = float(values["scene_number"])
    if values.get("video_path", row["video_path"]) != row["video_path"]:
        values["video_pinned"] = values["video_path"] is not None
    return DOCUMENTS.change(tx, row, values)


def require_workflow(reader: Reader, workflow_id: int | None) -> None:
    """Raise `NotFound` for a workflow that is not there."""
    if workflow_id is not None:
        workflows.find(reader, workflow_id)


def restore(tx: Transaction, scene_id: int) -> Shown:
    """Take a scene out of the trash. Raises `Conflict` where its shots are in other scenes now."""
    shown = DOCUMENTS.restore(tx, scene_id)
    if not shot_rows.live(tx, scene_id):
        raise Conflict("Its shots are in other scenes now, and every scene has at least one.")
    return shown


def log_shot(
    tx: Transaction,
    scene_id: int,
    shot_id: int,
    verb: str,
    text: str,
    *,
    data: str | None = None,
    left: int | None = None,
) -> None:
    """A shot changed: the scene has a new revision, and the change log says what happened.

    So has the scene that the shot has `left`.
    """
    row = _following(tx, find(tx, scene_id))
    change_id = DOCUMENTS.log(
        tx, row, verb, text, of=("shot", shot_id), data=data, revision=row["revision"] + 1
    )
    DOCUMENTS.put(tx, row, change_id)
    if left is not None:
        DOCUMENTS.put(tx, _following(tx, find(tx, left)), change_id)


def _following(reader: Reader, row: Row) -> Row:
    """The row, whose video path follows its first shot's approved take unless somebody wrote it."""
    if row["video_pinned"]:
        return row
    return {**row, "video_path": shot_rows.video_path(reader, row["id"])}


def in_story(scene: Row) -> tuple[bool, int, int, float, int]:
    """What scenes are sorted by: no episode comes first."""
    episode = scene["episode"]
    place = scene["scene_number"], scene["position"], scene["lineage"]
    return episode is not None, episode or 0, *place


def reorder(tx: Transaction, asked: SceneReorder) -> list[str]:
    """Put some scenes of a branch in an order, each in a place of one of them; these scenes.

    Only those are touched that have to move, each with the number of the scene before it: between
    3 and 4 it is another 3. Raises `NotFound`, and `Unprocessable` for scenes of several episodes.
    """
    branch = branches.named(tx, asked.project_id, asked.branch_name)
    there = {row["id"]: row for row in in_order(tx, branch["id"])}
    known = [there[n] for n in asked.scene_ids if n in there]
    if len({row["episode"] for row in known}) > 1:
        raise Unprocessable("scene_ids: they are of several episodes; reorder one at a time.")
    members = [n for n, row in there.items() if known and row["episode"] == known[0]["episode"]]
    order = [there[n] for n in places.arranged(members, asked.scene_ids)]
    found = places.numbered([(r["scene_number"], r["position"], r["lineage"]) for r in order])
    moved = [
        {**row, "scene_number": number, "position": position}
        for row, (number, position) in zip(order, found, strict=True)
        if (row["scene_number"], row["position"]) != (number, position)
    ]
    if moved:
        numbers = ", ".join(str(there[row["id"]]["scene_number"]) for row in moved)
        text = f"Branch {branch['name']}: scene {numbers} moved"
        change_id = branches.DOCUMENTS.log(tx, branch, "reordered", text)
        for row in moved:
            DOCUMENTS.put(tx, row, change_id)
    return [show(tx, scene_id).json for scene_id in asked.scene_ids]
