"""What callers send and see of characters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tower_anime.core.text import LongText, Name, Path, RowId, Sha256, Update, Words

Kind = Literal["character", "location", "prop"]


class Lora(BaseModel):
    """A LoRA and how strongly it is applied."""

    name: Name
    strength: Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)] = 1.0


class LookImage(BaseModel):
    """A picture of a look and what it is for."""

    media_id: Sha256
    role: Annotated[str, Field(max_length=50)] = "reference"


class Look(BaseModel):
    """An outfit, an age: what differs from the character's own appearance."""

    prompt: Words = ""
    images: Annotated[list[LookImage], Field(max_length=32)] = []
    loras: Annotated[list[Lora], Field(max_length=16)] = []


class _Appearance(BaseModel):
    description: Words | None = None
    image_path: Path | None = None
    comfyui_workflow: LongText | None = None
    prompt: Words | None = None
    negative_prompt: Words | None = None
    loras: Annotated[list[Lora], Field(max_length=16)] = []
    looks: Annotated[dict[Name, Look], Field(max_length=64)] = {}
    media_id: Sha256 | None = None


class CharacterCreate(_Appearance):
    """A new character of a project."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "project_id": 1,
                "name": "Hero",
                "description": "Main protagonist",
                "image_path": "/path/to/character.png",
                "comfyui_workflow": "{workflow_json}",
            }
        }
    )

    project_id: RowId
    name: Name
    kind: Kind = "character"


class CharacterUpdate(Update, _Appearance):
    """Changes to a character, which make a new version: what is absent stays."""

    name: Name = ""
    kind: Kind = "character"


class Character(BaseModel):
    """A character as callers see it, in its newest version or an earlier one."""

    id: int
    project_id: int
    name: str
    description: str | None
    version: int
    image_path: str | None
    comfyui_workflow: str | None
    created_at: str
    updated_at: str
    kind: Kind
    prompt: str | None
    negative_prompt: str | None
    loras: list[Lora]
    looks: dict[str, Look]
    media_id: str | None
    revision: int
    deleted_at: str | None
