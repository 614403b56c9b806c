"""What is there, as a plan compares it with a script and an export writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import bindparam, column, select, table

from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import nfc
from tower_anime.story import branches, scenes, shot_rows
from tower_anime.story.script.model import (
    Scene,
    Script,
    Shot,
    clean,
    heading_and_text,
    lines_of,
    numbers,
    one_line,
)
from tower_anime.story.script.steps import StoredScene, StoredShot
from tower_anime.story.tables import scenes as scene_rows
from tower_anime.story.tables import shots

# Takes are known above this layer; here only whether a lineage has one, which an import minds.
_takes = table("takes", column("shot_lineage"))
_WITH_TAKES = Statement(
    select(shots.c.lineage)
    .select_from(shots.join(scene_rows, shots.c.scene_id == scene_rows.c.id))
    .where(scene_rows.c.branch_id == bindparam("branch_id"))
    .where(select(_takes).where(_takes.c.shot_lineage == shots.c.lineage).exists())
)


def of_branch(reader: Reader, project_id: int, branch_name: str) -> list[StoredScene]:
    """A branch's scenes in the order of the story; none where nobody has named the branch."""
    try:
        branch_id = branches.named(reader, project_id, branch_name)["id"]
    except NotFound:
        return []
    shots_of = shot_rows.live_of_branch(reader, branch_id)
    with_takes = set(reader.column(_WITH_TAKES, branch_id=branch_id))
    return [
        _scene(row, shots_of.get(row["id"], []), with_takes)
        for row in scenes.in_order(reader, branch_id)
    ]


def _scene(row: Row, shots_there: list[Row], with_takes: set[int]) -> StoredScene:
    return StoredScene(
        id=row["id"],
        number=row["scene_number"],
        position=row["position"],
        lineage=row["lineage"],
        episode=row["episode"],
        description=row["description"],
        characters=tuple(json.loads(row["characters"])),
        shots=tuple(_shot(shot, shot["lineage"] in with_takes) for shot in shots_there),
    )


def _shot(row: Row, has_takes: bool) -> StoredShot:
    dialogue = json.loads(row["dialogue"])
    return StoredShot(
        id=row["id"],
        number=row["shot_number"],
        position=row["position"],
        lineage=row["lineage"],
        description=row["description"],
        dialogue=dialogue,
        duration=row["duration"],
        camera=row["camera"],
        prompt=row["prompt"],
        negative_prompt=row["negative_prompt"],
        seed=row["seed"],
        carries=tuple(_work(row, dialogue, has_takes)),
    )


def _work(row: Row, dialogue: list[Row], has_takes: bool) -> Iterator[str]:
    """The names of what somebody has made of a shot."""
    if has_takes:
        yield "takes"
    if any(row[name] for name in ("prompt", "negative_prompt")):
        yield "prompt"
    if row["seed"] is not None:
        yield "seed"
    if row["camera"]:
        yield "camera"
    for name in ("cast", "inputs", "stages"):
        if row[name] != "{}":
            yield name
    if any(line.get("media_id") or line.get("translations") for line in dialogue):
        yield "dialogue"


def script_of(there: list[StoredScene]) -> Script:
    """The scenes of a branch as a script says them."""
    told = []
    for episode, group in groupby(there, key=lambda scene: scene.episode):
        some = list(group)
        for scene, number in zip(some, numbers(s.number for s in some), strict=True):
            heading, text = heading_and_text(scene.description)
            names = tuple(filter(None, map(one_line, scene.characters)))
            shots_told = tuple(_told(scene))
            told.append(Scene(heading, text, number, episode, names, shots_told))
    return Script(tuple(told))


def _told(scene: StoredScene) -> Iterator[Shot]:
    labels = numbers(shot.number for shot in scene.shots)
    for shot, number in zip(scene.shots, labels, strict=True):
        words = {
            "camera": one_line(shot.camera),
            "prompt": clean(shot.prompt or ""),
            "negative_prompt": clean(shot.negative_prompt or ""),
            "seed": shot.seed or "",
        }
        said = {name: value for name, value in words.items() if value}
        lines = lines_of((str(d["speaker"]), str(d["line"])) for d in shot.dialogue)
        yield Shot(number, clean(shot.description), lines, {"duration": shot.duration, **said})


def names_of(known: dict[str, Row]) -> list[str]:
    """The names of a project's characters as they were typed, the oldest of each first."""
    return [row["name"] for key, row in known.items() if key == nfc(row["name"])]
