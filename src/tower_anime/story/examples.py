"""Examples of what callers send and see of branches, scenes and shots, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

BRANCH: Example = {
    "id": 1,
    "project_id": 1,
    "name": "main",
    "parent_id": None,
    "forked_at": None,
    "description": None,
    "created_at": "2025-10-05T05:01:44.318020Z",
    "updated_at": "2025-10-05T05:01:44.318020Z",
    "revision": 1,
    "deleted_at": None,
}
SCENE_CREATE: Example = {
    "project_id": 1,
    "branch_name": "main",
    "scene_number": 1,
    "description": "Opening scene with hero introduction",
    "characters": ["Hero", "Sidekick"],
}
SCENE_UPDATE: Example = {
    "description": "The old man finds a shining bamboo.",
    "status": "completed",
    "video_path": "/videos/scene1.mp4",
}
SCENE: Example = {
    "id": 1,
    "project_id": 1,
    "branch_name": "main",
    "scene_number": 1,
    "description": "The old man finds a shining bamboo.",
    "characters": ["Kaguya"],
    "video_path": None,
    "status": "pending",
    "created_at": "2025-10-05T05:01:44.318020Z",
    "updated_at": "2025-10-05T05:01:44.318020Z",
    "lineage": 1,
    "position": 1.0,
    "episode": None,
    "revision": 1,
    "deleted_at": None,
    "workflow_id": None,
}
SHOT_CREATE: Example = {
    "description": "She turns to the window; the moon is full.",
    "duration": 4,
    "camera": "slow push in",
    "dialogue": [{"speaker": "Hero", "line": "It is time."}],
}
SHOT_UPDATE: Example = {
    "camera": "still",
    "duration": 2.5,
    "seed": 7,
    "dialogue": [
        {"speaker": "Taketori", "line": "A child!", "translations": {"ja": "子どもじゃ。"}}
    ],
}
SHOT: Example = {
    "id": 1,
    "scene_id": 1,
    "shot_number": 10,
    "position": 1.0,
    "lineage": 1,
    "description": "He bows to the light.",
    "prompt": None,
    "negative_prompt": None,
    "dialogue": [
        {
            "id": "1aee3fbb",
            "speaker": "Taketori",
            "line": "A child!",
            "translations": {"ja": "子どもじゃ。"},
            "media_id": None,
        }
    ],
    "duration": 2.5,
    "camera": "slow push in",
    "seed": None,
    "cast": {"Kaguya": {"version": None, "look": "child"}},
    "inputs": {},
    "stages": {
        "video": {
            "workflow_id": None,
            "engine": None,
            "settings": {},
            "approved_take_id": 1,
            "approved_media_id": (
                "ec5d50c06e660026a879ec7b98c6ae40c7076782e4b90fa9f355e794bc6a0a39"
            ),
        }
    },
    "approved_take_id": 1,
    "created_at": "2025-10-05T05:01:44.318020Z",
    "updated_at": "2025-10-05T05:30:02.771640Z",
    "deleted_at": None,
}
