"""The verbs of cuts: an ordered edit of a branch's approved takes, and its film."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.errors import Conflict, NotFound, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, as_json, json_flag
from tower_anime.core.text import dump, nfc
from tower_anime.cuts.schemas import CutCreate, CutUpdate, ItemEdit
from tower_anime.cuts.tables import cuts
from tower_anime.media.frames import frames_in, frames_of, parse_fps
from tower_anime.projects import service as projects
from tower_anime.renders import take_rows
from tower_anime.renders.desk import Wake
from tower_anime.renders.ledger import Ledger
from tower_anime.story import branches, scenes, shot_rows, shots
from tower_anime.story.branches import DOCUMENTS as BRANCHES

k = cuts.c

LEDGER = Ledger(cuts)

DOCUMENTS = Documents(
    cuts,
    "cut",
    {
        "id": k.id,
        "project_id": k.project_id,
        "branch_name": BRANCHES.table.c.name,
        "name": k.name,
        "follows_branch": json_flag(k.follows_branch),
        "items": as_json(k["items"]),
        "duration": k.duration,
        "status": k.status,
        "progress": k.progress,
        "media_id": k.media_id,
        "report": as_json(k.report),
        "error": as_json(k.error),
        "created_at": k.created_at,
        "updated_at": k.updated_at,
        "revision": k.revision,
        "deleted_at": k.deleted_at,
    },
    source=cuts.join(BRANCHES.source, k.branch_id == BRANCHES.table.c.id),
    parents_live=BRANCHES.live,
    place=lambda row: (row["project_id"], row["branch_id"]),
    title=lambda row: f"Cut {row['name']}",
    as_now=lambda reader, shown: _as_now(reader, shown, {}),
)

find = DOCUMENTS.find
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)
restore = DOCUMENTS.restore

# The film that there is stays until another is done; its status tells whether it is of these items.
_UNMADE: Row = {"status": "draft", "progress": 0.0, "error": None}
_NEW: Row = {
    **_UNMADE,
    "plan": None,
    "report": None,
    "attempt": 0,
    "worker": None,
    "lease_until": None,
    "cancel_requested": False,
    "started_at": None,
    "media_id": None,
}
_BRANCH_OF = Statement(select(k.branch_id).where(k.id == bindparam("cut")))
_ASK_TO_CANCEL = Statement(
    cuts.update().where(k.id == bindparam("cut")).values(cancel_requested=True)
)


@cache
def _listing(by_project: bool, by_branch: bool, deleted: bool) -> Listing:
    query = DOCUMENTS.select(DOCUMENTS.json)
    in_trash = k.deleted_at.is_not(None) & BRANCHES.live
    query = query.where(in_trash if deleted else DOCUMENTS.live)
    if by_project:
        query = query.where(k.project_id == bindparam("project_id"))
    if by_branch:
        query = query.where(BRANCHES.table.c.name_key == bindparam("branch_key"))
    return Listing(query, k.id, descending=True)


def listed(
    reader: Reader, page: Page, project_id: int | None, branch_name: str | None, deleted: bool
) -> Found:
    """Cuts, the newest first."""
    listing = _listing(project_id is not None, branch_name is not None, deleted)
    key = None if branch_name is None else nfc(branch_name)
    found = listing.read(reader, page, project_id=project_id, branch_key=key)
    known: dict[int, Row] = {}
    now = [
        _as_now(reader, Shown(document.decode()), known).json.encode()
        for document in found.documents
    ]
    return found._replace(documents=now)


def _as_now(reader: Reader, stored: Shown, known: dict[int, Row]) -> Shown:
    """A cut that follows its branch, with the branch's items as they are now.

    Where these are no longer those of its film, it is a draft again. `known` keeps the items of
    each branch that has been looked at.
    """
    shown = json.loads(stored.json)
    if not shown["follows_branch"]:
        return stored
    branch_id = reader.value(_BRANCH_OF, cut=shown["id"])
    if branch_id not in known:
        known[branch_id] = _timed(_of_branch(reader, branch_id))
    items, duration = json.loads(known[branch_id]["items"]), known[branch_id]["duration"]
    if shown["status"] == "done" and shown["items"] != items:
        shown |= _UNMADE
    return stored._replace(json=dump({**shown, "items": items, "duration": duration}))


def create(tx: Transaction, new: CutCreate) -> Shown:
    """Begin a cut of a branch's approved takes."""
    project = projects.find(tx, new.project_id)
    branch = branches.named(tx, project["id"], new.branch_name)
    values = _timed(_of_branch(tx, branch["id"]))
    row = {
        **_NEW,
        **values,
        "project_id": project["id"],
        "branch_id": branch["id"],
        "name": new.name,
        "follows_branch": True,
    }
    return DOCUMENTS.add(tx, row, f"Cut {new.name} begun on {new.branch_name}")


def update(tx: Transaction, cut_id: int, change: CutUpdate) -> Shown:
    """Rename a cut, edit its items, or have it follow the branch again."""
    row = DOCUMENTS.addressed(tx, cut_id)
    values: Row = {}
    if "name" in change.model_fields_set:
        values["name"] = change.name
    if "items" in change.model_fields_set:
        values |= _edited(tx, row, change.items)
        if json.loads(values["items"]) != json.loads(row["items"]):
            values |= _UNMADE  # what is being made of the items before is not finished
    return DOCUMENTS.change(tx, row, values)


