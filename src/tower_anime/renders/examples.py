"""Examples of what callers send and see of takes and runs, for the OpenAPI document."""

from __future__ import annotations

from pydantic import JsonValue

Example = dict[str, JsonValue]

_MEDIUM = "ec5d50c06e660026a879ec7b98c6ae40c7076782e4b90fa9f355e794bc6a0a39"
_DIGEST = "f36b3e6bc55cfe86802e0368ce1de24570922346314242e9c1ca0b567c34a953"

TAKE_REQUEST: Example = {"count": 2, "seed": 7}
RENDER_REQUEST: Example = {"branch_name": "main", "what": "missing", "dry_run": True}
APPROVAL: Example = {"take_id": 1}
WITHDRAWAL: Example = {"stage": "video"}
TAKE: Example = {
    "id": 1,
    "project_id": 1,
    "shot_id": 1,
    "stage": "video",
    "number": 1,
    "run_id": 1,
    "status": "done",
    "progress": 1.0,
    "verdict": "approved",
    "attempt": 1,
    "engine": "animatic",
    "seed": 7,
    "digest": _DIGEST,
    "reused_from": None,
    "outputs": [{"media_id": _MEDIUM, "node": None, "index": 0}],
    "media_id": _MEDIUM,
    "preview_id": None,
    "error": None,
    "engine_id": None,
    "place": 0,
    "waits_for": None,
    "warnings": [],
    "queued_at": "2025-10-05T05:10:47.456256Z",
    "started_at": "2025-10-05T05:10:47.468475Z",
    "finished_at": "2025-10-05T05:10:48.049658Z",
}
PROVENANCE: Example = {
    "take_id": 1,
    "digest": _DIGEST,
    "seed": 7,
    "plan": {
        "engine": "animatic",
        "labels": {"character:Kaguya": "version 1"},
        "parts": {
            "camera": "slow push in",
            "cast": ["Kaguya"],
            "character:Kaguya": {"image": None},
            "description": "He bows to the light.",
            "fps": "24/1",
            "frames": 48,
            "size": {"width": 1280, "height": 720},
        },
    },
    "execution": {
        "engine": "animatic",
        "worker": "local",
        "encoder": "PyAV 18.1.0",
        "started_at": "2025-10-05T05:10:47.517929Z",
        "finished_at": "2025-10-05T05:10:48.041831Z",
        "seconds": 0.524,
    },
    "sentences": [
        "Drawn by the engine animatic with seed 7: 48 frames of 1280x720 at 24 a second.",
        "Kaguya in version 1.",
    ],
}
RUN: Example = {
    "id": 1,
    "project_id": 1,
    "branch_name": "main",
    "what": "missing",
    "counts": {"done": 3, "queued": 1},
    "waiting": 0,
    "started_at": "2025-10-05T05:10:47.456256Z",
    "finished_at": None,
    "estimate_seconds": 2.4,
}
RUN_SHOT: Example = {
    "shot_id": 1,
    "scene_id": 1,
    "episode": None,
    "scene_number": 1,
    "shot_number": 10,
    "scene": "Night. He finds a light in the bamboo.",
    "description": "He bows to the light.",
    "approved": {"video": 1},
}
TAKE_ORDER: Example = {"take_ids": [1]}
QUEUE_STATE: Example = {
    "paused": False,
    "paused_at": None,
    "paused_by": None,
    "running": 1,
    "queued": 3,
}
RENDERING: Example = {
    "dry_run": True,
    "run_id": None,
    "shots": 1,
    "takes": [],
    "reused": 0,
    "estimate_seconds": 0.6,
    "causes": {"camera": 1},
}
STALE: Example = {
    "shot_id": 1,
    "stage": "video",
    "scene_id": 1,
    "scene_number": 1,
    "shot_number": 10,
    "take_id": 1,
    "causes": [{"part": "camera", "before": "slow push in", "after": "still", "text": "camera"}],
}
FORESEEN: Example = {**STALE, "branch_id": 1, "branch_name": "main"}
