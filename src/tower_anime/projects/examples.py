"""Examples of what callers send and see of projects, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

CREATE: Example = {
    "name": "My Anime Project",
    "description": "An epic adventure",
    "metadata": {"genre": "action", "target_length": "24min"},
}
UPDATE: Example = {
    "description": "An old man finds a child of light in the bamboo.",
    "settings": {"fps": "24/1", "style": {"prompt": "woodblock print, soft dawn light"}},
}
PROJECT: Example = {
    "id": 1,
    "name": "The Bamboo Cutter",
    "description": "An old man finds a child of light in the bamboo.",
    "status": "active",
    "created_at": "2025-10-05T04:57:46.802250Z",
    "updated_at": "2025-10-05T05:12:09.114873Z",
    "metadata": {"genre": "fairy tale", "target_length": "24min"},
    "settings": {
        "width": 1280,
        "height": 720,
        "fps": "24/1",
        "style": {
            "prompt": "woodblock print, soft dawn light",
            "negative_prompt": "",
            "template": "",
        },
        "stages": [{"name": "video", "workflow_id": None}],
        "engine": "animatic",
        "language": "en",
    },
    "revision": 2,
    "deleted_at": None,
}
