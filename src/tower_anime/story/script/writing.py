"""Carrying out what a plan says of one scene: its shots' rows, then one entry in the change log."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from tower_anime.core.database import Transaction
from tower_anime.core.documents import in_words
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.story import scenes, shot_rows
from tower_anime.story.schemas import SceneCreate
from tower_anime.story.script.steps import SceneStep, ShotStep, Spoken

_NEW_LINE: Row = {"translations": {}, "media_id": None}


def write_scene(tx: Transaction, project_id: int, branch_name: str, step: SceneStep) -> SceneStep:
    """Make or change a scene and its shots; the step, with the ids of what was made."""
    if step.action == "create":
        return _create(tx, project_id, branch_name, step)
    if step.action == "update" and step.id is not None:
        row = scenes.find(tx, step.id)
        written = _write_shots(tx, row["id"], step.shots, shot_rows.live(tx, row["id"]))
        _revise(tx, row, dict(step.after), written, "changed")
        return replace(step, shots=written)
    return step


def _create(tx: Transaction, project_id: int, branch_name: str, step: SceneStep) -> SceneStep:
    new = SceneCreate(
        project_id=project_id,
        branch_name=branch_name,
        scene_number=step.number,
        episode=step.episode,
        description=str(step.after["description"]),
        characters=cast("list[str]", step.after["characters"]),
    )
    scene_id = json.loads(scenes.create(tx, new).json)["id"]
    row = scenes.find(tx, scene_id)
    [born] = shot_rows.live(tx, scene_id)  # every scene is born with a shot: it becomes the first
    first, *others = step.shots
    steps = (replace(first, action="update", id=born["id"]), *others)
    written = _write_shots(tx, scene_id, steps, [born])
    position = step.after.get("position", row["position"])
    _revise(tx, row, {"position": position}, written, "written")
    made = tuple(replace(shot, action="create") for shot in written)
    return replace(step, id=scene_id, shots=made)


def _write_shots(
    tx: Transaction, scene_id: int, steps: Iterable[ShotStep], there: Iterable[Row]
) -> tuple[ShotStep, ...]:
    rows = {row["id"]: row for row in there}
    written = []
    for step in steps:
        if step.action == "create":
            row = shot_rows.add(tx, scene_id, _columns(step))
            written.append(replace(step, id=row["id"]))
        elif step.action == "update" and step.id is not None:
            shot_rows.revise(tx, rows[step.id], _columns(step))
            written.append(step)
        else:
            written.append(step)
    return tuple(written)


def _columns(step: ShotStep) -> Row:
    """New values as the table keeps them; new lines of dialogue get ids."""
    values: Row = dict(step.after)
    if "dialogue" in values:
        lines = cast("list[Spoken]", values["dialogue"])
        values["dialogue"] = dump([{"id": secrets.token_hex(4), **_NEW_LINE, **li} for li in lines])
    return values


def _revise(tx: Transaction, row: Row, values: Row, written: Iterable[ShotStep], verb: str) -> None:
    """One revision of the scene, which is one document with its shots."""
    if "characters" in values:
        values["characters"] = dump(values["characters"])
    number: int = {**row, **values}["scene_number"]
    if number != row["scene_number"]:
        values.setdefault("position", float(number))
    if not row["video_pinned"]:
        values["video_path"] = shot_rows.video_path(tx, row["id"])
    numbers = [str(s.number) for s in written if s.action in ("create", "update")]
    fields = sorted(set(values) - {"video_path", "position"})
    what = ", ".join(filter(None, [in_words(fields), _shots_in_words(numbers)])) or "moved"
    text = f"Scene {number} {verb} from the script: {what}"
    new = {**row, **values}
    scenes.DOCUMENTS.revise(
        tx, new, "changed", text, data=dump({"fields": fields, "shots": numbers})
    )


def _shots_in_words(numbers: list[str]) -> str:
    if not numbers:
        return ""
    return f"shot {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} shots"
