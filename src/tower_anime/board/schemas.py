"""What callers see of boards and overviews."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tower_anime.board import examples
from tower_anime.renders.schemas import Status
from tower_anime.story.schemas import Scene


class Picture(BaseModel):
    """What a scene looks like: its first shot's approved take, or else its newest done one."""

    shot_id: int
    take_id: int
    number: Annotated[int, Field(description="The take's number.")]
    is_approved: bool
    media_id: str
    kind: Literal["image", "video", "audio"]
    duration: Annotated[float | None, Field(description="Seconds.")]


class Candidate(BaseModel):
    """The newest done take of a shot with nothing approved, unless it was rejected."""

    shot_id: int
    take_id: int


class SceneCard(Scene):
    """A scene as its card on the board shows it."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CARD]})

    shot_ids: Annotated[list[int], Field(description="Its shots, in order.")]
    duration: Annotated[float, Field(description="Of all its shots, in seconds.")]
    approved: Annotated[int, Field(description="How many of its shots have an approved take.")]
    takes: Annotated[
        dict[Status, int], Field(description="How many takes of its shots have each status.")
    ]
    candidates: Annotated[
        list[Candidate],
        Field(description="What waits to be judged: of each shot with nothing approved, its take."),
    ]
    picture: Annotated[
        Picture | None, Field(description="Null while no take of its first shot is done.")
    ]


class ReelTake(BaseModel):
    """What can be shown of a shot: a finished take and its medium."""

    take_id: int
    number: Annotated[int, Field(description="The take's number.")]
    stage: str
    media_id: str
    kind: Literal["image", "video", "audio"]
    duration: Annotated[float | None, Field(description="Seconds.")]


class ReelShot(BaseModel):
    """A shot as material for a cut."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REEL_SHOT]})

    scene_id: int
    scene_number: int
    shot_id: int
    shot_number: int
    description: Annotated[str, Field(description="The shot's words, or else its scene's.")]
    duration: Annotated[float, Field(description="Seconds.")]
    approved_take_id: int | None
    takes: Annotated[list[ReelTake], Field(description="The newest first.")]


class Overview(BaseModel):
    """What is in a project, and what happens there."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.OVERVIEW]})

    project_id: int
    branches: int
    scenes: Annotated[int, Field(description="Of all branches, a scene they share counted once.")]
    characters: Annotated[int, Field(description="Without locations and props.")]
    queued: Annotated[int, Field(description="How many takes wait.")]
    running: Annotated[int, Field(description="How many takes are being rendered.")]
    media_id: Annotated[
        str | None, Field(description="A picture of it: the first approved take, or the newest.")
    ]
    changed_at: str
    changed: Annotated[str, Field(description="The newest change, for a person.")]
    changed_by: str | None


class TakesOfVersion(BaseModel):
    """How many done takes of a shot show one version of a character."""

    version: Annotated[
        int | None, Field(description="Null: drawn by its name, before it was introduced.")
    ]
    count: int


class ApprovedVersion(BaseModel):
    """The version that a shot's approved take shows."""

    take_id: int
    version: int | None


class Appearance(BaseModel):
    """A shot that a character is in."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.APPEARANCE]})

    branch_id: int
    branch_name: str
    scene_id: int
    scene_number: int
    shot_id: int
    shot_number: int
    version: Annotated[
        int | None, Field(description="The version that the shot keeps to; null is the newest.")
    ]
    look: str | None
    takes: Annotated[list[TakesOfVersion], Field(description="Of its done takes that show it.")]
    approved: Annotated[
        ApprovedVersion | None, Field(description="Null where the approved take does not show it.")
    ]
