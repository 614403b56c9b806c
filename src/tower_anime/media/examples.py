"""Examples of what callers see of media, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

MEDIUM: dict[str, JsonValue] = {
    "id": "ec5d50c06e660026a879ec7b98c6ae40c7076782e4b90fa9f355e794bc6a0a39",
    "mime": "video/mp4",
    "kind": "video",
    "bytes": 25433,
    "width": 1280,
    "height": 720,
    "duration": 2.0,
    "frames": 48,
    "fps": "24/1",
    "has_audio": False,
    "name": "take-1.mp4",
    "present": True,
    "created_at": "2025-10-05T05:10:48.049658Z",
}
