"""The sample production in one transaction: all of it is there, on its way to a film, or none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import bindparam

from tower_anime import sample
from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.errors import Conflict
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Statement
from tower_anime.media.store import Received
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import runs
from tower_anime.renders.desk import Desk
from tower_anime.renders.schemas import RenderRequest
from tower_anime.sample import Character, Scene
from tower_anime.story import scenes, shot_rows, shots
from tower_anime.story.schemas import SceneCreate, ShotCreate, ShotUpdate

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

Picture = tuple[Received, "Probed"]

_OF_NAME = Statement(
    projects.DOCUMENTS.select(projects.p.id).where(
        projects.DOCUMENTS.live, projects.p.name == bindparam("name")
    )
)


@commits_alone
def make(tx: Transaction, pictures: dict[str, Picture], desk: Desk) -> Shown:
    """Write the sample production, and queue a take of each of its shots.

    `pictures` are the kept media of `sample.picture`, by their names. Raises `Conflict` where the
    production is here already.
    """
    production = sample.load()
    _require_absent(tx, production["project"]["name"])
    made = projects.create(tx, ProjectCreate.model_validate(production["project"]))
    project_id = _id(made)
    for character in production["characters"]:
        _introduce(tx, project_id, character, pictures[character["image"]])
    for scene in production["scenes"]:
        _write_scene(tx, project_id, scene)
    runs.render(tx, project_id, RenderRequest(), desk)
    return projects.get(tx, project_id)


def _require_absent(reader: Reader, name: str) -> None:
    there = reader.value(_OF_NAME, name=name)
    if there is not None:
        raise Conflict(f"The sample production is here already: {name}, project {there}.")


def _introduce(tx: Transaction, project_id: int, character: Character, picture: Picture) -> None:
    new = CharacterCreate(
        project_id=project_id,
        name=character["name"],
        description=character["description"],
        prompt=character["prompt"],
    )
    made = characters.create(tx, new)
    received, probed = picture
    characters.set_image(tx, _id(made), received, probed, character["image"])


def _write_scene(tx: Transaction, project_id: int, scene: Scene) -> None:
    new = SceneCreate(
        project_id=project_id,
        scene_number=scene["number"],
        description=scene["description"],
        characters=scene["characters"],
    )
    scene_id = _id(scenes.create(tx, new))
    [first] = shot_rows.live(tx, scene_id)  # every scene has one from its start
    establishing, *others = (sample.fields(scene, shot) for shot in scene["shots"])
    shots.update(tx, first["id"], ShotUpdate.model_validate(establishing))
    for shot in others:
        shots.create(tx, scene_id, ShotCreate.model_validate(shot))


def _id(shown: Shown) -> int:
    made: int = json.loads(shown.json)["id"]
    return made
