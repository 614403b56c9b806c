"""Examples of what callers send and see of forks, merges, moments and tags."""

from __future__ import annotations

from tower_anime.story.examples import SCENE, SHOT, Example

BRANCH_CREATE: Example = {"name": "alt-ending", "from": "main"}
BRANCH_UPDATE: Example = {"name": "main", "description": "As it is shown."}
TAG_CREATE: Example = {"name": "second draft"}
TAG: Example = {
    "id": 1,
    "branch_id": 1,
    "name": "locked",
    "change_id": 42,
    "created_at": "2026-11-22T09:30:00.000000Z",
    "actor": "Mika",
}
_POINT: Example = {"branch_id": 1, "change_id": 42}
_DIFFERENCE: Example = {
    "lineage": 3,
    "scene_number": 3,
    "change": "changed",
    "fields": {
        "description": {
            "base": "She leaves.",
            "ours": "She leaves.",
            "theirs": "She stays.",
            "words": [
                {"change": "same", "text": "She "},
                {"change": "removed", "text": "leaves"},
                {"change": "added", "text": "stays"},
                {"change": "same", "text": "."},
            ],
        }
    },
    "shots": [],
}
COMPARISON: Example = {
    "base": _POINT,
    "ours": {"branch_id": 1, "change_id": 57},
    "theirs": {"branch_id": 2, "change_id": 61},
    "scenes": [_DIFFERENCE],
}
MERGE_REQUEST: Example = {
    "source": "alt-ending",
    "dry_run": True,
}
MERGE_OUTCOME: Example = {
    "applied": True,
    "at": {"source": 61, "target": 57},
    "changes": [_DIFFERENCE],
    "conflicts": [],
}
REVERT_REQUEST: Example = {"to": "locked"}
REVERT_OUTCOME: Example = {"applied": True, "to": _POINT, "changes": [_DIFFERENCE]}
SCENE_THEN: Example = {**SCENE, "shots": [SHOT]}
BRANCH_THEN: Example = {
    "branch_id": 1,
    "name": "main",
    "at": 42,
    "scenes": [SCENE_THEN],
}
SCENE_REORDER: Example = {"project_id": 1, "branch_name": "main", "scene_ids": [2, 1]}
SHOT_REORDER: Example = {"shot_ids": [2, 1]}
CHARACTER_RENAME: Example = {"name": "Princess Kaguya", "branch_ids": [1, 2]}
