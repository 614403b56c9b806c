"""What is there after a plan, worked out without a database, for the properties of plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from tower_anime.story.script.steps import Plan, SceneStep, ShotStep, StoredScene, StoredShot

NEW_SHOT = StoredShot(0, 0, 0.0, 0, "", (), 4.0)
NEW_SCENE = StoredScene(0, 0, 0.0, 0, None, "", (), ())
NAMES = {"scene_number": "number", "shot_number": "number"}


def carry_out(planned: Plan, there: Sequence[StoredScene]) -> list[StoredScene]:
    """The scenes that are there afterwards, in the order of the story."""
    used = [n for scene in there for n in (scene.id, *(shot.id for shot in scene.shots))]
    ids = count(1 + max(used, default=0))
    by_id = {scene.id: scene for scene in there}
    touched = {step.id for step in planned.scenes}
    found = [_scene(step, by_id, ids) for step in planned.scenes]
    found += [scene for scene in there if scene.id not in touched]
    return sorted(found, key=_place)


def _place(scene: StoredScene) -> tuple[bool, int, int, float, int]:
    episode = scene.episode
    return (episode is not None, episode or 0, scene.number, scene.position, scene.lineage)


def _scene(step: SceneStep, by_id: dict[int, StoredScene], ids: count[int]) -> StoredScene:
    old = by_id[step.id] if step.id is not None else NEW_SCENE
    values = _values(step)
    if ("number" in values and values["number"] != old.number) or step.id is None:
        values.setdefault("position", float(values["number"]))
    shots_there = {shot.id: shot for shot in old.shots}
    shots = [_shot(shot, shots_there, ids) for shot in step.shots]
    new_id = next(ids) if step.id is None else old.id
    values["characters"] = tuple(values.get("characters", old.characters))
    shots.sort(key=lambda shot: (shot.position, shot.lineage))
    lineage = old.lineage or new_id
    return replace(old, id=new_id, lineage=lineage, shots=tuple(shots), **values)


def _shot(step: ShotStep, there: dict[int, StoredShot], ids: count[int]) -> StoredShot:
    old = there[step.id] if step.id is not None else NEW_SHOT
    new_id = old.id or next(ids)
    return replace(old, id=new_id, lineage=old.lineage or new_id, **_values(step))


def _values(step: SceneStep | ShotStep) -> dict[str, Any]:
    return {NAMES.get(name, name): value for name, value in step.after.items()}
