"""The fields that each kind of row takes, as keyword arguments. What is absent stays as it is.

Bounds and meaning are those of the schemas of the same names: a `SceneChange` is what
`tower_anime.story.schemas.SceneUpdate` takes. Where a schema is named among the types, a JSON
object does as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from tower_anime.characters.schemas import Kind, Look, Lora
from tower_anime.client.bodies import Json
from tower_anime.cuts.schemas import Item, ItemEdit
from tower_anime.projects.schemas import ProjectSettings
from tower_anime.story.schemas import Casting, Input, Line, StageChoice
from tower_anime.workflows.schemas import Binding


class ProjectFields(TypedDict, total=False):
    """What a project has besides its name."""

    description: str | None
    status: str
    metadata: Json | None
    settings: ProjectSettings | Json


class ProjectChange(ProjectFields, total=False):
    """Changes to a project."""

    name: str


class CharacterFields(TypedDict, total=False):
    """What a character has besides its name."""

    kind: Kind
    description: str | None
    image_path: str | None
    comfyui_workflow: str | None
    prompt: str | None
    negative_prompt: str | None
    loras: Sequence[Lora | Json]
    looks: Mapping[str, Look | Json]
    media_id: str | None


class CharacterChange(CharacterFields, total=False):
    """Changes to a character."""

    name: str


class BranchChange(TypedDict, total=False):
    """Changes to a branch."""

    name: str
    description: str | None


class EngineFields(TypedDict, total=False):
    """What an engine has besides its address."""

    name: str | None
    enabled: bool


class EngineChange(TypedDict, total=False):
    """Changes to an engine."""

    name: str
    url: str
    enabled: bool


class SceneFields(TypedDict, total=False):
    """What a scene has besides its place and its words."""

    branch_name: str
    characters: Sequence[str]
    status: str
    video_path: str | None
    episode: int | None
    workflow_id: int | None


class SceneChange(TypedDict, total=False):
    """Changes to a scene."""

    scene_number: int
    description: str
    characters: Sequence[str]
    status: str
    video_path: str | None
    episode: int | None
    workflow_id: int | None


class ShotFields(TypedDict, total=False):
    """What a shot has, new or changed; `duration` in seconds."""

    shot_number: int
    description: str
    prompt: str | None
    negative_prompt: str | None
    dialogue: Sequence[Line | Json]
    duration: float
    camera: str
    seed: int | str | None
    cast: Mapping[str, Casting | Json]
    inputs: Mapping[str, Input | Json]
    stages: Mapping[str, StageChoice | Json]


class ShotChange(ShotFields, total=False):
    """Changes to a shot; `scene_id` is the scene of the same branch that it moves to."""

    scene_id: int


class WorkflowChange(TypedDict, total=False):
    """Changes to a workflow; `project_id` of None makes it one for every project."""

    name: str
    project_id: int | None
    graph: Json
    bindings: Mapping[str, Sequence[Binding | Json]]


class CutChange(TypedDict, total=False):
    """Changes to a cut; `items` of None follow the branch again."""

    name: str
    items: Sequence[ItemEdit | Item | Json] | None
