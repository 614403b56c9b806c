"""What callers send and see of branches, scenes and shots."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

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
from tower_anime.story import examples

Characters = Annotated[list[Name], Field(max_length=200)]
ShortText = Annotated[str, Field(max_length=2_000), Storable]


def _seed(value: object) -> object:
    """A seed above 2^53 - 1 travels as a string, of 20 digits at the most."""
    digits = isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdigit()
    return int(str(value)) if digits else value


Seed = Annotated[
    int,
    Field(ge=0, le=2**64 - 1),
    BeforeValidator(_seed),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
                {"type": "string", "pattern": "^[0-9]{1,20}$"},
            ]
        }
    ),
]


class Branch(BaseModel):
    """A line of the story."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.BRANCH]})

    id: int
    project_id: int
    name: str
    parent_id: Annotated[int | None, Field(description="The branch that it was forked from.")]
    forked_at: Annotated[int | None, Field(description="The change after which it was forked.")]
    description: str | None
    created_at: str
    updated_at: str
    revision: int
    deleted_at: str | None


class SceneCreate(BaseModel):
    """A new scene of a branch."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCENE_CREATE]})

    project_id: RowId
    branch_name: Annotated[
        Name, Field(description="A branch that nobody has named yet is made.")
    ] = "main"
    scene_number: Annotated[
        Number, Field(description="Its number in the story; numbers may repeat.")
    ]
    description: Words
    characters: Annotated[Characters, Field(description="The names of who is in it.")] = []
    status: Annotated[Label, Field(description="Any word.")] = "pending"
    video_path: Annotated[
        Path | None,
        Field(description="Where its film is; null follows the first shot's approved take."),
    ] = None
    episode: Annotated[Number | None, Field(description="The episode that it is part of.")] = None
    workflow_id: Annotated[
        RowId | None,
        Field(description="Of its shots, where they have none; null is the project's."),
    ] = None


class SceneUpdate(Update):
    """Changes to a scene: what is absent stays; null clears what can be empty."""

    model_config = Update.example(examples.SCENE_UPDATE)

    scene_number: Annotated[
        Number, Field(description="Its number in the story; numbers may repeat.")
    ] = 0
    description: Words = ""
    characters: Annotated[Characters, Field(description="The names of who is in it.")] = Field(
        default_factory=list
    )
    status: Label = ""
    video_path: Annotated[
        Path | None,
        Field(description="Where its film is; null follows the first shot's approved take."),
    ] = None
    episode: Number | None = None
    workflow_id: Annotated[
        RowId | None,
        Field(description="Of its shots, where they have none; null is the project's."),
    ] = None


class Scene(BaseModel):
    """A scene as callers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SCENE]})

    id: int
    project_id: int
    branch_name: str
    scene_number: int
    description: str
    characters: list[str]
    video_path: Annotated[
        str | None,
        Field(
            description="Where its film is: of the first shot's approved take, or what was written."
        ),
    ]
    status: str
    created_at: str
    updated_at: str
    lineage: Annotated[
        int,
        Field(description="The same on every branch: the id of the first scene that this one was."),
    ]
    position: Annotated[float, Field(description="The order of scenes with the same number.")]
    episode: int | None
    revision: int
    deleted_at: str | None
    workflow_id: int | None


class Line(BaseModel):
    """A line of dialogue; its id stays with it through edits and merges."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")] | None = None
    speaker: Annotated[str, Field(max_length=255), Storable] = ""
    line: Annotated[str, Field(max_length=5_000), Storable]
    translations: Annotated[
        dict[Annotated[str, Field(max_length=35), Storable], ShortText], Field(max_length=50)
    ] = {}
    media_id: Sha256 | None = None


class Casting(BaseModel):
    """How a character appears in a shot: a pinned version, a look."""

    version: Annotated[
        Annotated[int, Field(ge=1, le=2**31 - 1)] | None,
        Field(description="A pinned version; null is the newest."),
    ] = None
    look: Annotated[
        Name | None, Field(description="A look of the character by its name; null is its own.")
    ] = None


class Input(BaseModel):
    """A picture or film that a shot starts from: a medium, or a frame of another shot's take."""

    media_id: Sha256 | None = None
    shot: Annotated[
        RowId | Literal["previous"] | None,
        Field(description="The `lineage` of a shot of the project, or the shot before this one."),
    ] = None
    stage: Annotated[
        StageName | None, Field(description="Of that shot, the stage; null is its last.")
    ] = None
    frame: Annotated[
        Literal["first", "last"] | None, Field(description="Which frame of that shot's take.")
    ] = None

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

    @field_validator("dialogue")
    @classmethod
    def _each_line_once(cls, lines: list[Line]) -> list[Line]:
        ids = [line.id for line in lines if line.id is not None]
        if len(set(ids)) < len(ids):
            raise ValueError("two lines have the same id")
        return lines


class ShotCreate(_ShotFields):
    """A new shot at the end of a scene."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHOT_CREATE]})


class ShotUpdate(Update, _ShotFields):
    """Changes to a shot: what is absent stays; null clears what can be empty."""

    model_config = Update.example(examples.SHOT_UPDATE)

    shot_number: Number = 0
    scene_id: Annotated[
        RowId, Field(description="The scene of the same branch that it moves to, at its end.")
    ] = 0


class Shot(BaseModel):
    """A shot as callers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SHOT]})

    id: int
    scene_id: int
    shot_number: int
    position: Annotated[float, Field(description="Its place in its scene.")]
    lineage: Annotated[
        int,
        Field(description="The same on every branch: the id of the first shot that this one was."),
    ]
    description: str
    prompt: Annotated[
        str | None, Field(description="The words for the engine; null has them composed.")
    ]
    negative_prompt: str | None
    dialogue: list[Line]
    duration: Annotated[float, Field(description="Seconds.")]
    camera: str
    seed: int | str | None
    cast: dict[str, Casting]
    inputs: dict[str, Input]
    stages: Annotated[
        dict[str, StageState], Field(description="What it chose, and has approved, for each stage.")
    ]
    approved_take_id: Annotated[
        int | None, Field(description="The approved take of the furthest stage.")
    ]
    created_at: str
    updated_at: str
    deleted_at: str | None
