"""Small shots that render in a moment, and ways to wait for what becomes of them."""

from __future__ import annotations

import io
from typing import Any

import av
import httpx2

from tests.support.factories import SMALL, Json, make_project, make_scene, ok
from tests.support.services import until
from tower_anime.renders.desk import Desk
from tower_anime.renders.staleness import Memory

FPS = 12  # of SMALL
DESK = Desk(lambda: None, Memory(), lambda _reader, _plan: None)  # of no service: nobody is woken
OVER = {"done", "failed", "cancelled"}


def small_project(api: httpx2.Client, name: str = "Moonlit Delivery", **settings: Any) -> Json:
    return make_project(api, name, settings={**SMALL, **settings})


def small_shot(api: httpx2.Client, project: Json | None = None, **fields: Any) -> Json:
    """A short shot: the first of a scene of its own."""
    return first_shot(api, make_scene(api, project or small_project(api)), **fields)


def first_shot(api: httpx2.Client, scene: Json, **fields: Any) -> Json:
    shot = ok(api.get(f"/scenes/{scene['id']}/shots"))[0]
    return ok(api.put(f"/shots/{shot['id']}", json={"duration": 0.5, **fields}))


def request_takes(api: httpx2.Client, shot: Json, **asked: Any) -> list[Json]:
    takes: list[Json] = ok(api.post(f"/shots/{shot['id']}/takes", json=asked))
    return takes


def rendered(api: httpx2.Client, shot: Json, **asked: Any) -> Json:
    """One take of a shot, done."""
    take = finished(api, request_takes(api, shot, **asked)[0])
    assert take["status"] == "done", take["error"]
    return take


def approve(api: httpx2.Client, shot: Json, take: Json) -> Json:
    """The shot, with that take approved."""
    return ok(api.post(f"/shots/{shot['id']}/approve", json={"take_id": take["id"]}))


def approved(api: httpx2.Client, shot: Json, **asked: Any) -> Json:
    """One take of a shot, done and approved."""
    take = rendered(api, shot, **asked)
    approve(api, shot, take)
    return get_take(api, take)


def get_take(api: httpx2.Client, take: Json) -> Json:
    return ok(api.get(f"/takes/{take['id']}"))


def finished(api: httpx2.Client, take: Json) -> Json:
    """The take once it is over."""
    return waited(api, take, lambda now: now["status"] in OVER, "the end of the take")


def begun(api: httpx2.Client, take: Json) -> Json:
    """The take once frames of it are there."""
    return waited(api, take, lambda now: now["progress"] > 0, "the take's first frame")


def waited(api: httpx2.Client, take: Json, wanted: Any, what: str) -> Json:
    def look() -> Json | None:
        now = get_take(api, take)
        return now if wanted(now) else None

    found: Any = until(look, what)
    return found  # type: ignore[no-any-return]


def bytes_of(api: httpx2.Client, medium: str) -> bytes:
    response = api.get(f"/media/{medium}/file")
    assert response.status_code == 200
    return response.content


def decoded(film: bytes) -> list[av.VideoFrame]:
    """Every frame of a film."""
    with av.open(io.BytesIO(film)) as container:
        return list(container.decode(video=0))
