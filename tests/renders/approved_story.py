"""A story in a database of this process, whose shots have approved takes; no engine has run."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam

from tests.renders.comfyui.graphs import BINDINGS, FILM
from tests.support.rendering import DESK
from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate, CharacterUpdate
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.sql import Statement
from tower_anime.media import service as media
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import staleness, takes
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.staleness import Memory
from tower_anime.renders.tables import takes as table
from tower_anime.story import scenes, shot_rows, shots
from tower_anime.story.schemas import SceneCreate, ShotUpdate
from tower_anime.workflows import service as workflows
from tower_anime.workflows.importing import Imported
from tower_anime.workflows.schemas import Bindings

Json = dict[str, Any]

KEYFRAME = {name: BINDINGS[name] for name in ("prompt", "character_image:1", "lora:1")}
VIDEO = {"first_frame": [{"node": "5", "input": "image"}], "frames": BINDINGS["frames"]}
PICTURE, OTHER = "a" * 64, "b" * 64
PROBED: Any = {
    "mime": "image/png",
    "kind": "image",
    "width": 64,
    "height": 64,
    "duration": None,
    "frames": None,
    "fps": None,
    "has_audio": False,
}


def read(shown: Any) -> Any:
    """What a verb answered."""
    return json.loads(shown.json)


def add_workflow(tx: Transaction, name: str, bindings: Json, project_id: int | None = None) -> int:
    made = read(workflows.create(tx, name, project_id, Imported(FILM, "api")))
    workflows.bind(tx, made["id"], Bindings.model_validate(bindings))
    workflow_id: int = made["id"]
    return workflow_id


def add_project(tx: Transaction, *stages: tuple[str, int | None]) -> Json:
    """A project whose stages have these workflows."""
    told = [{"name": name, "workflow_id": workflow_id} for name, workflow_id in stages]
    new = {"name": "Moonlit Delivery", "settings": {"stages": told}}
    project: Json = read(projects.create(tx, ProjectCreate.model_validate(new)))
    return project


def add_shot(tx: Transaction, project: Json, number: int = 1, **fields: Any) -> Json:
    """The first shot of a new scene of `main`, in which Hero is."""
    row = {"scene_number": number, "description": "Night, a roof", "characters": ["Hero"]}
    scene = read(
        scenes.create(tx, SceneCreate.model_validate({"project_id": project["id"], **row}))
    )
    [shot] = map(shot_rows.told, shot_rows.all_of(tx, scene["id"]))
    if fields:
        shot = change_shot(tx, shot["id"], **fields)
    told: Json = shot
    return told


def change_shot(tx: Transaction, shot_id: int, **fields: Any) -> Json:
    shot: Json = read(shots.update(tx, shot_id, ShotUpdate.model_validate(fields)))
    return shot


def add_hero(tx: Transaction, project: Json, **fields: Any) -> int:
    new = {"project_id": project["id"], "name": "Hero", **fields}
    hero_id: int = read(characters.create(tx, CharacterCreate.model_validate(new)))["id"]
    return hero_id


def change_hero(tx: Transaction, hero_id: int, **fields: Any) -> None:
    characters.update(tx, hero_id, CharacterUpdate.model_validate(fields))


def paint(tx: Transaction, hero_id: int, medium: str) -> None:
    """Give a character a picture, which is among the media."""
    change_hero(tx, hero_id, media_id=medium)


def take_of(tx: Transaction, shot_id: int, stage: str) -> int:
    """A take as it would be planned now, said to be done."""
    [made] = takes.request(tx, shot_id, TakeRequest(stage=stage), DESK)
    take_id: int = json.loads(made)["id"]
    tx.run(_DONE, take=take_id)
    return take_id


def approve(tx: Transaction, shot_id: int, stage: str, medium: str = PICTURE) -> int:
    """A new take, done and approved, with that medium."""
    take_id = take_of(tx, shot_id, stage)
    shots.set_approval(tx, shot_id, stage, take_id, medium)
    return take_id


_DONE = Statement(table.update().where(table.c.id == bindparam("take")).values(status="done"))


def a_keyframe(tx: Transaction) -> Json:
    """A project with one stage, whose one shot, of Hero with a picture, has an approved take."""
    for medium in (PICTURE, OTHER):
        media.add(tx, medium, 1, PROBED, None)
    workflow_id = add_workflow(tx, "Still", KEYFRAME)
    project = add_project(tx, ("keyframe", workflow_id))
    hero = add_hero(tx, project, prompt="red hair")
    paint(tx, hero, PICTURE)
    shot = add_shot(tx, project)
    approve(tx, shot["id"], "keyframe")
    return {**project, "hero": hero, "shot": shot["id"], "workflow": workflow_id}


def staged(tx: Transaction) -> Json:
    """A project with pictures and films: two shots, all approved; the second goes on from the
    last frame of the first.
    """
    for medium in (PICTURE, OTHER):
        media.add(tx, medium, 1, PROBED, None)
    project = add_project(
        tx,
        ("keyframe", add_workflow(tx, "Still", KEYFRAME)),
        ("video", add_workflow(tx, "Film", VIDEO)),
    )
    first = add_shot(tx, project, 1)["id"]
    goes_on = {"first_frame": {"shot": "previous", "frame": "last"}}
    second = add_shot(tx, project, 2, inputs=goes_on)["id"]
    for shot_id in (first, second):
        for stage in ("keyframe", "video"):
            approve(tx, shot_id, stage)
    return {**project, "first": first, "second": second}


def stale(
    db: Database, project: Json, branch: str = "main", memory: Memory | None = None
) -> list[Json]:
    found: list[Json] = read(
        db.read_now(staleness.stale, memory or Memory(), project["id"], branch)
    )
    return found


def texts(db: Database, project: Json, branch: str = "main") -> list[str]:
    """Every cause on a branch, in words."""
    return [cause["text"] for one in stale(db, project, branch) for cause in one["causes"]]


def write(db: Database, change: Any, *args: Any, **kwargs: Any) -> Any:
    """Run a change of this test in a transaction of its own."""
    return write_now(db, change, *args, **kwargs)
