"""The sample production, from its text file to a film, through the public HTTP API.

It does what any client could do. Run again, it goes on where an earlier run ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tower_anime import sample
from tower_anime.sample import Scene, Shot

Json = dict[str, Any]  # an answer of the service

CUT = "Episode 1"
POLL_SECONDS = 0.2
UNFINISHED = "draft"  # the project's status until all of it is written


class DemoFailed(Exception):
    """The service refused something, or a take failed; the sentence says what."""


def produce(api: httpx2.Client, console: Console) -> Json:
    """Make the sample production on a running service; its assembled cut."""
    project = _story(api, console)
    _render(api, console, project)
    _approve(api, project)
    return _cut(api, console, project)


# --- the story


def _story(api: httpx2.Client, console: Console) -> Json:
    production = sample.load()
    name = production["project"]["name"]
    projects: list[Json] = _get(api, "/projects", limit=10_000)
    for project in projects:
        if project["name"] == name and project["status"] != UNFINISHED:
            console.print(f"[bold]{name}[/bold] is here already; going on with it.")
            return project
        if project["name"] == name:  # an earlier run was interrupted while it wrote
            _ok(api.delete(f"/projects/{project['id']}"))
    project = _post(api, "/projects", {**production["project"], "status": UNFINISHED})
    with _progress(console) as progress:
        scenes = production["scenes"]
        steps = [*production["characters"], *scenes]
        bar = progress.add_task("Writing the story", total=len(steps))
        for character in production["characters"]:
            _introduce(api, project, dict(character))
            progress.advance(bar)
        for scene in scenes:
            _write_scene(api, project, scene)
            progress.advance(bar)
    return _put(api, f"/projects/{project['id']}", {"status": "active"})


def _introduce(api: httpx2.Client, project: Json, character: Json) -> None:
    picture = character.pop("image")
    made = _post(api, "/characters", {"project_id": project["id"], **character})
    file = {"file": (picture, sample.picture(picture), "image/png")}
    _ok(api.post(f"/characters/{made['id']}/image", files=file))


def _write_scene(api: httpx2.Client, project: Json, scene: Scene) -> None:
    made = _post(
        api,
        "/scenes",
        {
            "project_id": project["id"],
            "branch_name": "main",
            "scene_number": scene["number"],
            "description": scene["description"],
            "characters": scene["characters"],
        },
    )
    shots = [_shot(scene, shot) for shot in scene["shots"]]
    (first,) = _get(api, f"/scenes/{made['id']}/shots")  # every scene has one from its start
    _put(api, f"/shots/{first['id']}", shots[0])
    for shot in shots[1:]:
        _post(api, f"/scenes/{made['id']}/shots", shot)


def _shot(scene: Scene, shot: Shot) -> Json:
    """A shot as it is sent; a close-up shows only who speaks in it."""
    speakers = {line["speaker"] for line in shot.get("dialogue", [])}
    seen = [name for name in scene["characters"] if name in speakers]
    close = "close" in shot["camera"].lower()
    return {**shot, "cast": {name: {} for name in seen} if close and seen else {}}


# --- takes and the cut


def _render(api: httpx2.Client, console: Console, project: Json) -> None:
    asked = _post(api, f"/projects/{project['id']}/render", {"what": "missing"})
    if asked["takes"]:
        console.print(f"Rendering {asked['shots']} shots with the built-in animatic engine.")
    with _progress(console) as progress:
        bar = progress.add_task("Rendering takes", total=None)

        def finished() -> bool:
            takes = _get(api, "/takes", project_id=project["id"], limit=10_000)
            progress.update(bar, total=len(takes), completed=sum(t["progress"] for t in takes))
            return all(take["status"] not in {"queued", "running"} for take in takes)

        _wait(finished)
    failed = _get(api, "/takes", project_id=project["id"], status="failed")
    if failed:
        raise DemoFailed(f"Take {failed[0]['id']} failed: {failed[0]['error']['detail']}")


def _approve(api: httpx2.Client, project: Json) -> None:
    for shot in _shots(api, project):
        if shot["approved_take_id"] is None:
            takes = _get(api, f"/shots/{shot['id']}/takes")
            done = [take for take in takes if take["status"] == "done"]
            _post(api, f"/shots/{shot['id']}/approve", {"take_id": done[-1]["id"]})


def _shots(api: httpx2.Client, project: Json) -> Iterator[Json]:
    query = {"project_id": project["id"], "branch_name": "main", "limit": 10_000}
    for scene in _get(api, "/scenes", **query):
        yield from _get(api, f"/scenes/{scene['id']}/shots")


def _cut(api: httpx2.Client, console: Console, project: Json) -> Json:
    there = [c for c in _get(api, "/cuts", project_id=project["id"]) if c["name"] == CUT]
    cut = there[0] if there else _post(api, "/cuts", {"project_id": project["id"], "name": CUT})
    if cut["status"] == "done":
        return cut
    if cut["status"] not in {"queued", "running"}:
        _post(api, f"/cuts/{cut['id']}/assemble", {})
    with _progress(console) as progress:
        bar = progress.add_task("Cutting the episode", total=1.0)

        def finished() -> bool:
            cut.update(_get(api, f"/cuts/{cut['id']}"))
            progress.update(bar, completed=cut["progress"])
            return cut["status"] not in {"queued", "running"}

        _wait(finished)
    if cut["status"] != "done":
        raise DemoFailed(f"The cut {cut['status']}: {cut['error']}")
    return cut


# --- HTTP, and waiting


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=console)


def _wait(finished: Callable[[], bool]) -> None:
    while not finished():
        time.sleep(POLL_SECONDS)


def _ok(response: httpx2.Response) -> Any:  # a JSON answer is any value
    if response.status_code != 200:
        raise DemoFailed(f"{response.request.url}: {response.status_code} {response.text}")
    return response.json()


def _get(api: httpx2.Client, path: str, **query: str | int) -> Any:  # as above
    return _ok(api.get(path, params=query))


def _post(api: httpx2.Client, path: str, body: Json) -> Json:
    answer: Json = _ok(api.post(path, json=body))
    return answer


def _put(api: httpx2.Client, path: str, body: Json) -> Json:
    answer: Json = _ok(api.put(path, json=body))
    return answer
