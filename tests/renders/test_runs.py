"""Promises of rendering a branch: which shots, what became of a run, and what is stale."""

import json

import httpx2
import pytest

from tests.media.specimens import picture_bytes
from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import (
    DESK,
    approve,
    approved,
    bytes_of,
    first_shot,
    rendered,
    small_project,
    small_shot,
)
from tests.support.services import until
from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate
from tower_anime.core.database import (
    Connection,
    Cursor,
    Database,
    Reader,
    Transaction,
    write_now,
)
from tower_anime.core.errors import Unprocessable
from tower_anime.core.paging import Page
from tower_anime.core.sql import Row, Statement
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import runs, staleness, subjects, takes
from tower_anime.renders.manifest import Role
from tower_anime.renders.schemas import RenderRequest, TakeRequest
from tower_anime.renders.staleness import Memory
from tower_anime.story import scenes, shots
from tower_anime.story.schemas import SceneCreate
from tower_anime.story.tables import shots as table


def render(api: httpx2.Client, project: Json, **asked: object) -> Json:
    return ok(api.post(f"/projects/{project['id']}/render", json=asked))


def shots_of(rendering: Json) -> list[int]:
    return [take["shot_id"] for take in rendering["takes"]]


def over(api: httpx2.Client, run_id: int) -> Json:
    """The run once all of its takes are over."""

    def look() -> Json | None:
        run = ok(api.get(f"/runs/{run_id}"))
        return run if run["finished_at"] else None

    run: Json = until(look, "the end of the run")  # type: ignore[assignment]
    return run


def stale(api: httpx2.Client, project: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/projects/{project['id']}/stale"))
    return found


# --- runs


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


# --- staleness


def test_a_stale_shot_tells_what_changed_and_changed_back_is_not_stale(api: httpx2.Client) -> None:
    project = small_project(api)
    scene = make_scene(api, project, number=7)
    shot = first_shot(api, scene, description="A roof")
    take = approved(api, shot)

    ok(api.put(f"/shots/{shot['id']}", json={"description": "A cellar"}))
    found = stale(api, project)
    ok(api.put(f"/shots/{shot['id']}", json={"description": "A roof"}))

    assert found == [
        {
            "shot_id": shot["id"],
            "stage": "video",
            "scene_id": scene["id"],
            "scene_number": 7,
            "shot_number": shot["shot_number"],
            "take_id": take["id"],
            "causes": [
                {
                    "part": "description",
                    "before": "A roof",
                    "after": "A cellar",
                    "text": "description",
                }
            ],
        }
    ]
    assert stale(api, project) == []


def test_a_new_picture_of_a_character_makes_the_shots_stale_that_it_is_in(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Hero")
    among = first_shot(api, make_scene(api, project, characters=["Hero"]))
    approved(api, among)
    approved(api, small_shot(api, project))

    ok(api.put(f"/characters/{hero['id']}", json={"description": "Nothing that is drawn"}))
    unseen = stale(api, project)
    ok(api.post(f"/characters/{hero['id']}/image", files={"file": ("hero.png", png())}))
    seen = stale(api, project)
    ok(api.post(f"/characters/{hero['id']}/versions/1/restore"))

    assert unseen == []
    assert [one["shot_id"] for one in seen] == [among["id"]]
    assert [cause["text"] for cause in seen[0]["causes"]] == ["Hero: version 1 → 3 (image)"]
    assert stale(api, project) == []


def test_an_uploaded_take_is_never_stale(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    picture = {"file": ("drawn.png", picture_bytes("PNG"))}
    take = ok(api.post(f"/shots/{shot['id']}/takes/upload", files=picture))
    approve(api, shot, take)

    ok(api.put(f"/shots/{shot['id']}", json={"description": "Something else by now"}))

    assert stale(api, project) == []
    assert bytes_of(api, take["media_id"]) == picture["file"][1]


def test_a_shot_is_not_stale_while_a_take_of_it_is_on_its_way(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    approved(api, shot)
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 600}))

    on_its_way = render(api, project, what="stale")["takes"][0]
    meanwhile = stale(api, project)
    ok(api.post(f"/takes/{on_its_way['id']}/cancel"))
    over(api, on_its_way["run_id"])

    assert meanwhile == []
    assert [one["causes"][0]["part"] for one in stale(api, project)] == ["frames"]


def test_a_take_of_what_is_out_of_date_by_now_hides_nothing(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    approved(api, shot)
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 600}))
    on_its_way = render(api, project, what="stale")["takes"][0]

    ok(api.put(f"/shots/{shot['id']}", json={"camera": "slow push in", "duration": 0.5}))
    found = stale(api, project)
    ok(api.post(f"/takes/{on_its_way['id']}/cancel"))

    assert [cause["part"] for one in found for cause in one["causes"]] == ["camera"]


def test_an_engine_that_is_gone_is_a_cause(db: Database) -> None:
    def change(tx: Transaction) -> None:
        plan_a_branch(tx, 2)
        for shot_id in (1, 2):
            takes.request(tx, shot_id, TakeRequest(), DESK)
            shots.set_approval(tx, shot_id, "video", shot_id, None)
        gone = json.dumps({"video": {"engine": "gone", "approved_take_id": 1}})
        tx.run(Statement(table.update().where(table.c.id == 1).values(stages=gone)))

    write_now(db, change)

    [found] = json.loads(db.read_now(staleness.stale, Memory(), 1, "main").json)
    assert found["shot_id"] == 1
    assert [cause["text"] for cause in found["causes"]] == [
        "There is no engine 'gone'; this service has: animatic, comfyui."
    ]


def test_a_version_that_is_not_there_is_a_role_without_a_picture(db: Database) -> None:
    def change(tx: Transaction) -> None:
        plan_a_branch(tx, 1)
        characters.create(tx, CharacterCreate(project_id=1, name="Hero"))
        pinned = json.dumps({"Hero": {"version": 99}})
        tx.run(Statement(table.update().values(cast=pinned)))

    write_now(db, change)

    [subject] = db.read_now(subjects.of_branch, 1, 1)
    assert subject.facts.cast == (Role("Hero"),)
    assert (
        json.loads(db.read_now(runs.would_render, 1, RenderRequest(), Memory()).json)["shots"] == 1
    )


# --- how much


def plan_a_branch(tx: Transaction, count: int) -> None:
    """Project 1, whose branch 1 has that many scenes of one shot."""
    projects.create(tx, ProjectCreate(name="P"))
    for number in range(count):
        row = {"scene_number": number, "description": "A roof", "characters": ["Hero"]}
        scenes.create(tx, SceneCreate(project_id=1, **row))


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
