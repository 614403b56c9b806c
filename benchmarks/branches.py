"""Branches of a large story: fork, compare, merge, look back; and how reads fare meanwhile."""

import json
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy import Table, text

from benchmarks import load, service
from benchmarks.load import RefusedError
from benchmarks.scale import Scale
from benchmarks.service import Service
from benchmarks.table import Row
from tower_anime.core import feed, interpreter
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import branches, forking, merging, moments, rewriting, scenes, tables
from tower_anime.story.branch_schemas import BranchCreate, MergeRequest
from tower_anime.story.content import Story
from tower_anime.story.schemas import SceneUpdate

SHOTS = 5  # of a scene
DIFFERENCES = 100
VERBS = ("fork", "compare", "merge", "at")
WORDS = "Night on the rooftop, rain begins; she watches the last train leave. ({})"

BEYOND = 100_000_000  # ids of bare copies, so that they can be removed


def _copy(table: Table, of: str, *moved: str) -> Statement:
    """The INSERT … SELECT of a table's rows, as short as it can be written."""
    names = [column.name for column in table.columns]
    chosen = ", ".join(f'"{n}" + {BEYOND}' if n in moved else f'"{n}"' for n in names)
    into = ", ".join(f'"{name}"' for name in names)
    return Statement(
        text(f"INSERT INTO {table.name} ({into}) SELECT {chosen} FROM {table.name} WHERE {of}")
    )


_OF_BRANCH = f"SELECT id FROM scenes WHERE branch_id = :branch AND id < {BEYOND}"
_COPIES = [
    _copy(tables.scenes, "branch_id = :branch", "id"),
    _copy(tables.shots, f"scene_id IN ({_OF_BRANCH})", "id", "scene_id"),
]
_REMOVALS = [
    Statement(text(f"DELETE FROM {table} WHERE id > {BEYOND}")) for table in ("shots", "scenes")
]
_names = count(1)


