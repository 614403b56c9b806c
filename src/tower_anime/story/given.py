"""Values that callers give to resolve a conflict: held against the same bounds as any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from tower_anime.core.database import Reader
from tower_anime.core.errors import Unprocessable
from tower_anime.core.sql import Row
from tower_anime.story import references, shot_rows
from tower_anime.story.branch_schemas import GivenValue
from tower_anime.story.merge import DELETED, Given, Resolution, Side
from tower_anime.story.schemas import Casting, Input, Line, SceneUpdate, ShotUpdate

_PLAIN: dict[str, tuple[type[BaseModel], set[str]]] = {
    "scene": (SceneUpdate, {"episode", "description", "characters", "status", "workflow_id"}),
    "shot": (
        ShotUpdate,
        {"description", "prompt", "negative_prompt", "duration", "camera", "seed"},
    ),
}
_PARTS: dict[str, TypeAdapter[Any]] = {  # each of a schema of its own
    "cast": TypeAdapter(Casting | None),
    "inputs": TypeAdapter(Input | None),
    "dialogue": TypeAdapter(Line | None),
}


def resolutions(
    reader: Reader, project_id: int, asked: Mapping[str, Side | GivenValue]
) -> dict[str, Resolution]:
    """Resolutions as a merge takes them. Raises `Unprocessable` and `NotFound`, naming the one."""
    found: dict[str, Resolution] = {}
    for name, chosen in asked.items():
        if isinstance(chosen, GivenValue):
            found[name] = Given(_checked(reader, project_id, name, chosen.value))
        else:
            found[name] = chosen
    return found


def _checked(reader: Reader, project_id: int, conflict: str, value: Any) -> Any:  # JSON values
    owner, _, field = conflict.partition(".")
    kind, (part, _, name) = owner.partition("-")[0], field.partition(".")
    try:
        if field == DELETED:
            return TypeAdapter(bool).validate_python(value, strict=True)
        if kind in _PLAIN and field in _PLAIN[kind][1]:
            checked = _PLAIN[kind][0].model_validate({field: value})
            if field not in checked.model_fields_set:  # an update takes null as nothing said
                raise Unprocessable(f"resolutions.{conflict}: this cannot be empty.")
            return checked.model_dump(mode="json")[field]
        if kind == "shot" and name and part in _PARTS:
            return _part(reader, project_id, part, name, value)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise Unprocessable(f"resolutions.{conflict}: {told}.") from error
    raise Unprocessable(f'resolutions.{conflict}: this one takes "ours" or "theirs".')


def _part(reader: Reader, project_id: int, part: str, name: str, value: Any) -> Any:  # as above
    adapter = _PARTS[part]
    checked = adapter.dump_python(adapter.validate_python(value), mode="json")
    if checked is None:
        return None
    if part == "dialogue":
        checked["id"] = name
    asked: Row = {part: [checked] if part == "dialogue" else {name: checked}}
    references.require(reader, project_id, asked, shot_rows.NEW)
    return checked
