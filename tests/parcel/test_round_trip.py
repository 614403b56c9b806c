"""A project that leaves as a file and comes in again is the same production, up to its ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import httpx2
import pytest

from tests.parcel.productions import (
    exported,
    make_production,
    sent,
    tables,
    unzipped,
    without_ids,
)
from tests.support.factories import Json, make_project, make_scene, ok
from tests.support.rendering import request_takes, small_project, small_shot
from tests.support.services import Service, serving


@pytest.fixture(scope="module")
def studio(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service of these tests' own."""
    url = {"database_url": request.getfixturevalue("new_postgresql")()}
    more = url if dialect == "postgresql" else {}
    with serving(tmp_path_factory.mktemp("parcel"), **more) as running:
        yield running


@pytest.fixture(scope="module")
def project(studio: Service) -> Json:
    """A production in which everything happened."""
    return make_production(studio.api)


@pytest.fixture(scope="module")
def parcel(studio: Service, project: Json) -> bytes:
    """Its file."""
    return exported(studio.api, project)


@pytest.fixture(scope="module")
def twin(studio: Service, parcel: bytes) -> Json:
    """The project that was made of its file, in the same studio."""
    return ok(sent(studio.api, parcel))


def test_the_file_can_be_read_by_people_and_checked_by_its_hashes(parcel: bytes) -> None:
    found = unzipped(parcel)
    told = json.loads(next(iter(found.values())))
    assert next(iter(found)) == "manifest.json"
    assert (told["format"], told["version"], told["project"]) == (
        "tower-anime project",
        1,
        "月の配達",
    )
    for name, table in told["tables"].items():
        content = found[f"tables/{name}.jsonl"]
        assert table["rows"] == len(content.splitlines())
        assert table["sha256"] == hashlib.sha256(content).hexdigest()
    media = [path for path in found if path.startswith("media/")]
    assert told["media_count"] == len(media) > 3
    for path in media:
        assert path == f"media/{hashlib.sha256(found[path]).hexdigest()}"


def test_nothing_of_another_project_is_in_it(parcel: bytes, project: Json) -> None:
    found = tables(parcel)
    assert [row["name"] for row in found["projects"]] == [project["name"]]
    for name in ("characters", "branches", "scenes", "takes", "cuts", "changes", "workflows"):
        assert {row["project_id"] for row in found[name]} == {project["id"]}, name


def test_out_in_and_out_again_is_the_same_but_for_its_ids(
    studio: Service, parcel: bytes, twin: Json, project: Json
) -> None:
    before, after = tables(parcel), tables(exported(studio.api, twin))
    assert twin["id"] != project["id"]
    assert after["changes"].pop()["verb"] == "imported"
    first, second = without_ids(before), without_ids(after)
    for name, rows in first.items():
        assert second[name] == rows, name


def test_history_reads_the_same(studio: Service, project: Json, twin: Json) -> None:
    names = ("at", "actor", "branch_name", "subject", "verb", "revision", "text")

    def told(of: Json) -> list[tuple[object, ...]]:
        rows = ok(studio.api.get("/changes", params={"project_id": of["id"], "limit": 10_000}))
        return [
            tuple(row[name] for name in names)
            for row in rows
            # One for every project comes along, and with it what became of it.
            if row["subject"] != "workflow" and row["verb"] != "imported"
        ]

    assert told(twin) == told(project)


def test_what_was_not_stale_is_not_stale_and_what_was_is_for_the_same_causes(
    studio: Service, project: Json, twin: Json
) -> None:
    def told(of: Json, branch: str) -> list[tuple[object, ...]]:
        query = {"branch_name": branch}
        rows = ok(studio.api.get(f"/projects/{of['id']}/stale", params=query))
        return [(row["scene_number"], row["shot_number"], row["causes"]) for row in rows]

    assert told(project, "main")
    for branch in ("main", "dawn"):
        assert told(twin, branch) == told(project, branch)


def test_every_version_of_a_character_comes_along(
    studio: Service, project: Json, twin: Json
) -> None:
    def told(of: Json) -> list[Json]:
        [hero] = ok(studio.api.get("/characters", params={"project_id": of["id"]}))
        versions = ok(studio.api.get(f"/characters/{hero['id']}/versions"))
        return [{**row, "id": 0, "project_id": 0} for row in versions]

    assert len(told(twin)) == 3
    assert told(twin) == told(project)


