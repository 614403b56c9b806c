"""A production in which everything happened that a file of it has to carry."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import httpx2

from tests.support.factories import SMALL, Json, make_character, make_project, make_scene, ok, png
from tests.support.rendering import approve, approved, first_shot, rendered
from tests.support.services import until
from tower_anime.parcel.references import row_renamed
from tower_anime.workflows import examples

Tables = dict[str, list[Json]]


def make_production(api: httpx2.Client) -> Json:
    """Versions, branches that forked and met, takes, a cut, tags, undone and deleted things."""
    make_scene(api, make_project(api, "Another, whose changes lie between"))
    shared = ok(api.post("/workflows", json={**examples.CREATE, "project_id": None}))
    project = make_project(
        api, "月の配達", settings={**SMALL, "language": "ja"}, metadata={"genre": "night"}
    )
    own = ok(api.post("/workflows", json={**examples.CREATE, "project_id": project["id"]}))
    hero = make_character(api, project, "月", prompt="a yellow coat")
    image = {"file": ("moon.png", png(), "image/png")}
    ok(api.post(f"/characters/{hero['id']}/image", files=image))
    scenes = [make_scene(api, project, n, characters=["月"]) for n in (1, 2, 3)]
    cast = {"月": {"version": 2, "look": None}}
    line = {"speaker": "月", "line": "間に合った。"}
    shots = [first_shot(api, scene, cast=cast, dialogue=[line]) for scene in scenes]
    ok(api.post(f"/scenes/{scenes[0]['id']}/shots", json={"description": "Rain", "duration": 0.5}))
    stages = {"keyframe": {"workflow_id": shared["id"]}}
    inputs = {"first_frame": {"shot": shots[0]["lineage"]}, "last_frame": {"shot": "previous"}}
    ok(api.put(f"/shots/{shots[1]['id']}", json={"inputs": inputs, "stages": stages}))
    ok(api.put(f"/scenes/{scenes[2]['id']}", json={"workflow_id": own["id"]}))
    approved(api, shots[0], seed=7)
    ok(api.post(f"/takes/{rendered(api, shots[0], seed=8)['id']}/reject"))
    approved(api, shots[1], seed=7)
    _tell_another_ending(api, project, scenes)
    ok(api.put(f"/characters/{hero['id']}", json={"description": "late, for once"}))
    ok(api.put(f"/shots/{shots[1]['id']}", json={"camera": "slow pan"}))  # stale from here on
    ok(api.delete(f"/scenes/{scenes[2]['id']}"))
    _cut(api, project)
    make_scene(api, make_project(api, "And one after it"))
    return ok(api.get(f"/projects/{project['id']}"))


def _tell_another_ending(api: httpx2.Client, project: Json, scenes: list[Json]) -> None:
    place = f"/projects/{project['id']}/branches"
    [main] = ok(api.get(place))
    ok(api.post(f"/branches/{main['id']}/tags", json={"name": "first cut"}))
    make_scene(api, make_project(api, "A change in between"))
    other = ok(api.post(place, json={"name": "dawn", "from": "main"}))
    there = ok(api.get("/scenes", params={"project_id": project["id"], "branch_name": "dawn"}))
    ok(api.put(f"/scenes/{there[1]['id']}", json={"description": "Dawn, the same roof"}))
    shot = ok(api.get(f"/scenes/{there[1]['id']}/shots"))[0]
    approve(api, shot, rendered(api, shot, seed=9))
    merge = f"/branches/{main['id']}/merge"
    ok(api.post(merge, json={"source": "dawn"}))
    ok(api.put(f"/scenes/{scenes[0]['id']}", json={"description": "Night, by the river"}))
    log = ok(api.get("/changes", params={"project_id": project["id"], "limit": 10_000}))
    ok(api.post(f"/changes/{log[-1]['id']}/undo"))
    [forked] = [change["id"] for change in log if change["verb"] == "forked"]
    ok(api.post(f"/branches/{other['id']}/revert", json={"to": forked}))


def _cut(api: httpx2.Client, project: Json) -> None:
    cut = ok(api.post("/cuts", json={"project_id": project["id"], "name": "Episode 1"}))
    ok(api.post(f"/cuts/{cut['id']}/assemble"))
    until(lambda: ok(api.get(f"/cuts/{cut['id']}"))["status"] == "done", "the cut")


# --- its file


def exported(api: httpx2.Client, project: Json) -> bytes:
    """The file of a project."""
    answer = api.get(f"/projects/{project['id']}/export")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def sent(api: httpx2.Client, parcel: bytes, **headers: str) -> httpx2.Response:
    """What the service answers to a file."""
    files = {"file": ("production.zip", parcel, "application/zip")}
    return api.post("/projects/import", files=files, headers=headers)


def unzipped(parcel: bytes) -> dict[str, bytes]:
    """What is in a file, by its paths."""
    with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def tables(parcel: bytes) -> Tables:
    """The rows of a file."""
    return {
        path.removeprefix("tables/").removesuffix(".jsonl"): [
            json.loads(line) for line in content.splitlines()
        ]
        for path, content in unzipped(parcel).items()
        if path.startswith("tables/")
    }


class _Counted:
    """Each id as which of its kind it is."""

    def __init__(self, ids: dict[str, list[int]]) -> None:
        self._ids = ids

    def of(self, kind: str, named: int) -> int | None:
        return None if kind == "engine" else self._ids[kind].index(named) + 1


def without_ids(found: Tables) -> Tables:
    """Rows in which things are counted instead of named: equal for the same production."""
    kinds = {
        name: name[:-1] if name != "branches" else "branch" for name in found if name != "media"
    }
    ids = {kinds[name]: [r["id"] for r in found[name]] for name in kinds if name != "revisions"}
    names: Any = _Counted(ids)
    return {
        name: [row_renamed(kinds[name], row, names) if name in kinds else row for row in rows]
        for name, rows in found.items()
    }
