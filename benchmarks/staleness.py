"""What is stale: a branch of ten thousand shots with approved takes, and one shot of it."""

import json
from pathlib import Path
from statistics import median

from sqlalchemy import bindparam

from benchmarks.branches import timed
from benchmarks.load import RefusedError
from benchmarks.scale import Scale
from benchmarks.table import Row
from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate, CharacterUpdate
from tower_anime.core import interpreter
from tower_anime.core.database import Database, Reader, Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.core.text import dump
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate, ProjectSettings, Stage
from tower_anime.renders import findings, staleness, subjects, takes
from tower_anime.renders.desk import Desk
from tower_anime.renders.planning import Planner
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.staleness import Memory
from tower_anime.renders.tables import takes as takes_table
from tower_anime.story import scenes, shots
from tower_anime.story.schemas import SceneCreate, ShotCreate
from tower_anime.story.tables import shots as shots_table
from tower_anime.workflows.tables import workflows

SHOTS = 5  # of a scene
CAST = ("Hana", "Ren", "Mika", "Old Saburo")
WORDS = "Night on the rooftop, rain begins; {} watches the last train leave. ({})"
DESK = Desk(lambda: None, Memory(), lambda _reader, _plan: None)

# As large as what people render with: forty nodes, of which the bound ones decide nothing alone.
_NODES = {
    str(n): {"class_type": "ImageScale", "inputs": {"image": [str(n + 1), 0], "width": n}}
    for n in range(10, 48)
}
GRAPH = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "ref.png"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["1", 0]}},
    **_NODES,
}
BINDINGS = {
    "prompt": [{"node": "2", "input": "text"}],
    "character_image:1": [{"node": "1", "input": "image"}],
}
_ADD_WORKFLOW = Statement(
    workflows.insert().values(
        name="Wan", graph=dump(GRAPH), bindings=dump(BINDINGS), origin="api", revision=1,
        created_at=bindparam("now"), updated_at=bindparam("now"),
    )
)  # fmt: skip
_DONE = Statement(takes_table.update().values(status="done", progress=1.0))
_APPROVED = Statement(
    shots_table.update()
    .where(shots_table.c.id == bindparam("shot"))
    .values(stages=bindparam("told"), approved_take_id=bindparam("take"))
)


def rows(scale: Scale, folder: Path) -> list[Row]:
    """Looks at a branch of which nothing is stale, then half; each beside reading the shots."""
    interpreter.prepare()  # what is measured runs here, as it does in a service
    folder = folder / "data"
    folder.mkdir()
    database = open_database(Settings(data_dir=folder))
    try:
        seeded(database, scale.story)
        first = timed(lambda: told(database, 0))
        again = timed_often(lambda: told(database, 0), scale.rounds)
        alone = timed_often(lambda: read_shots(database), scale.rounds)
        one = timed_often(lambda: one_shot(database), 9)
        write_now(database, characters.update, 1, CharacterUpdate(prompt="a red scarf"))
        changed = timed(lambda: told(database, None))
        every = len(told(database, None))
        listed = timed_often(lambda: told(database, every), scale.rounds)
    finally:
        database.close()
    other, shots = "reading the shots alone", f"staleness of {scale.story:,} shots"
    looks = {
        f"{shots}, nothing has changed": again,
        f"{shots}, a first look": first,
        f"{shots}, a character of half has changed": changed,
        f"{shots}, these {every:,} once more": listed,
    }
    return [
        *(Row(what, took, alone, other, "s", "<", 0.15, "figure") for what, took in looks.items()),
        Row("staleness of one shot", one * 1000, alone * 1000, other, "ms", "<", 3, "figure"),
    ]


def timed_often(act: object, rounds: int) -> float:
    """The median seconds of a call."""
    return median(timed(act) for _ in range(rounds))  # type: ignore[arg-type]


def told(database: Database, expected: int | None) -> list[object]:
    """The stale shots. Raises `RefusedError` where there are not so many."""
    shown = database.read_now(staleness.stale, DESK.memory, 1, "main")
    found: list[object] = json.loads(shown.json)
    if expected is not None and len(found) != expected:
        raise RefusedError(f"{len(found)} shots are stale, and {expected} should be.")
    return found


def read_shots(database: Database) -> None:
    """Every shot of the branch as the database has it, fetched and no more."""
    query = Statement(shots_table.select())
    database.read_now(lambda reader: reader.tuples(query))


def one_shot(database: Database) -> None:
    """Whether one shot is stale."""

    def ask(reader: Reader) -> None:
        subject = subjects.of_shot(reader, 7)
        findings.of_shots(reader, Planner(reader), [(subject, "video")])

    database.read_now(ask)


def seeded(database: Database, count: int) -> None:
    """Project 1, whose branch main has that many shots, each with an approved take."""

    def write(tx: Transaction) -> None:
        tx.run(_ADD_WORKFLOW, now=tx.now)
        settings = ProjectSettings(stages=[Stage(name="video", workflow_id=1)])
        projects.create(tx, ProjectCreate(name="Last Train", settings=settings))
        for name in CAST:
            new = CharacterCreate(project_id=1, name=name, prompt=f"{name}, short black hair")
            characters.create(tx, new)
        for number in range(count // SHOTS):
            a, b = CAST[number % len(CAST)], CAST[(number + 1) % len(CAST)]
            words = WORDS.format(a, number)
            row = {"scene_number": number, "description": words, "characters": [a, b]}
            scene = json.loads(scenes.create(tx, SceneCreate(project_id=1, **row)).json)
            for n in range(SHOTS - 1):
                shots.create(tx, scene["id"], ShotCreate(description=f"{words} {n}"))

    write_now(database, write)
    write_now(database, approve_all)


def approve_all(tx: Transaction) -> None:
    """A done take of each shot, approved."""
    planner = Planner(tx)
    for subject in subjects.of_branch(tx, 1, 1):
        [row] = takes.queue(tx, planner, subject, "video", TakeRequest(seed=7), None, DESK)
        stage = {"video": {"approved_take_id": row["id"], "approved_media_id": None}}
        tx.run(_APPROVED, shot=subject.shot["id"], told=dump(stage), take=row["id"])
    tx.run(_DONE)
