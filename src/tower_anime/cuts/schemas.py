"""What callers send and see of cuts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from tower_anime.core.text import Name, RowId, Update
from tower_anime.renders.schemas import TakeError


class ItemEdit(BaseModel):
    """One place in a cut: a shot, the take that is shown of it, and for how long."""

    shot_id: RowId
    take_id: RowId | None = None
    duration: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


class CutCreate(BaseModel):
    """A new cut of a branch; it follows the branch until its items are edited."""

    project_id: RowId
    branch_name: Name = "main"
    name: Name


class CutUpdate(Update):
    """Changes to a cut: what is absent stays; null items follow the branch again."""

    name: Name = ""
    items: Annotated[list[ItemEdit], Field(max_length=10_000)] | None = None


class Item(BaseModel):
    """One place in a cut as callers see it; without a take it is a slate."""

    scene_id: int
    shot_id: int
    take_id: int | None
    start: float
    duration: float


class Report(BaseModel):
    """How the film was made: items copied as they were, encoded to fit, and slates."""

    frames: int
    copied: int
    encoded: int
    slates: int
    unreadable: list[int]
    sound: bool


class Cut(BaseModel):
    """A cut as callers see it."""

    id: int
    project_id: int
    branch_name: str
    name: str
    follows_branch: bool
    items: list[Item]
    duration: float
    status: Literal["draft", "queued", "running", "done", "failed", "cancelled"]
    progress: float
    media_id: str | None
    report: Report | None
    error: TakeError | None
    created_at: str
    updated_at: str
    revision: int
    deleted_at: str | None
