"""Plain factories: each makes one thing through the HTTP API and returns its JSON."""

from __future__ import annotations

import io
from typing import Any

import httpx2
from PIL import Image

Json = dict[str, Any]


def ok(response: httpx2.Response) -> Any:  # a JSON answer is any value
    """The answer's JSON; fails with what was answered unless it was 200."""
    assert response.status_code == 200, (response.status_code, response.text)
    return response.json()


def make_project(api: httpx2.Client, name: str = "Moonlit Delivery", **fields: Any) -> Json:
    return ok(api.post("/projects", json={"name": name, **fields}))


def make_character(api: httpx2.Client, project: Json, name: str = "Hero", **fields: Any) -> Json:
    body = {"project_id": project["id"], "name": name, **fields}
    return ok(api.post("/characters", json=body))


def make_scene(api: httpx2.Client, project: Json, number: int = 1, **fields: Any) -> Json:
    body = {"project_id": project["id"], "scene_number": number, "description": "Night, a roof"}
    return ok(api.post("/scenes", json={**body, **fields}))


def make_shot(api: httpx2.Client, scene: Json, **fields: Any) -> Json:
    return ok(api.post(f"/scenes/{scene['id']}/shots", json=fields))


def png(width: int = 64, height: int = 64, colour: str = "teal") -> bytes:
    """A picture's bytes."""
    file = io.BytesIO()
    Image.new("RGBA", (width, height), colour).save(file, "PNG")
    return file.getvalue()


# Small and short, so that a take is drawn in a moment.
SMALL = {"width": 160, "height": 90, "fps": "12/1"}
