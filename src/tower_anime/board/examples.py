"""Examples of what callers see of boards and overviews, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

from tower_anime.story.examples import SCENE

Example = dict[str, JsonValue]

_MEDIUM = "ec5d50c06e660026a879ec7b98c6ae40c7076782e4b90fa9f355e794bc6a0a39"

CARD: Example = {
    **SCENE,
    "shot_ids": [1, 2],
    "duration": 6.5,
    "approved": 1,
    "takes": {"queued": 0, "running": 1, "done": 3, "failed": 0, "cancelled": 0},
    "candidates": [{"shot_id": 2, "take_id": 4}],
    "picture": {
        "shot_id": 1,
        "take_id": 1,
        "number": 1,
        "is_approved": True,
        "media_id": _MEDIUM,
        "kind": "video",
        "duration": 2.5,
    },
}
REEL_SHOT: Example = {
    "scene_id": 1,
    "scene_number": 1,
    "shot_id": 1,
    "shot_number": 1,
    "description": "Night. A courier runs over the roofs.",
    "duration": 2.5,
    "approved_take_id": 1,
    "takes": [
        {
            "take_id": 1,
            "number": 1,
            "stage": "video",
            "media_id": _MEDIUM,
            "kind": "video",
            "duration": 2.5,
        }
    ],
}
OVERVIEW: Example = {
    "project_id": 1,
    "branches": 2,
    "scenes": 12,
    "characters": 5,
    "queued": 3,
    "running": 1,
    "media_id": _MEDIUM,
    "changed_at": "2025-10-05T05:30:02.771640Z",
    "changed": "Scene 2: description changed",
    "changed_by": "Mika",
}
APPEARANCE: Example = {
    "branch_id": 1,
    "branch_name": "main",
    "scene_id": 3,
    "scene_number": 3,
    "shot_id": 4,
    "shot_number": 10,
    "version": None,
    "look": "winter",
    "takes": [{"version": 1, "count": 4}, {"version": 2, "count": 1}],
    "approved": {"take_id": 9, "version": 1},
}
