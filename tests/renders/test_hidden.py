"""Promises of takes in the trash and of takes that are the same: which are shown, which wait."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import bindparam

from tests.support.factories import make_scene, ok
from tests.support.rendering import DESK, finished, first_shot, small_project
from tower_anime.core.children import Children
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.media.room import MediaRoom
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import takes
from tower_anime.renders.ledger import Claim
from tower_anime.renders.making import Making
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.tables import takes as takes_table
from tower_anime.renders.take_rows import DRAWN, find
from tower_anime.renders.take_work import TakeWork
from tower_anime.renders.twins import rendered_since
from tower_anime.renders.work import failure
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate

PNG = {"mime": "image/png", "kind": "image", "width": 8, "height": 8, "has_audio": False}
MADE = {
    "status": "done",
    "sha256": "a" * 64,
    "size": 1,
    "probed": {**PNG, "duration": None, "frames": None, "fps": None},
    "execution": {},
}


NEVER = "2999-01-01T00:00:00.000000Z"
_SET_CLOCK = Statement(
    takes_table.update().where(takes_table.c.status == "done").values(finished_at=bindparam("time"))
)


def begin(tx: Transaction) -> None:
    """A project with two scenes, and a take of each one's shot with the same plan and seed."""
    projects.create(tx, ProjectCreate(name="P"))
    for number in (1, 2):
        scenes.create(tx, SceneCreate(project_id=1, scene_number=number, description="A roof"))
        takes.request(tx, number, TakeRequest(seed=7), DESK)


def claim(db: Database) -> Claim | None:
    return write_now(db, DRAWN.claim, "worker", NEVER)


@pytest.fixture
def work(db: Database, tmp_path: Path) -> Iterator[TakeWork]:
    """Work whose child processes cannot be needed: nothing here is drawn."""
    room, children = MediaRoom(Settings(data_dir=tmp_path)), Children(1)
    yield TakeWork(db, Making(room, children), "worker")
    children.close()
    room.close()


def test_what_a_deleted_project_rendered_is_hidden_until_it_is_restored(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    first_shot(api, make_scene(api, project))
    rendering = ok(api.post(f"/projects/{project['id']}/render", json={}))
    take = finished(api, rendering["takes"][0])
    one = [f"/takes/{take['id']}", f"/takes/{take['id']}/provenance", f"/runs/{take['run_id']}"]
    lists = [f"/{rows}?project_id={project['id']}" for rows in ("takes", "runs")]
    lists += [f"/takes?run_id={take['run_id']}"]
    before = [ok(api.get(path)) for path in [*one, *lists]]

    ok(api.delete(f"/projects/{project['id']}"))
    hidden = [api.get(path).status_code for path in one]
    verbs = [api.post(f"/takes/{take['id']}/{verb}").status_code for verb in ("retry", "reject")]
    listed = [ok(api.get(path)) for path in lists]
    everything = [row["id"] for row in ok(api.get("/runs?limit=10000"))]
    ok(api.post(f"/projects/{project['id']}/restore"))

    assert (hidden, verbs, listed) == ([404] * 3, [404] * 2, [[], [], []])
    assert take["run_id"] not in everything
    assert [ok(api.get(path)) for path in [*one, *lists]] == before


@pytest.mark.parametrize("rows", [projects, scenes])
def test_a_take_waits_while_what_it_is_of_is_in_the_trash(db: Database, rows: object) -> None:
    write_now(db, begin)

    write_now(db, rows.trash, 1)  # type: ignore[attr-defined]
    waiting = [claim(db)] if rows is projects else [claim(db), claim(db)]
    write_now(db, rows.restore, 1)  # type: ignore[attr-defined]

    # In the other scene of the same project, the same take is not hidden.
    assert waiting == ([None] if rows is projects else [(2, 1), None])
    if rows is projects:
        assert claim(db) == (1, 1)


def test_a_run_is_cancelled_with_its_takes_of_shots_in_the_trash(api: httpx2.Client) -> None:
    project = small_project(api)
    scene = make_scene(api, project)
    first_shot(api, scene, duration=600)
    rendering = ok(api.post(f"/projects/{project['id']}/render", json={"count": 4}))

    ok(api.delete(f"/scenes/{scene['id']}"))
    ok(api.post(f"/runs/{rendering['run_id']}/cancel"))
    ok(api.post(f"/scenes/{scene['id']}/restore"))

    assert {finished(api, take)["status"] for take in rendering["takes"]} == {"cancelled"}


def test_the_same_take_waits_for_its_twin_and_then_reuses_it(db: Database, work: TakeWork) -> None:
    write_now(db, begin)
    first = claim(db)
    assert first == (1, 1)
    meanwhile = claim(db)

    write_now(db, work.finish, first, MADE)
    second = claim(db)
    assert second == (2, 1)
    outcome = work.produce(second, lambda _done, _of: None, lambda: False)
    write_now(db, work.finish, second, outcome)

    assert meanwhile is None
    reused = db.read_now(find, 2)
    assert (reused["status"], reused["reused_from"], reused["media_id"]) == ("done", 1, "a" * 64)


def test_a_twin_that_failed_is_no_film_to_reuse(db: Database, work: TakeWork) -> None:
    write_now(db, begin)
    first = claim(db)
    assert first is not None

    write_now(db, work.finish, first, failure("Broken", "It could not be drawn."))

    assert claim(db) == (2, 1)
    assert db.read_now(rendered_since, db.read_now(find, 2)) is None


def test_a_retry_is_not_what_was_there_before(db: Database, work: TakeWork) -> None:
    write_now(db, begin)
    first = claim(db)
    assert first is not None
    write_now(db, work.finish, first, MADE)

    write_now(db, takes.retry, 1, DESK)
    write_now(db, takes.request, 1, TakeRequest(seed=7), DESK)  # reused at once

    assert db.read_now(find, 4)["reused_from"] == 1
    set_clock_of_takes(db, finished_at="2999-01-01T00:00:00.000000Z")
    assert db.read_now(rendered_since, db.read_now(find, 3)) is None
    set_clock_of_takes(db, finished_at="1999-01-01T00:00:00.000000Z")
    assert db.read_now(rendered_since, db.read_now(find, 2)) is not None


def test_a_retry_shares_the_film_of_one_that_was_asked_for_after_it(
    db: Database, work: TakeWork
) -> None:
    write_now(db, begin)
    first = claim(db)
    assert first is not None
    write_now(db, work.finish, first, MADE)
    for _ in range(2):
        write_now(db, takes.retry, 1, DESK)
    other = claim(db)
    assert other == (2, 1)
    write_now(db, work.finish, other, {"status": "cancelled"})
    again = claim(db)
    assert again == (3, 1)

    write_now(db, work.finish, again, MADE)

    twin = db.read_now(rendered_since, db.read_now(find, 4))
    assert twin is not None
    assert twin["id"] == 3


def set_clock_of_takes(db: Database, finished_at: str) -> None:
    """As if the clock had been set before the takes that are done were."""
    write_now(db, lambda tx: tx.run(_SET_CLOCK, time=finished_at))