def rows(scale: Scale, folder: Path) -> list[Row]:
    """A story of `scale.story` scenes, and one of a tenth, to see how the times grow."""
    interpreter.prepare()  # these verbs run here, as they do in a service
    large = measured(folder / "large", scale.story, scale.rounds)
    small = measured(folder / "small", scale.story // 10, scale.rounds)
    bare, meanwhile = large["bare"], reading_while_forking(folder / "large", scale)
    what = {
        "fork": f"fork of {scale.story:,} scenes",
        "compare": f"compare, {DIFFERENCES} differences",
        "merge": "merge of these",
        "at": "the whole branch at a change",
    }
    bounds = {"fork": 1.0, "compare": 0.3, "merge": 0.5, "at": 1.0}
    other = "bare INSERT … SELECT"
    return [
        *(Row(what[n], large[n], bare, other, "s", "<", bounds[n], "figure") for n in VERBS),
        Row(f"{what['fork']}, beside it", large["fork"], bare, other, "s", "<", 3),
        *(Row(f"{what[n]}: growth", large[n], small[n], "a tenth", "s", "<", 10) for n in VERBS),
        meanwhile,
    ]


def measured(folder: Path, size: int, rounds: int) -> dict[str, float]:
    """Median seconds of each verb on a story of `size` scenes, and of bare copies of its rows."""
    folder.mkdir()
    database = open_database(Settings(data_dir=folder))
    try:
        main = seeded(database, size)
        runs = [one_round(database, *main, size) for _ in range(rounds)]
    finally:
        database.close()
    return {name: median(run[name] for run in runs) for name in runs[0]}


def seeded(database: Database, size: int) -> tuple[int, int]:
    """A project with a story of that many scenes on main: its id, and the branch's."""
    made = write_now(database, projects.create, ProjectCreate(name="Last Train"))
    project = json.loads(made.json)
    story = Story(
        {n: _scene(n) for n in range(1, size + 1)},
        {n * 10 + k: _shot(n, k) for n in range(1, size + 1) for k in range(1, SHOTS + 1)},
    )

    def write(tx: Transaction) -> int:
        branch_id, _ = branches.ensure(tx, project["id"], "main")
        branch = branches.find(tx, branch_id)
        rewriting.rewrite(tx, branch, {}, story.scenes, story, feed.newest(tx))
        return branch_id

    return project["id"], write_now(database, write)


def _scene(number: int) -> dict[str, object]:
    place = {"scene_number": number, "position": float(number)}
    words = WORDS.format(number)
    return {"place": place, "description": words, "characters": ["Hana"], "status": "pending"}


def _shot(scene: int, n: int) -> dict[str, object]:
    line = {"id": f"{n:08x}", "speaker": "Hana", "line": "It is time.", "translations": {}}
    return {
        "place": {"scene": scene, "position": float(n)},
        "shot_number": n * 10,
        "description": WORDS.format(n),
        "duration": 4.0,
        "camera": "slow push in",
        "dialogue": [line["id"]],
        f"dialogue.{line['id']}": {**line, "media_id": None},
    }


def one_round(database: Database, project_id: int, main: int, size: int) -> dict[str, float]:
    """Seconds of each verb. Raises `RefusedError` if one did not do what it is measured for."""
    found = {"bare": bare_copy(database, main)}
    name = f"alt {next(_names)}"
    new = BranchCreate.model_validate({"name": name, "from": "main"})
    found["fork"] = timed(lambda: write_now(database, forking.fork, project_id, new))
    alt = database.read_now(branches.named, project_id, name)["id"]
    write_now(database, edit, alt, name)

    compared: list[str] = []
    found["compare"] = timed(
        lambda: compared.append(database.read_now(merging.compare, main, alt, None, None).json)
    )
    if len(json.loads(compared[0])["scenes"]) != DIFFERENCES:
        raise RefusedError("The branches do not differ as they should.")
    asked = MergeRequest(source=alt)
    found["merge"] = timed(lambda: write_now(database, merging.merge_in, main, asked))
    then = database.read_now(feed.newest) - 1
    told: list[str] = []
    found["at"] = timed(lambda: told.append(database.read_now(moments.then, main, then).json))
    if len(json.loads(told[0])["scenes"]) != size:
        raise RefusedError("The branch was not told whole.")
    write_now(database, branches.trash, alt)
    return found


def bare_copy(database: Database, branch_id: int) -> float:
    """Seconds in which the rows of a branch are copied as they are, and nothing else; then gone."""

    def copy(tx: Transaction) -> None:
        for statement in _COPIES:
            tx.run(statement, branch=branch_id)

    def remove(tx: Transaction) -> None:
        for statement in _REMOVALS:
            tx.run(statement)

    seconds = timed(lambda: write_now(database, copy))
    write_now(database, remove)
    return seconds


def edit(tx: Transaction, branch_id: int, word: str) -> None:
    """Make a branch differ in a hundred of its scenes."""
    there = scenes.in_order(tx, branch_id)
    for row in there[:: max(len(there) // DIFFERENCES, 1)][:DIFFERENCES]:
        scenes.update(tx, row["id"], SceneUpdate(description=f"{row['description']} {word}"))


def timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def reading_while_forking(folder: Path, scale: Scale) -> Row:
    """The 99th percentile of single reads while fork follows fork, beside that with none."""
    with service.running(service.ours(folder)) as running:
        _, body = running.answer("GET", "/api/anime/scenes?limit=1000")
        ids = [scene["id"] for scene in json.loads(body)]
        draw = Random(20_261_122)
        paths = [f"/api/anime/scenes/{draw.choice(ids)}" for _ in range(1000)]
        asking = load.in_turn([load.get(path) for path in paths])

        def p99() -> float:
            found = load.measure(running.port, asking, connections=4, seconds=scale.seconds)
            return found.required_whole("reads beside forks").percentile(99)

        alone = p99()
        with _forking(running):
            meanwhile = p99()
    return Row("reads while forks run, p99", meanwhile, alone, "alone", "ms", "<", 50, "figure")


class _forking:  # noqa: N801 - reads as what it does
    """Forks one after another, for the length of a `with` block."""

    def __init__(self, running: Service) -> None:
        self._running = running
        self._stop = threading.Event()
        self._done = 0
        self._thread = threading.Thread(target=self._fork)

    def _fork(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._running.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        while not self._stop.is_set():
            body = json.dumps({"name": f"beside {self._done}"})
            connection.request("POST", "/api/anime/projects/1/branches", body, headers)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                return
            self._done += 1
        connection.close()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if not self._done:
            raise RefusedError("No fork ran beside the reads.")
