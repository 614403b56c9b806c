"""The same projects and scenes for both services, put straight into their databases.

A hundred thousand POST requests would take longer than everything that is measured.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypedDict

from pydantic import JsonValue

from benchmarks import plain
from benchmarks.scale import Scale
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import scenes as story_scenes
from tower_anime.story.schemas import SceneCreate

BRANCHES = ("main", "draft")
DESCRIPTION = (
    "Night on the rooftop, rain begins. {a} watches the last train leave while {b} counts the"
    " lights that go out below; neither wants to say it first. Slow push in. ({number})"
)
CAST = ("Hana", "Ren", "Mika", "Old Saburo", "Yuki", "The Conductor")


class NewScene(TypedDict):
    project_id: int
    branch_name: str
    scene_number: int
    description: str
    characters: list[str]


class NewProject(TypedDict):
    name: str
    description: str
    metadata: dict[str, JsonValue]


def project(number: int) -> NewProject:
    """A project's fields, as `POST /projects` takes them."""
    return {
        "name": f"Last Train {number}",
        "description": "Two who never met ride the same night train for years.",
        "metadata": {"genre": "drama", "target_length": "24min"},
    }


def scene(project_id: int, number: int, branch_name: str = BRANCHES[0]) -> NewScene:
    """A scene's fields, as `POST /scenes` takes them; the words vary with its number."""
    a, b = CAST[number % len(CAST)], CAST[(number + 1 + number % 5) % len(CAST)]
    return {
        "project_id": project_id,
        "branch_name": branch_name,
        "scene_number": number,
        "description": DESCRIPTION.format(a=a, b=b, number=number),
        "characters": [a, b],
    }


def scenes(scale: Scale) -> Iterator[NewScene]:
    """`scale.scenes` scenes, spread evenly over projects 1, 2, … and their two branches."""
    for project_id in range(1, scale.projects + 1):
        for branch_name in BRANCHES:
            for number in range(1, scale.scenes // scale.projects // len(BRANCHES) + 1):
                yield scene(project_id, number, branch_name)


def seed_ours(folder: Path, scale: Scale) -> None:
    """Fill our database in `folder`, which is made, through the service's own functions."""
    folder.mkdir()
    database = open_database(Settings(data_dir=folder))
    try:
        for project_id in range(1, scale.projects + 1):
            write_now(database, projects.create, ProjectCreate(**project(project_id)))
        for _, some in groupby(scenes(scale), key=itemgetter("project_id")):
            write_now(database, _create_all, list(some))
    finally:
        database.close()


def _create_all(tx: Transaction, news: list[NewScene]) -> None:
    for new in news:
        story_scenes.create(tx, SceneCreate(**new))


def seed_plain(folder: Path, scale: Scale) -> None:
    """Fill the plain service's database in `folder`, which is made."""
    folder.mkdir()
    plain.create_tables(folder)
    now = "2026-11-22T10:00:00.000000+00:00"
    with closing(plain.open_database(folder)) as connection:
        connection.executemany(
            "INSERT INTO projects VALUES (?, ?, ?, 'active', ?, ?, ?)",
            (
                (project_id, new["name"], new["description"], now, now, json.dumps(new["metadata"]))
                for project_id, new in ((n, project(n)) for n in range(1, scale.projects + 1))
            ),
        )
        for new in scenes(scale):
            plain.insert_scene(connection, plain.SceneCreate(**new))
        connection.commit()
