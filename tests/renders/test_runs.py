"""Promises of rendering a branch: which shots, how much at once, and what became of a run."""

import httpx2
import pytest

from tests.renders.runs import over, plan_a_branch, render, shots_of
from tests.support.factories import ok
from tests.support.rendering import DESK, approved, rendered, small_project, small_shot
from tower_anime.core.database import Connection, Cursor, Database, Reader, write_now
from tower_anime.core.errors import Unprocessable
from tower_anime.core.paging import Page
from tower_anime.core.sql import Row
from tower_anime.renders import runs
from tower_anime.renders.schemas import RenderRequest
from tower_anime.renders.staleness import Memory
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate


def test_missing_renders_each_shot_that_has_no_take(api: httpx2.Client) -> None:
    project = small_project(api)
    made, waiting = small_shot(api, project), small_shot(api, project)
    rendered(api, made)

    rendering = render(api, project, count=2)
    again = render(api, project)

    assert shots_of(rendering) == [waiting["id"]] * 2
    assert {take["run_id"] for take in rendering["takes"]} == {rendering["run_id"]}
    assert rendering["estimate_seconds"] > 0
    assert (again["run_id"], again["shots"], again["takes"]) == (None, 0, [])


def test_a_shot_whose_only_take_was_rejected_is_missing(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    ok(api.post(f"/takes/{rendered(api, shot)['id']}/reject"))

    assert shots_of(render(api, project)) == [shot["id"]]


def test_all_renders_every_shot_and_reuses_what_is_the_same(api: httpx2.Client) -> None:
    project = small_project(api)
    seeded, other = small_shot(api, project, seed=3), small_shot(api, project)
    rendered(api, seeded)

    rendering = render(api, project, what="all")

    assert shots_of(rendering) == [seeded["id"], other["id"]]
    assert (rendering["shots"], rendering["reused"]) == (2, 1)


def test_only_shots_of_the_chosen_scenes_are_rendered(api: httpx2.Client) -> None:
    project, elsewhere = small_project(api), small_project(api)
    chosen, _left_out = small_shot(api, project), small_shot(api, project)
    strange = small_shot(api, elsewhere)["scene_id"]

    rendering = render(api, project, scene_ids=[chosen["scene_id"]] * 2)

    assert shots_of(rendering) == [chosen["id"]]
    assert render(api, project, scene_ids=[], dry_run=True)["shots"] == 0
    path = f"/projects/{project['id']}/render"
    refused = api.post(path, json={"scene_ids": [chosen["scene_id"], strange]})
    assert refused.status_code == 404
    assert str(strange) in refused.json()["detail"]


def test_stale_renders_what_changed_since_it_was_approved(api: httpx2.Client) -> None:
    project = small_project(api)
    changed, untouched, unapproved = (small_shot(api, project) for _ in range(3))
    approved(api, changed)
    approved(api, untouched)
    rendered(api, unapproved)
    for shot in (changed, unapproved):
        ok(api.put(f"/shots/{shot['id']}", json={"camera": "slow push in"}))

    rendering = render(api, project, what="stale")

    assert shots_of(rendering) == [changed["id"]]
    assert rendering["causes"] == {"camera": 1}


@pytest.mark.parametrize("what", ["missing", "all", "stale"])
def test_a_dry_run_tells_and_queues_nothing(api: httpx2.Client, what: str) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    if what == "stale":
        approved(api, shot)
        ok(api.put(f"/shots/{shot['id']}", json={"camera": "slow push in"}))
    before = ok(api.get(f"/shots/{shot['id']}/takes"))

    rendering = render(api, project, what=what, dry_run=True)

    assert (rendering["dry_run"], rendering["run_id"], rendering["takes"]) == (True, None, [])
    assert rendering["shots"] == 1
    assert ok(api.get(f"/shots/{shot['id']}/takes")) == before
    assert ok(api.get("/runs", params={"project_id": project["id"]})) == []


def test_a_run_counts_its_takes(api: httpx2.Client) -> None:
    project = small_project(api)
    small_shot(api, project, duration=600)
    small_shot(api, project)
    rendering = render(api, project, count=2)
    long = [take for take in rendering["takes"] if take["shot_id"] == shots_of(rendering)[0]]
    begun = ok(api.get(f"/runs/{rendering['run_id']}"))
    for take in long:
        ok(api.post(f"/takes/{take['id']}/cancel"))

    run = over(api, rendering["run_id"])

    assert sum(begun["counts"].values()) == 4
    assert begun["finished_at"] is None
    assert run["counts"] == {"done": 2, "cancelled": 2}
    assert (run["what"], run["branch_name"]) == ("missing", "main")
    assert ok(api.get("/runs", params={"project_id": project["id"]})) == [run]


def test_cancelling_a_run_cancels_what_is_not_finished(api: httpx2.Client) -> None:
    project = small_project(api)
    small_shot(api, project, duration=600)
    rendering = render(api, project, count=8)

    ok(api.post(f"/runs/{rendering['run_id']}/cancel"))

    assert over(api, rendering["run_id"])["counts"] == {"cancelled": 8}


def test_a_branch_or_stage_that_is_not_there_is_refused(api: httpx2.Client) -> None:
    project = small_project(api)
    small_shot(api, project)
    address = f"/projects/{project['id']}/render"

    assert api.post(address, json={"branch_name": "elsewhere"}).status_code == 404
    assert api.post(address, json={"stage": "elsewhere"}).status_code == 422


# --- how much


def test_one_request_asks_for_a_bounded_number_of_takes(db: Database) -> None:
    write_now(db, plan_a_branch, 313)

    with pytest.raises(Unprocessable, match=r"10,016 takes of 313 shots; .* ask for 10,000\."):
        write_now(db, runs.render, 1, RenderRequest(count=32), DESK)

    assert db.read_now(runs.listed, Page(10), None).documents == []


class Counting:
    """A connection that counts what it executes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.count = 0

    def execute(self, sql: str, parameters: Row, /) -> Cursor:
        self.count += 1
        return self._connection.execute(sql, parameters)


def test_planning_a_branch_asks_the_database_as_often_as_planning_a_shot(db: Database) -> None:
    def statements(reader: Reader) -> int:
        counting = Counting(reader._connection)
        runs.would_render(Reader(counting, reader.dialect), 1, RenderRequest(), Memory())
        return counting.count

    write_now(db, plan_a_branch, 1)
    for_one = db.read_now(statements)
    for number in range(20):
        new = SceneCreate(project_id=1, scene_number=number, description="A roof")
        write_now(db, scenes.create, new)

    assert db.read_now(statements) == for_one
