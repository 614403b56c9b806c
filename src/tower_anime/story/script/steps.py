"""What a plan compares, and what it comes to: scenes and shots that are there, and steps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from tower_anime.story.script.model import Line, lines_of

Action = Literal["create", "update", "unchanged", "kept"]
Value = str | float | None | list[str] | list[dict[str, object]]
Spoken = dict[str, object]  # a line of dialogue as its shot keeps it


@dataclass(frozen=True)
class StoredShot:
    """A shot that is there; `carries` names the work that is in it."""

    id: int
    number: int
    position: float
    lineage: int
    description: str
    dialogue: Sequence[Spoken]
    duration: float
    camera: str = ""
    prompt: str | None = None
    negative_prompt: str | None = None
    seed: str | None = None
    carries: tuple[str, ...] = ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What is said in it, as scripts say it."""
        return lines_of((str(said["speaker"]), str(said["line"])) for said in self.dialogue)


@dataclass(frozen=True)
class StoredScene:
    """A scene that is there."""

    id: int
    number: int
    position: float
    lineage: int
    episode: int | None
    description: str
    characters: tuple[str, ...]
    shots: tuple[StoredShot, ...]


@dataclass(frozen=True)
class Step:
    """What becomes of one scene or shot: its new values, by the names of its fields."""

    action: Action
    id: int | None  # that of what is there
    number: int
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    source: int | None = None  # the line of the script


@dataclass(frozen=True)
class ShotStep(Step):
    """What becomes of a shot."""

    carries: tuple[str, ...] = ()


@dataclass(frozen=True)
class SceneStep(Step):
    """What becomes of a scene and its shots."""

    episode: int | None = None
    shots: tuple[ShotStep, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Every scene of the script in its order, then those it does not have; whom to introduce."""

    scenes: tuple[SceneStep, ...]
    characters: tuple[str, ...]


def leave_changes(
    before: dict[str, Value], after: dict[str, Value], same: Callable[[str, Value, Value], bool]
) -> None:
    """Leave what changes."""
    for name in list(before):
        if name not in after or same(name, before[name], after[name]):
            after.pop(name, None)
            del before[name]
