"""What callers send and see of projects."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from tower_anime.core.text import JsonObject, Label, Name, RowId, Storable, Update, Words
from tower_anime.media.frames import film_clock, parse_fps
from tower_anime.projects import examples

ENGINES = ("animatic", "comfyui")
FASTEST = 240  # frames a second
CLOCK_BITS = 31


def _filmable(text: str) -> str:
    fps = parse_fps(text)
    if not 1 <= fps <= FASTEST:
        raise ValueError(f"a film has 1 to {FASTEST} frames a second")
    if film_clock(fps) >= 2**CLOCK_BITS:
        raise ValueError(
            f"its least common multiple with 48000 samples of sound must be below 2^{CLOCK_BITS};"
            " take a usual rate, such as 24/1 or 24000/1001"
        )
    return text


def _is_here(engine: str) -> str:
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; this service has: {', '.join(ENGINES)}")
    return engine


Fps = Annotated[
    str,
    Field(pattern=r"^[1-9][0-9]{0,5}/[1-9][0-9]{0,4}$", description="Frames a second, as `24/1`."),
    AfterValidator(_filmable),
]
Engine = Annotated[str, Field(max_length=100), Storable]
EngineHere = Annotated[Engine, AfterValidator(_is_here)]
StageName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Language = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Side = Annotated[int, Field(ge=16, le=4096, multiple_of=2, description="Pixels; an even number.")]


class Style(BaseModel):
    """Words that go with every shot of the project."""

    prompt: Annotated[Words, Field(description="Words that begin each prompt.")] = ""
    negative_prompt: Annotated[Words, Field(description="What no picture is to show.")] = ""
    template: Annotated[
        Words, Field(description="How a prompt is put together; empty: the usual way.")
    ] = ""


class Stage(BaseModel):
    """One stage that each shot goes through."""

    name: StageName
    workflow_id: RowId | None = None


class ProjectSettings(BaseModel):
    """How a project's shots are made where nothing nearer says otherwise."""

    width: Side = 1280
    height: Side = 720
    fps: Fps = "24/1"
    style: Style = Style()
    stages: Annotated[list[Stage], Field(min_length=1, max_length=8)] = [Stage(name="video")]
    engine: EngineHere = "animatic"
    language: Language = "en"

    @field_validator("stages")
    @classmethod
    def _each_once(cls, stages: list[Stage]) -> list[Stage]:
        if len({stage.name for stage in stages}) < len(stages):
            raise ValueError("each stage has a name of its own")
        return stages


class StoredSettings(ProjectSettings):
    """The settings as they were chosen: by now, the engine may be gone."""

    engine: Engine = "animatic"


class ProjectCreate(BaseModel):
    """A new project."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CREATE]})

    name: Name
    description: Words | None = None
    status: Annotated[Label, Field(description="Any word; `active` as it begins.")] = "active"
    metadata: Annotated[
        JsonObject | None, Field(description="Anything that belongs to the project, as JSON.")
    ] = None
    settings: ProjectSettings = ProjectSettings()


class ProjectUpdate(Update):
    """Changes to a project: what is absent stays; null clears what can be empty."""

    model_config = Update.example(examples.UPDATE)

    name: Name = ""
    description: Words | None = None
    status: Label = ""
    metadata: JsonObject | None = None
    settings: ProjectSettings = ProjectSettings()


class Project(BaseModel):
    """A project as callers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROJECT]})

    id: int
    name: str
    description: str | None
    status: Annotated[str, Field(description="Any word.")]
    created_at: str
    updated_at: str
    metadata: Annotated[
        dict[str, Any] | None, Field(description="What was stored, as it was.")
    ]  # whatever was stored
    settings: StoredSettings
    revision: int
    deleted_at: str | None
