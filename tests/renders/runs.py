"""Runs of a branch: asked for, and waited for."""

import httpx2

from tests.support.factories import Json, ok
from tests.support.services import until
from tower_anime.core.database import Transaction
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate


def render(api: httpx2.Client, project: Json, **asked: object) -> Json:
    return ok(api.post(f"/projects/{project['id']}/render", json=asked))


def shots_of(rendering: Json) -> list[int]:
    return [take["shot_id"] for take in rendering["takes"]]


def over(api: httpx2.Client, run_id: int) -> Json:
    """The run once all of its takes are over."""

    def look() -> Json | None:
        run = ok(api.get(f"/runs/{run_id}"))
        return run if run["finished_at"] else None

    run: Json = until(look, "the end of the run")
    return run


def plan_a_branch(tx: Transaction, count: int) -> None:
    """Project 1, whose branch 1 has that many scenes of one shot."""
    projects.create(tx, ProjectCreate(name="P"))
    for number in range(count):
        row = {"scene_number": number, "description": "A roof", "characters": ["Hero"]}
        scenes.create(tx, SceneCreate(project_id=1, **row))
