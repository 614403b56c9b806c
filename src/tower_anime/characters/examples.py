"""Examples of what callers send and see of characters, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

CREATE: Example = {
    "project_id": 1,
    "name": "Hero",
    "description": "Main protagonist",
    "image_path": "/path/to/character.png",
    "comfyui_workflow": "{workflow_json}",
}
UPDATE: Example = {
    "prompt": "a girl in twelve layers of silk",
    "looks": {"child": {"prompt": "a child, three inches tall"}},
}
CHARACTER: Example = {
    "id": 1,
    "project_id": 1,
    "name": "Kaguya",
    "description": "Found in the bamboo; she belongs to the moon.",
    "version": 2,
    "image_path": None,
    "comfyui_workflow": None,
    "created_at": "2025-10-05T04:58:10.027914Z",
    "updated_at": "2025-10-05T05:20:31.550082Z",
    "kind": "character",
    "prompt": "a girl in twelve layers of silk",
    "negative_prompt": None,
    "loras": [{"name": "kaguya_v3", "strength": 0.8}],
    "looks": {"child": {"prompt": "a child, three inches tall", "images": [], "loras": []}},
    "media_id": None,
    "revision": 2,
    "deleted_at": None,
}
