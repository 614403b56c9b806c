"""What callers send and see of branches, scenes and shots."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tower_anime.core.text import (
    JsonObject,
    Label,
    Name,
    Number,
    Path,
    RowId,
    Sha256,
    Storable,
    Update,
    Words,
)
from tower_anime.projects.schemas import Engine, EngineHere, StageName

Characters = Annotated[list[Name], Field(max_length=200)]
ShortText = Annotated[str, Field(max_length=2_000), Storable]


def _seed(value: object) -> object:
    """A seed above 2^53 - 1 travels as a string, of 20 digits at the most."""
    digits = isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit()
    return int(str(value)) if digits else value


Seed = Annotated[int, BeforeValidator(_seed), Field(ge=0, le=2**64 - 1)]


class Branch(BaseModel):
    """A line of the story."""

    id: int
    project_id: int
    name: str
    parent_id: int | None
    forked_at: int | None
    description: str | None
    created_at: str
    updated_at: str
    revision: int
    deleted_at: str | None


class SceneCreate(BaseModel):
    """A new scene of a branch."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "project_id": 1,
                "branch_name": "main",
                "scene_number": 1,
                "description": "Opening scene with hero introduction",
                "characters": ["Hero", "Sidekick"],
            }
        }
    )

    project_id: RowId
    branch_name: Name = "main"
    scene_number: Number
    description: Words
    characters: Characters = []
    status: Label = "pending"
    video_path: Path | None = None
    episode: Number | None = None


class SceneUpdate(Update):
    """Changes to a scene: what is absent stays; null clears what can be empty."""

    scene_number: Number = 0
    description: Words = ""
    characters: Characters = Field(default_factory=list)
    status: Label = ""
    video_path: Path | None = None
    episode: Number | None = None


class Scene(BaseModel):
    """A scene as callers see it."""

    id: int
    project_id: int
    branch_name: str
    scene_number: int
    description: str
    characters: list[str]
    video_path: str | None
    status: str
    created_at: str
    updated_at: str
    lineage: int
    position: float
    episode: int | None
    revision: int
    deleted_at: str | None


class Line(BaseModel):
    """A line of dialogue; its id stays with it through edits and merges."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")] | None = None
    speaker: Annotated[str, Field(max_length=255), Storable] = ""
    line: Annotated[str, Field(max_length=5_000), Storable]
    translations: Annotated[
        dict[Annotated[str, Field(max_length=35)], ShortText], Field(max_length=50)
    ] = {}
    media_id: Sha256 | None = None


class Casting(BaseModel):
    """How a character appears in a shot: a pinned version, a look."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    look: Name | None = None


class Input(BaseModel):
    """A picture or film that a shot starts from: a medium, or a frame of another shot's take."""

    media_id: Sha256 | None = None
    shot: RowId | Literal["previous"] | None = None
    stage: StageName | None = None
    frame: Literal["first", "last"] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Input:
        if (self.media_id is None) == (self.shot is None):
            raise ValueError("name either media_id or shot")
        return self


class StageChoice(BaseModel):
    """What a shot chooses for one stage. Approvals are made with `approve`."""

    workflow_id: RowId | None = None
    engine: EngineHere | None = None
    settings: JsonObject = {}


class StageState(StageChoice):
    """One stage of a shot as callers see it; a stored engine may be gone by now."""

    engine: Engine | None = None
    approved_take_id: int | None = None
    approved_media_id: str | None = None


class _ShotFields(BaseModel):
    shot_number: Number | None = None
    description: Words = ""
    prompt: Words | None = None
    negative_prompt: Words | None = None
    dialogue: Annotated[list[Line], Field(max_length=200)] = []
    duration: Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)] = 4.0
    camera: ShortText = ""
    seed: Seed | None = None
    cast: Annotated[dict[Name, Casting], Field(max_length=200)] = {}
    inputs: Annotated[dict[Label, Input], Field(max_length=16)] = {}
    stages: Annotated[dict[StageName, StageChoice], Field(max_length=8)] = {}


class ShotCreate(_ShotFields):
    """A new shot at the end of a scene."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "description": "She turns to the window; the moon is full.",
                "duration": 4,
                "camera": "slow push in",
                "dialogue": [{"speaker": "Hero", "line": "It is time."}],
            }
        }
    )


class ShotUpdate(Update, _ShotFields):
    """Changes to a shot: what is absent stays; null clears what can be empty."""

    shot_number: Number = 0


class Shot(BaseModel):
    """A shot as callers see it."""

    id: int
    scene_id: int
    shot_number: int
    position: float
    lineage: int
    description: str
    prompt: str | None
    negative_prompt: str | None
    dialogue: list[Line]
    duration: float
    camera: str
    seed: int | str | None
    cast: dict[str, Casting]
    inputs: dict[str, Input]
    stages: dict[str, StageState]
    approved_take_id: int | None
    created_at: str
    updated_at: str
    deleted_at: str | None
