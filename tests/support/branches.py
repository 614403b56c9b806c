"""What tests of branches do again and again, through the HTTP API."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.support.factories import Json, make_project, make_scene, ok

# Of a story, what a person wrote: ids and times of its rows are their own on every branch.
_OF_ROWS = ("id", "scene_id", "created_at", "updated_at", "revision", "branch_name")


def branch_of(api: httpx2.Client, project: Json, name: str = "main") -> Json:
    """The branch of that name."""
    found = ok(api.get(f"/projects/{project['id']}/branches"))
    return next(branch for branch in found if branch["name"] == name)


def fork(api: httpx2.Client, project: Json, name: str, source: str | int = "main") -> Json:
    """A new branch."""
    branch: Json = ok(
        api.post(f"/projects/{project['id']}/branches", json={"name": name, "from": source})
    )
    return branch


def story_of_three(api: httpx2.Client) -> tuple[Json, Json]:
    """A project with three scenes on main, and that branch."""
    project = make_project(api)
    for number in (1, 2, 3):
        make_scene(api, project, number, description=f"Scene {number} begins")
    return project, branch_of(api, project)


def scenes_on(api: httpx2.Client, branch: Json) -> list[Json]:
    """A branch's scenes by number."""
    query = {"project_id": branch["project_id"], "branch_name": branch["name"], "limit": 10_000}
    found: list[Json] = ok(api.get("/scenes", params=query))
    return found


def scene_on(api: httpx2.Client, branch: Json, lineage: int) -> Json:
    """The scene of a lineage on a branch."""
    return next(scene for scene in scenes_on(api, branch) if scene["lineage"] == lineage)


def shots_in(api: httpx2.Client, scene: Json) -> list[Json]:
    """A scene's shots in order."""
    found: list[Json] = ok(api.get(f"/scenes/{scene['id']}/shots"))
    return found


def edit(api: httpx2.Client, branch: Json, lineage: int, **fields: Any) -> Json:
    """Change the scene of a lineage on one branch."""
    scene = scene_on(api, branch, lineage)
    changed: Json = ok(api.put(f"/scenes/{scene['id']}", json=fields))
    return changed


def told(api: httpx2.Client, branch: Json) -> list[Json]:
    """The story that a branch tells: its scenes with their shots, without what is of its rows."""
    return [
        {**_written(scene), "shots": [_written(shot) for shot in shots_in(api, scene)]}
        for scene in scenes_on(api, branch)
    ]


def told_then(api: httpx2.Client, branch: Json, change: int) -> list[Json]:
    """As `told`, as it was after a change."""
    then = ok(api.get(f"/branches/{branch['id']}/at/{change}"))
    return [
        {**_written(scene), "shots": [_written(shot) for shot in scene["shots"]]}
        for scene in then["scenes"]
    ]


def _written(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in _OF_ROWS}


def compare(api: httpx2.Client, ours: Json, theirs: Json, **query: int) -> Json:
    """How two branches differ."""
    found: Json = ok(
        api.get(f"/branches/{ours['id']}/compare", params={"with": theirs["id"], **query})
    )
    return found


def merge(api: httpx2.Client, target: Json, source: Json, **asked: Any) -> httpx2.Response:
    """Merge one branch into another; the answer as it came."""
    return api.post(f"/branches/{target['id']}/merge", json={"source": source["name"], **asked})


def newest_change(api: httpx2.Client, project: Json) -> Json:
    """The newest change of a project."""
    changes = ok(api.get("/changes", params={"project_id": project["id"], "limit": 10_000}))
    change: Json = changes[-1]
    return change


def undo(api: httpx2.Client, change: Json) -> httpx2.Response:
    """Take back a change; the answer as it came."""
    return api.post(f"/changes/{change['id']}/undo")