def test_branches_go_on_where_they_were(studio: Service, project: Json, twin: Json) -> None:
    def told(of: Json) -> list[object]:
        branches = ok(studio.api.get(f"/projects/{of['id']}/branches"))
        dawn = next(one for one in branches if one["name"] == "dawn")
        outcome = ok(
            studio.api.post(
                f"/branches/{branches[0]['id']}/merge", json={"source": "dawn", "dry_run": True}
            )
        )
        compare = f"/branches/{branches[0]['id']}/compare"
        compared = ok(studio.api.get(compare, params={"with": dawn["id"]}))
        return [
            [
                (one["scene_number"], one["change"], sorted(one["fields"]))
                for one in compared["scenes"]
            ],
            [(one["field"], one["scene_number"]) for one in outcome["conflicts"]],
            [(one["scene_number"], one["change"]) for one in outcome["changes"]],
        ]

    assert told(twin) == told(project)


def test_an_imported_project_lives_on(studio: Service, parcel: bytes) -> None:
    mine = ok(sent(studio.api, parcel, **{"X-Actor": "Mika"}))
    [newest] = ok(studio.api.get("/changes", params={"project_id": mine["id"], "limit": 10_000}))[
        -1:
    ]
    assert (newest["verb"], newest["actor"]) == ("imported", "Mika")
    assert studio.api.post(f"/changes/{newest['id']}/undo").status_code == 409
    scene = make_scene(studio.api, mine, 9)
    [shot] = ok(studio.api.get(f"/scenes/{scene['id']}/shots"))
    assert ok(studio.api.put(f"/shots/{shot['id']}", json={"duration": 0.5}))["revision"] == 2
    asked = ok(studio.api.post(f"/projects/{mine['id']}/render", json={"what": "stale"}))
    assert asked["run_id"]


def test_it_comes_into_another_studio_with_its_media(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    parcel: bytes = request.getfixturevalue("parcel")
    with serving(tmp_path_factory.mktemp("elsewhere")) as elsewhere:
        mine = ok(sent(elsewhere.api, parcel))
        again = exported(elsewhere.api, mine)
        [cut] = ok(elsewhere.api.get("/cuts", params={"project_id": mine["id"]}))
        film = elsewhere.api.get(f"/media/{cut['media_id']}/file")
        assert hashlib.sha256(film.content).hexdigest() == cut["media_id"]
        assert ok(elsewhere.api.get("/workflows", params={"project_id": mine["id"]}))
    before, after = without_ids(tables(parcel)), tables(again)
    after["changes"].pop()
    second = without_ids(after)
    # When bytes came to a studio, and under which name, is its own.
    del before["media"], second["media"]
    assert second == before


def test_a_repeat_of_an_import_gets_the_project_of_the_first_time(
    studio: Service, parcel: bytes
) -> None:
    key = {"Idempotency-Key": "once-and-for-all"}
    assert ok(sent(studio.api, parcel, **key))["id"] == ok(sent(studio.api, parcel, **key))["id"]


def test_what_is_under_way_here_is_cancelled_there(studio: Service) -> None:
    api = studio.api
    project = small_project(api, "Busy")
    shot = small_shot(api, project)
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 600}))
    [take] = request_takes(api, shot)
    mine = ok(sent(api, exported(api, project)))
    ok(api.post(f"/takes/{take['id']}/cancel"))
    [copy] = ok(api.get("/takes", params={"project_id": mine["id"]}))
    assert copy["status"] == "cancelled"


def test_an_empty_project_comes_along_too(studio: Service) -> None:
    project = make_project(studio.api, "Nothing yet")
    mine = ok(sent(studio.api, exported(studio.api, project)))
    assert (mine["name"], mine["settings"]) == (project["name"], project["settings"])


def test_a_project_in_the_trash_is_not_exported(api: httpx2.Client) -> None:
    project = make_project(api)
    ok(api.delete(f"/projects/{project['id']}"))
    assert api.get(f"/projects/{project['id']}/export").status_code == 404
