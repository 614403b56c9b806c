"""The verbs of shots."""

from __future__ import annotations

import json
import secrets

from sqlalchemy import bindparam, select

from tower_anime.core import conditions
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import in_words
from tower_anime.core.errors import Conflict, NotFound
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import LARGEST, dump
from tower_anime.projects import service as projects
from tower_anime.story import lines, places, references, scenes, shot_rows
from tower_anime.story.schemas import ShotCreate, ShotUpdate
from tower_anime.story.tables import shots

h = shots.c
_JSON = ("dialogue", "cast", "inputs")

_LIVE = h.deleted_at.is_(None)
_WITH_PARENTS = shots.join(scenes.DOCUMENTS.source, h.scene_id == scenes.s.id)
_ONE = h.id == bindparam("id")
_ROW = Statement(select(*shots.columns).where(_ONE))
_ROW_LIVE = Statement(
    select(*shots.columns).select_from(_WITH_PARENTS).where(_ONE, _LIVE, scenes.DOCUMENTS.live)
)
_OF_SCENE = select(*shots.columns).where(h.scene_id == bindparam("scene_id"))
_LISTING, _TRASH = (
    Listing(_OF_SCENE.where(which), h.position, h.lineage, compose=shot_rows.compose)
    for which in (_LIVE, h.deleted_at.is_not(None))
)
_SCENE_LIVE = Statement(
    scenes.DOCUMENTS.select(scenes.s.id).where(
        scenes.s.id == bindparam("scene_id"), scenes.DOCUMENTS.live
    )
)


def find(reader: Reader, shot_id: int) -> Row:
    """The shot's row. Raises `NotFound`, also where it or a parent is in the trash."""
    row = reader.row(_ROW_LIVE, id=shot_id)
    if row is None:
        raise NotFound("Shot not found")
    return row


def addressed(tx: Transaction, shot_id: int) -> Row:
    """The shot that a call wants to change: as `find`, and as the caller's If-Match says."""
    row = find(tx, shot_id)
    conditions.require(tx, "shot", shot_id, show)
    return row


def get(reader: Reader, shot_id: int) -> Shown:
    """The shot as callers see it. Raises `NotFound`."""
    return _shown(find(reader, shot_id))


def show(reader: Reader, shot_id: int) -> Shown:
    """The shot as callers see it, also from the trash."""
    return _shown(reader.rows(_ROW, id=shot_id)[0])


def _shown(row: Row) -> Shown:
    return Shown(shot_rows.compose(row), row["revision"])


def listed(reader: Reader, page: Page, scene_id: int, deleted: bool) -> Found:
    """A scene's shots in order."""
    scenes.find(reader, scene_id)
    return (_TRASH if deleted else _LISTING).read(reader, page, scene_id=scene_id)


