"""Examples of what callers send and see of cuts, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

CREATE: Example = {"project_id": 1, "branch_name": "main", "name": "Episode 1"}
UPDATE: Example = {"items": [{"shot_id": 1, "take_id": 1, "duration": 2.5}]}
CUT: Example = {
    "id": 1,
    "project_id": 1,
    "branch_name": "main",
    "name": "Episode 1",
    "follows_branch": True,
    "items": [{"scene_id": 1, "shot_id": 1, "take_id": 1, "start": 0.0, "duration": 2.0}],
    "duration": 2.0,
    "status": "done",
    "progress": 1.0,
    "media_id": "bcaa5aeaed170c8e07de6e896aa9b9bc66ceb7c7f5cbe49417ebabb61689afe5",
    "report": {
        "frames": 48,
        "copied": 1,
        "encoded": 0,
        "slates": 0,
        "unreadable": [],
        "sound": False,
    },
    "error": None,
    "created_at": "2025-10-05T05:40:50.132022Z",
    "updated_at": "2025-10-05T05:40:50.208627Z",
    "revision": 3,
    "deleted_at": None,
}
