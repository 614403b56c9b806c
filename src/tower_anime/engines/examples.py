"""Examples of what callers send and see of engines, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

# A port of this machine where nothing listens: what tries an example disturbs nobody.
CREATE: Example = {"name": "The big card", "url": "http://127.0.0.1:9", "enabled": True}
UPDATE: Example = {"enabled": False}
ENGINE: Example = {
    "id": 1,
    "kind": "comfyui",
    "name": "The big card",
    "url": "http://gpu1:8188",
    "enabled": True,
    "status": "idle",
    "detail": None,
    "version": "0.3.64",
    "devices": [
        {
            "name": "cuda:0 NVIDIA GeForce RTX 4090",
            "type": "cuda",
            "memory": 25_757_220_864,
            "free": 23_973_593_088,
        }
    ],
    "latency_ms": 3,
    "seen_at": "2025-10-05T05:20:31.550082Z",
    "created_at": "2025-10-05T04:58:10.027914Z",
    "updated_at": "2025-10-05T04:58:10.027914Z",
    "revision": 1,
    "deleted_at": None,
}