def create(tx: Transaction, scene_id: int, new: ShotCreate) -> Shown:
    """Add a shot at the end of its scene."""
    scene = scenes.find(tx, scene_id)
    there = shot_rows.live(tx, scene_id)
    last = max((row["shot_number"] for row in there), default=0)
    values = new.model_dump(mode="json")
    if values["shot_number"] is None:
        values["shot_number"] = min((last // 10 + 1) * 10, LARGEST)
    references.require(tx, scene["project_id"], values, shot_rows.NEW)
    values["position"] = max((row["position"] for row in there), default=0.0) + 1
    row = shot_rows.add(tx, scene_id, _columns(values, shot_rows.NEW))
    text = f"Scene {scene['scene_number']}: shot {values['shot_number']} created"
    scenes.log_shot(tx, scene_id, row["id"], "created", text)
    return _shown(row)


def update(tx: Transaction, shot_id: int, change: ShotUpdate) -> Shown:
    """Change what is named."""
    row = addressed(tx, shot_id)
    values = change.model_dump(mode="json", include=change.model_fields_set)
    scene = scenes.find(tx, row["scene_id"])
    references.require(tx, scene["project_id"], values, row)
    if "stages" in values:  # of a stage, too, what is absent stays
        values |= change.model_dump(mode="json", include={"stages"}, exclude_unset=True)
    if values.get("scene_id", row["scene_id"]) != row["scene_id"]:
        return _move(tx, row, scene, _columns(values, row))
    return _write(tx, row, _columns(values, row))


def _move(tx: Transaction, row: Row, scene: Row, values: Row) -> Shown:
    """Put a shot at the end of another scene of its branch: both scenes have a new revision.

    Raises `NotFound`, and `Conflict` for a scene of another branch or a scene's only shot.
    """
    to = scenes.find(tx, values["scene_id"])
    if to["branch_id"] != scene["branch_id"]:
        raise Conflict("The other scene is on another branch; merge the branches instead.")
    _require_others(tx, row)
    last = max(shot["position"] for shot in shot_rows.live(tx, to["id"]))
    new = shot_rows.revise(tx, row, {**values, "position": last + 1})
    numbers = f"from scene {scene['scene_number']} to scene {to['scene_number']}"
    text = f"Shot {new['shot_number']} moved {numbers}"
    scenes.log_shot(tx, to["id"], row["id"], "moved", text, left=scene["id"])
    return _shown(new)


def _require_others(reader: Reader, row: Row) -> None:
    if len(shot_rows.live(reader, row["scene_id"])) == 1:
        raise Conflict("This is the scene's only shot, and every scene has at least one.")


def reorder(tx: Transaction, scene_id: int, shot_ids: list[int]) -> list[str]:
    """Put some of a scene's shots in an order, each in a place of one of them; all its shots.

    Only those are touched that have to move. Raises `NotFound`, `Unprocessable` for one twice.
    """
    scene = scenes.addressed(tx, scene_id)
    there = shot_rows.live(tx, scene_id)
    order = places.arranged([row["id"] for row in there], shot_ids)
    rows = {row["id"]: row for row in there}
    positions = places.reordered([(rows[n]["position"], rows[n]["lineage"]) for n in order])
    moved = [
        shot_rows.revise(tx, rows[n], {"position": position})
        for n, position in zip(order, positions, strict=True)
        if rows[n]["position"] != position
    ]
    if moved:
        numbers = ", ".join(str(row["shot_number"]) for row in moved)
        text = f"Scene {scene['scene_number']}: shots {numbers} moved"
        scenes.log_shot(tx, scene_id, moved[0]["id"], "reordered", text)
    return shot_rows.shown_of(tx, scene_id)


def _columns(values: Row, row: Row) -> Row:
    """Values as the table keeps them; lines of dialogue get ids, stages keep their approvals."""
    if "dialogue" in values:
        known = lines.known_again(values["dialogue"], json.loads(row["dialogue"]))
        for line, line_id in zip(values["dialogue"], known, strict=True):
            line["id"] = line_id or secrets.token_hex(4)
    if values.get("seed") is not None:
        values["seed"] = str(values["seed"])
    if "stages" in values:
        changed = {n: shot_rows.with_stage(row, n, c)[n] for n, c in values["stages"].items()}
        values["stages"] = dump({**json.loads(row["stages"]), **changed})
    return {name: dump(value) if name in _JSON else value for name, value in values.items()}


def _write(tx: Transaction, row: Row, values: Row, verb: str = "changed", text: str = "") -> Shown:
    new = shot_rows.revise(tx, row, values)
    if new is row:
        return _shown(row)
    fields = sorted(name for name in values if row[name] != new[name])
    number = scenes.find(tx, row["scene_id"])["scene_number"]
    text = f"Scene {number}, shot {new['shot_number']}: {text or f'{in_words(fields)} changed'}"
    data = dump({"fields": fields})
    scenes.log_shot(tx, row["scene_id"], row["id"], verb, text, data=data)
    return _shown(new)


@may_always
def trash(tx: Transaction, shot_id: int) -> Shown:
    """Put a shot in the trash. Raises `Conflict` for the last one: every scene has a shot."""
    row = addressed(tx, shot_id)
    _require_others(tx, row)
    return _write(tx, row, {"deleted_at": tx.now}, "deleted", "moved to the trash")


def restore(tx: Transaction, shot_id: int) -> Shown:
    """Take a shot out of the trash."""
    row = tx.row(_ROW, id=shot_id)
    if row is None:
        raise NotFound("Shot not found")
    conditions.require(tx, "shot", shot_id, show)
    if tx.row(_SCENE_LIVE, scene_id=row["scene_id"]) is None:
        raise Conflict("The shot is part of something in the trash; restore that first.")
    return _write(tx, row, {"deleted_at": None}, "restored", "restored from the trash")


def set_approval(
    tx: Transaction, shot_id: int, stage: str, take_id: int | None, medium: str | None
) -> Shown:
    """Record which take of a stage is approved, and its film, or that none is.

    Takes are known above this module: that there is such a take is the caller's to see.
    """
    row = find(tx, shot_id)
    chosen = {"approved_take_id": take_id, "approved_media_id": medium}
    stages = shot_rows.with_stage(row, stage, chosen)
    scene = scenes.find(tx, row["scene_id"])
    project = projects.settings_of(projects.find(tx, scene["project_id"]))
    values = {
        "stages": dump(stages),
        "approved_take_id": shot_rows.furthest_approved(stages, [s.name for s in project.stages]),
    }
    verb, what = ("approved", "take approved") if take_id else ("withdrawn", "approval withdrawn")
    return _write(tx, row, values, verb, f"{stage} {what}")
