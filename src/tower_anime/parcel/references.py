"""Where ids stand in what a parcel holds, and how all of them become others at once. Pure.

A shape is a JSON object of which some members are ids: its names, each with the kind of thing that
is named, or with the shape of what is inside. `Each` is a list of them, or an object's values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = Any  # any JSON value
Shape = Mapping[str, "str | Each | Shape"]


@dataclass(frozen=True)
class Each:
    """Several of one shape."""

    shape: Shape


class Names(Protocol):
    """Which id stands for which."""

    def of(self, kind: str, named: int) -> int | None:
        """The id in the place of that one of a thing of this kind."""


_PLACE: Shape = {"id": "project", "project_id": "project", "branch_id": "branch"}
_SHOT: Shape = {
    "id": "shot",
    "scene_id": "scene",
    "lineage": "shot",
    "approved_take_id": "take",
    "inputs": Each({"shot": "shot"}),
    "stages": Each({"workflow_id": "workflow", "approved_take_id": "take"}),
}
_COPY: Shape = {"scene": "scene", "shots": "shot"}

# By the names that the change log has for them, and those of parts that it does not name.
SHAPES: Mapping[str, Shape] = {
    "project": {"id": "project", "settings": {"stages": Each({"workflow_id": "workflow"})}},
    "workflow": {**_PLACE, "id": "workflow"},
    "character": {**_PLACE, "id": "character"},
    "branch": {**_PLACE, "id": "branch", "parent_id": "branch", "forked_at": "change"},
    "scene": {
        **_PLACE,
        "id": "scene",
        "lineage": "scene",
        "workflow_id": "workflow",
        "shots": Each(_SHOT),
        "$copy": _COPY,
    },
    "shot": _SHOT,
    "run": {**_PLACE, "id": "run"},
    "take": {
        **_PLACE,
        "id": "take",
        "shot_id": "shot",
        "shot_lineage": "shot",
        "run_id": "run",
        "reused_from": "take",
        "engine_id": "engine",
    },
    "cut": {
        **_PLACE,
        "id": "cut",
        "items": Each({"scene_id": "scene", "shot_id": "shot", "take_id": "take"}),
    },
    "tag": {**_PLACE, "id": "tag", "change_id": "change"},
    "merge": {
        **_PLACE,
        "id": "merge",
        "change_id": "change",
        "source_id": "branch",
        "source_change_id": "change",
        "ended_by": "change",
    },
    "change": {
        **_PLACE,
        "id": "change",
        "data": {
            "source_id": "branch",
            "at": "change",
            "to": "change",
            "change_id": "change",
            "newest_run": "run",
        },
    },
    "revision": {"change_id": "change"},
}


def renamed(value: Json, shape: Shape, names: Names) -> Json:
    """A JSON object with other ids in the places that its shape tells; all else as it is."""
    if not isinstance(value, dict):
        return value
    return {
        name: _renamed(inside, shape[name], names) if name in shape else inside
        for name, inside in value.items()
    }


def _renamed(value: Json, place: str | Each | Shape, names: Names) -> Json:
    match place:
        case str():
            is_id = isinstance(value, int) and not isinstance(value, bool)
            return names.of(place, value) if is_id else value  # "previous" names no id
        case Each():
            if isinstance(value, dict):
                return {k: renamed(inside, place.shape, names) for k, inside in value.items()}
            if isinstance(value, list):
                return [renamed(inside, place.shape, names) for inside in value]
            return value
        case _:
            return renamed(value, place, names)


def row_renamed(kind: str, row: dict[str, Json], names: Names) -> dict[str, Json]:
    """A row of a parcel with other ids: its own, those that it names, those inside of its JSON."""
    found: dict[str, Json] = renamed(row, SHAPES[kind], names)
    subject = row.get("subject")
    if isinstance(subject, str) and subject in SHAPES and isinstance(row["subject_id"], int):
        found["subject_id"] = names.of(subject, row["subject_id"])
        if "document" in row:
            found["document"] = renamed(row["document"], SHAPES[subject], names)
    return found
