"""What a row of the first service is as a row of ours. Pure: no database, no clock."""

from __future__ import annotations

import json
import math

from tower_anime.characters.schemas import CharacterCreate
from tower_anime.core.sql import Row, Value
from tower_anime.core.text import LARGEST, dump
from tower_anime.ops.adoption.values import OldRow
from tower_anime.projects.schemas import ProjectCreate, ProjectSettings
from tower_anime.story.schemas import SceneCreate

SETTINGS = ProjectSettings().model_dump_json()


def times(old: OldRow, now: str) -> Row:
    """When a row was made and last changed; each stands in for the other, and now for both."""
    created, updated = old.moment("created_at"), old.moment("updated_at")
    return {
        "created_at": created or updated or now,
        "updated_at": updated or created or now,
    }


def project(old: OldRow) -> Row:
    """A project's columns but its times."""
    metadata = old.json_object("metadata")
    row = {
        "name": old.words("name", f"Project {old.row_id}"),
        "description": old.text("description"),
        "status": old.words("status", "active"),
    }
    told = {**row, "metadata": None if metadata is None else json.loads(metadata)}
    old.note_bounds(ProjectCreate, told)
    return {**row, "metadata": metadata, "settings": SETTINGS}


def recovered_project(project_id: int) -> Row:
    """The columns of a project that others name, and that was not there."""
    name = f"Recovered project {project_id}"
    return {"name": name, "status": "recovered", "settings": SETTINGS}


def character(old: OldRow, project_id: int) -> Row:
    """A character's columns but its times. It keeps its version; those before it are lost."""
    row = {
        "project_id": project_id,
        "name": old.words("name", f"Character {old.row_id}"),
        "description": old.text("description"),
        "image_path": old.text("image_path"),
        "comfyui_workflow": old.text("comfyui_workflow"),
    }
    old.note_bounds(CharacterCreate, row)
    version = old.number("version", 1)
    if abs(version) > LARGEST:
        old.odd("version", "It was more than can be counted; it is 1 now.")
        version = 1
    return {**row, "version": version, "kind": "character", "loras": "[]", "looks": "{}"}


def scene(old: OldRow, project_id: int, branch_name: str) -> Row:
    """A scene's columns but its times and its branch's id; with its branch's name.

    A video path that was set follows no take.
    """
    number, names, path = (
        old.number("scene_number", 0),
        old.names("characters"),
        old.text("video_path"),
    )
    row = {
        "project_id": project_id,
        "branch_name": branch_name,
        "scene_number": number,
        "description": old.text("description") or "",
        "video_path": path,
        "status": old.words("status", "pending"),
    }
    old.note_bounds(SceneCreate, {**row, "characters": names})
    return {
        **row,
        "lineage": old.row_id,
        "position": _position(old.cells["scene_number"], number),
        "characters": dump(names),
        "video_pinned": path is not None,
    }


def _position(cell: Value, number: int) -> float:
    """Where a scene stands among those of its number: scene 2.5 comes after scene 2."""
    between = isinstance(cell, float) and math.isfinite(cell) and math.floor(cell) == number
    return float(cell if between else number)
