"""What callers send and see of scripts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tower_anime.core.text import Name, Number, Storable
from tower_anime.story.script.steps import Action

Format = Literal["fountain", "csv", "markdown"]

_EXAMPLE = "INT. BAMBOO GROVE - NIGHT\n\nOne stem shines.\n\nOKINA\nWhat is this?\n"
_OUTCOME: dict[str, JsonValue] = {
    "dry_run": True,
    "branch_name": "main",
    "counts": {"create": 1, "update": 0, "unchanged": 0, "kept": 0},
    "characters": ["OKINA"],
    "scenes": [
        {
            "action": "create",
            "scene_id": None,
            "scene_number": 1,
            "episode": None,
            "line": 1,
            "fields": {
                "description": {"before": None, "after": "INT. BAMBOO GROVE - NIGHT"},
                "characters": {"before": None, "after": ["OKINA"]},
            },
            "shots": [],
        }
    ],
    "left_out": [],
}


class ScriptImport(BaseModel):
    """A script to be read into a branch."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"format": "fountain", "text": _EXAMPLE, "dry_run": True}]}
    )

    format: Format = "fountain"
    text: Annotated[str, Field(description="The script itself."), Storable]
    branch_name: Name = "main"
    episode: Annotated[
        Number | None, Field(description="Of scenes for which the script itself names none.")
    ] = None
    dry_run: Annotated[bool, Field(description="Only tell; write nothing.")] = False


class FieldChange(BaseModel):
    """A field before and after; `before` is null where the thing is new."""

    before: Any  # whatever the field holds
    after: Any


class ShotOutcome(BaseModel):
    """What becomes of a shot. `kept`: it is there, and the script does not have it."""

    action: Action
    shot_id: Annotated[int | None, Field(description="Null while it is not made yet.")]
    shot_number: int
    line: Annotated[int | None, Field(description="Where it begins in the script.")]
    fields: dict[str, FieldChange]
    carries: Annotated[
        list[str],
        Field(description="Work that is in a shot that was there: takes, prompt, seed, cast…"),
    ]


class SceneOutcome(BaseModel):
    """What becomes of a scene, and of those of its shots that do not stay as they are."""

    action: Action
    scene_id: int | None
    scene_number: int
    episode: int | None
    line: int | None
    fields: dict[str, FieldChange]
    shots: list[ShotOutcome]


class LeftOutText(BaseModel):
    """Something of a script that a story has no place for."""

    line: int
    what: Annotated[str, Field(description="`note`, `section`, `synopsis`, `transition`…")]
    text: str


class ScriptOutcome(BaseModel):
    """What a script made and changed, or would."""

    model_config = ConfigDict(json_schema_extra={"examples": [_OUTCOME]})

    dry_run: bool
    branch_name: str
    counts: Annotated[dict[Action, int], Field(description="Of scenes.")]
    characters: Annotated[list[str], Field(description="Who was introduced to the project.")]
    scenes: list[SceneOutcome]
    left_out: list[LeftOutText]