def _edited(tx: Transaction, row: Row, items: list[ItemEdit] | None) -> Row:
    if items is None:
        return {**_timed(_of_branch(tx, row["branch_id"])), "follows_branch": True}
    return {**_timed([_item(tx, row, item) for item in items]), "follows_branch": False}


def _item(tx: Transaction, row: Row, item: ItemEdit) -> Row:
    shot = shots.find(tx, item.shot_id)
    scene = scenes.find(tx, shot["scene_id"])
    if scene["branch_id"] != row["branch_id"]:
        raise Conflict(f"Shot {item.shot_id} is not on this cut's branch.")
    if item.take_id is not None:
        take = take_rows.find(tx, item.take_id)
        if take["shot_lineage"] != shot["lineage"] or take["media_id"] is None:
            raise Conflict(f"Take {item.take_id} is no finished take of shot {item.shot_id}.")
    skipped = {"skip"} if item.skip == 0 else set()
    return {"scene_id": scene["id"], **item.model_dump(exclude=skipped)}


def _of_branch(reader: Reader, branch_id: int) -> list[Row]:
    of_scene = shot_rows.live_of_branch(reader, branch_id)
    return [
        {
            "scene_id": scene["id"],
            "shot_id": shot["id"],
            "take_id": shot["approved_take_id"],
            "duration": shot["duration"],
        }
        for scene in scenes.in_order(reader, branch_id)
        for shot in of_scene.get(scene["id"], [])
    ]


def _timed(items: list[Row]) -> Row:
    """The items with their starts, and the length of all."""
    start, timed = 0.0, []
    for item in items:
        timed.append({**item, "start": round(start, 6)})
        start += item["duration"]
    return {"items": dump(timed), "duration": round(start, 6)}


# --- its film


def assemble(tx: Transaction, cut_id: int, longest: float, wake: Wake) -> Shown:
    """Queue the making of the cut's film, which lasts `longest` seconds at the most.

    Raises `Conflict` while one is being made, `Unprocessable` for a longer one.
    """
    row = DOCUMENTS.addressed(tx, cut_id)
    if row["status"] in {"queued", "running"}:
        raise Conflict("This cut is being assembled already.")
    values: Row = {}
    if row["follows_branch"]:
        values = _timed(_of_branch(tx, row["branch_id"]))
    now = {**row, **values}
    if now["duration"] > longest:
        raise Unprocessable(
            f"This film would last {now['duration']:,} seconds; {longest:,} are accepted here."
        )
    plan = _plan(tx, row, json.loads(now["items"]))
    if not plan["items"]:
        raise Conflict("This cut is empty: its branch has no scenes.")
    values |= {**_UNMADE, "status": "queued", "cancel_requested": False, "plan": dump(plan)}
    tx.after_commit(wake)
    text = f"Cut {row['name']}: assembling asked for"
    return DOCUMENTS.change(tx, row, values, verb="queued", text=text)


def _plan(tx: Transaction, row: Row, items: list[Row]) -> Row:
    """What is to be assembled: media by their hashes, and what slates say."""
    settings = projects.settings_of(projects.find(tx, row["project_id"]))
    fps = parse_fps(settings.fps)
    return {
        "width": settings.width,
        "height": settings.height,
        "fps": settings.fps,
        "items": [_planned(tx, item, fps) for item in items],
    }


def _planned(tx: Transaction, item: Row, fps: Fraction) -> Row:
    try:
        scene, shot = scenes.find(tx, item["scene_id"]), shots.find(tx, item["shot_id"])
    except NotFound as error:
        raise Conflict(
            f"Shot {item['shot_id']} of this cut is in the trash; restore it, or edit the cut."
        ) from error
    take = item["take_id"] and take_rows.find(tx, item["take_id"])
    title = f"Scene {scene['scene_number']} · Shot {shot['shot_number']}"
    text = shot["description"] or scene["description"]
    return {
        "media_id": take["media_id"] if take else None,
        "frames": frames_of(item["duration"], fps),
        "skip": frames_in(item.get("skip", 0), fps),
        "slate": {"title": title, "text": text},
    }


@may_always
def cancel(tx: Transaction, cut_id: int) -> Shown:
    """Stop the making of a cut's film; one that is made stays."""
    row = DOCUMENTS.addressed(tx, cut_id)
    if row["status"] == "queued":
        return DOCUMENTS.change(tx, row, {"status": "cancelled"}, verb="cancelled")
    if row["status"] == "running":
        tx.run(_ASK_TO_CANCEL, cut=cut_id)
    return get(tx, cut_id)


def film(reader: Reader, cut_id: int) -> str:
    """The medium of the cut's film. Raises `NotFound` where it has not been assembled."""
    row = find(reader, cut_id)
    if row["media_id"] is None:
        raise NotFound("This cut has not been assembled")
    sha256: str = row["media_id"]
    return sha256
