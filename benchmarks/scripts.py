"""Reading a script of feature length into an empty project, and the same script once more."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.load import RefusedError
from benchmarks.scale import Scale
from benchmarks.table import Row
from tests.story.script.feature import fountain
from tower_anime.core.database import Database, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story.script import service
from tower_anime.story.script.schemas import ScriptImport

PAGES = 120
SECONDS = 2.0


def rows(scale: Scale, folder: Path) -> list[Row]:
    """Both imports. Raises `RefusedError` if one did not do what it is measured for."""
    given = ScriptImport(text=fountain(PAGES))
    database = open_database(Settings(data_dir=folder))
    try:
        runs = [both(database, given) for _ in range(scale.rounds)]
    finally:
        database.close()
    first, again, parsed = (median(seconds) for seconds in zip(*runs, strict=True))
    return [
        bound(f"a script of {PAGES} pages, imported", first, parsed),
        bound("the same script once more", again, parsed),
    ]


def both(database: Database, given: ScriptImport) -> tuple[float, float, float]:
    """Seconds of an import into a new project, of a second one, and of parsing alone."""
    made = write_now(database, projects.create, ProjectCreate(name="Kaguya"))
    project_id = json.loads(made.json)["id"]
    first = timed(lambda: imported(database, project_id, given, "create"))
    again = timed(lambda: imported(database, project_id, given, "unchanged"))
    return first, again, timed(lambda: service.read(given))


def imported(database: Database, project_id: int, given: ScriptImport, action: str) -> None:
    outcome = write_now(database, service.apply, project_id, given, service.read(given))
    if {scene["action"] for scene in json.loads(outcome.json)["scenes"]} != {action}:
        raise RefusedError(f"Not every scene came to {action}.")


def timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def bound(what: str, seconds: float, parsed: float) -> Row:
    return Row(what, seconds, parsed, "reading its text alone", "s", "<", SECONDS, "figure")
