"""What callers send and see of cuts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tower_anime.core.text import Name, RowId, Update
from tower_anime.cuts import examples
from tower_anime.renders.schemas import TakeError


class ItemEdit(BaseModel):
    """One place in a cut: a shot, the take that is shown of it, from where and for how long."""

    shot_id: RowId
    take_id: Annotated[RowId | None, Field(description="Null is a slate.")] = None
    duration: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False, description="Seconds.")]
    skip: Annotated[
        float,
        Field(
            ge=0,
            le=3600,
            allow_inf_nan=False,
            description="Seconds of the take that are left out at its beginning.",
        ),
    ] = 0


class CutCreate(BaseModel):
    """A new cut of a branch; it follows the branch until its items are edited."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CREATE]})

    project_id: RowId
    branch_name: Name = "main"
    name: Name


class CutUpdate(Update):
    """Changes to a cut: what is absent stays; null items follow the branch again."""

    model_config = Update.example(examples.UPDATE)

    name: Name = ""
    items: Annotated[list[ItemEdit], Field(max_length=10_000)] | None = None


class Item(BaseModel):
    """One place in a cut as callers see it; without a take it is a slate."""

    scene_id: int
    shot_id: int
    take_id: int | None
    start: Annotated[float, Field(description="Seconds from the beginning.")]
    duration: Annotated[float, Field(description="Seconds.")]
    skip: Annotated[
        float,
        Field(description="Seconds left out at the take's beginning; absent where there are none."),
    ] = 0


class Report(BaseModel):
    """How the film was made: items copied as they were, encoded to fit, and slates."""

    frames: int
    copied: Annotated[int, Field(description="Items that went in as they were.")]
    encoded: Annotated[int, Field(description="Items that were encoded to fit.")]
    slates: Annotated[int, Field(description="Items that have no take.")]
    unreadable: Annotated[list[int], Field(description="Shots whose media could not be read.")]
    sound: Annotated[bool, Field(description="Whether the film has sound.")]


class Cut(BaseModel):
    """A cut as callers see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CUT]})

    id: int
    project_id: int
    branch_name: str
    name: str
    follows_branch: Annotated[
        bool,
        Field(description="Whether its items are the branch's approved takes, as they are now."),
    ]
    items: list[Item]
    duration: Annotated[float, Field(description="Seconds.")]
    status: Literal["draft", "queued", "running", "done", "failed", "cancelled"]
    progress: Annotated[float, Field(description="From 0 to 1.")]
    media_id: Annotated[str | None, Field(description="The film, once the status is `done`.")]
    report: Annotated[Report | None, Field(description="How the film was made.")]
    error: TakeError | None
    created_at: str
    updated_at: str
    revision: int
    deleted_at: str | None
