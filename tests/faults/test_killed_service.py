"""A service that is killed at any instant still renders every take, and each of them once.

Run it by hand with more kills, other instants, or on PostgreSQL:

    TOWER_TEST_KILLS=20 TOWER_TEST_SEED=7 TOWER_TEST_DATABASE=postgresql \
        pytest -s tests/faults/test_killed_service.py
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from dbos import DBOSClient
from sqlalchemy import select

from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import OVER, decoded, first_shot, request_takes, small_project
from tests.support.services import Service, serving, until
from tower_anime.core.changes import changes
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.media.tables import media

KILLS = int(os.environ.get("TOWER_TEST_KILLS", "6"))
SEED = int(os.environ.get("TOWER_TEST_SEED", "1"))
DATABASE = os.environ.get("TOWER_TEST_DATABASE", "sqlite")
TAKES = 30
SECONDS = 30  # of film each: 360 frames, half a second of drawing

_MEDIA = Statement(select(media.c.id).where(media.c.kind == "video"))
_DONE = Statement(
    select(changes.c.subject_id).where(changes.c.subject == "take", changes.c.verb == "done")
)


class Sight(NamedTuple):
    """What can be seen of the work at one moment."""

    takes: list[Json]
    kept: set[str]  # the films in the store, told of or not

    @property
    def done(self) -> int:
        return sum(take["status"] == "done" for take in self.takes)

    def runs(self, *, begun: bool) -> bool:
        running = (take for take in self.takes if take["status"] == "running")
        return any((take["progress"] > 0) == begun for take in running)


MOMENTS: dict[str, Callable[[Sight], bool]] = {
    "a take is claimed": lambda seen: seen.runs(begun=False),
    "a take is being drawn": lambda seen: seen.runs(begun=True),
    "a film is kept and its take not done": lambda seen: len(seen.kept) > seen.done,
    "a take is done": lambda _: True,
}


@pytest.fixture
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The setting that names the database."""
    if DATABASE == "sqlite":
        return {}
    return {"database_url": request.getfixturevalue("new_postgresql")()}


def test_killed_at_any_instant_every_take_is_rendered_once(
    tmp_path: Path, database: dict[str, str]
) -> None:
    chance = random.Random(SEED)
    instants = sorted(chance.choices(range(TAKES), k=KILLS))
    killed: Counter[str] = Counter()

    with serving(tmp_path, render_workers=2, **database) as service:
        queue_takes(service.api)
        for instant in instants:
            moment = chance.choice(list(MOMENTS))
            killed[until_then(service, instant, moment)] += 1
            service.kill()
            service.restart()
        takes = all_over(service)
        lengths = {len(decoded(path.read_bytes())) for path in films(tmp_path)}

    print(f"\n{DATABASE}, seed {SEED}, killed {KILLS} times:", dict(killed))
    assert Counter(take["status"] for take in takes) == {"done": TAKES}
    assert {take["attempt"] for take in takes} == {1}
    made = {take["media_id"] for take in takes}
    assert len(made) == TAKES
    assert made == {path.name for path in films(tmp_path)} == set(known_films(tmp_path, database))
    assert lengths == {SECONDS * 12}
    assert told_done(tmp_path, database) == {take["id"]: 1 for take in takes}
    assert workflows(tmp_path, database) == {f"take-{take['id']}-1": "SUCCESS" for take in takes}


def queue_takes(api: httpx2.Client) -> None:
    project = small_project(api)
    for number in range(TAKES):
        scene = make_scene(api, project, number, description=f"Roof {number}")
        request_takes(api, first_shot(api, scene, duration=SECONDS))


def look(service: Service) -> Sight:
    takes = ok(service.api.get("/takes", params={"limit": TAKES}))
    assert all(0 <= take["progress"] <= 1 for take in takes)
    return Sight(takes, {path.name for path in films(service.data_dir)})


def films(data_dir: Path) -> list[Path]:
    return list((data_dir / "media").glob("??/*"))


def until_then(service: Service, instant: int, moment: str) -> str:
    """Wait until so many takes are done and the moment has come, or has passed; say which."""

    def come() -> str | None:
        seen = look(service)
        if seen.done > instant:
            return "a take is done"
        return moment if seen.done == instant and MOMENTS[moment](seen) else None

    return str(until(come, f"that {instant} takes are done and {moment}"))


def all_over(service: Service) -> list[Json]:
    def over() -> list[Json] | None:
        takes = look(service).takes
        return takes if all(take["status"] in OVER for take in takes) else None

    takes: list[Json] = until(over, "the end of all takes")
    return takes


def known_films(data_dir: Path, database: dict[str, str]) -> list[str]:
    return read(data_dir, database, _MEDIA)


def told_done(data_dir: Path, database: dict[str, str]) -> Counter[int]:
    """How often the change log tells of each take that it is done."""
    return Counter(read(data_dir, database, _DONE))


def read(data_dir: Path, database: dict[str, str], statement: Statement) -> list[Any]:
    db = open_database(Settings(data_dir=data_dir, **database))
    try:
        return db.read_now(lambda reader: reader.column(statement))
    finally:
        db.close()


def workflows(data_dir: Path, database: dict[str, str]) -> dict[str, str]:
    """Each workflow there was, and how it ended."""
    url = database.get("database_url", f"sqlite:///{data_dir / 'workflows.db'}")
    client = DBOSClient(system_database_url=url)
    try:
        return {flow.workflow_id: flow.status for flow in client.list_workflows()}
    finally:
        client.destroy()
