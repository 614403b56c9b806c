"""What callers send and see of characters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tower_anime.characters import examples
from tower_anime.core.text import LongText, Name, Path, RowId, Sha256, Storable, Update, Words

Kind = Literal["character", "location", "prop"]


class Lora(BaseModel):
    """A LoRA and how strongly it is applied."""

    name: Annotated[Name, Field(description="The LoRA's file, without its ending.")]
    strength: Annotated[
        float,
        Field(
            ge=-10,
            le=10,
            allow_inf_nan=False,
            strict=True,
            description="How strongly it is applied; 1 is as it was trained.",
        ),
    ] = 1.0


class LookImage(BaseModel):
    """A picture of a look and what it is for."""

    media_id: Sha256
    role: Annotated[str, Field(max_length=50), Storable] = "reference"


class Look(BaseModel):
    """An outfit, an age: what differs from the character's own appearance."""

    prompt: Words = ""
    images: Annotated[list[LookImage], Field(max_length=32)] = []
    loras: Annotated[list[Lora], Field(max_length=16)] = []


class _Appearance(BaseModel):
    description: Words | None = None
    image_path: Annotated[
        Path | None, Field(description="A path of the caller's own; the service never opens it.")
    ] = None
    comfyui_workflow: Annotated[LongText | None, Field(description="Kept as it is given.")] = None
    prompt: Annotated[Words | None, Field(description="The words that draw it.")] = None
    negative_prompt: Annotated[
        Words | None, Field(description="What no picture of it is to show.")
    ] = None
    loras: Annotated[list[Lora], Field(max_length=16)] = []
    looks: Annotated[
        dict[Name, Look], Field(max_length=64, description="Outfits and ages by their names.")
    ] = {}
    media_id: Sha256 | None = None


class CharacterCreate(_Appearance):
    """A new character of a project."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CREATE]})

    project_id: RowId
    name: Name
    kind: Kind = "character"


class CharacterUpdate(Update, _Appearance):
    """Changes to a character, which make a new version: what is absent stays."""

    model_config = Update.example(examples.UPDATE)

    name: Name = ""
    kind: Kind = "character"


class Character(BaseModel):
    """A character as callers see it, in its newest version or an earlier one."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHARACTER]})

    id: int
    project_id: int
    name: str
    description: str | None
    version: Annotated[int, Field(description="The newest is the highest; each change adds one.")]
    image_path: str | None
    comfyui_workflow: str | None
    created_at: str
    updated_at: str
    kind: Kind
    prompt: str | None
    negative_prompt: str | None
    loras: list[Lora]
    looks: dict[str, Look]
    media_id: Annotated[str | None, Field(description="The medium that is its picture.")]
    revision: int
    deleted_at: str | None
