"""What flows along the links of a graph, and what a node is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PIL import Image

from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.folders import Folders

Pictures = list[Image.Image]  # IMAGE: a batch of RGB pictures of one size
Masks = list[Image.Image]  # MASK: a batch of grey pictures


@dataclass(frozen=True)
class Model:
    """A MODEL, CLIP or VAE: the names of the files that it was made of."""

    names: tuple[str, ...]

    def along(self, name: str) -> Model:
        """The same with a LoRA on it."""
        return replace(self, names=(*self.names, name))


@dataclass(frozen=True)
class Conditioning:
    """A CONDITIONING: what a prompt says, and a picture to begin with."""

    text: str
    start: Image.Image | None = None


@dataclass(frozen=True)
class Latent:
    """A LATENT: its size in pixels, how many pictures, and whether they are frames of a film."""

    width: int
    height: int
    count: int
    film: bool = False
    pictures: tuple[Image.Image, ...] = ()


@dataclass(frozen=True)
class Video:
    """A VIDEO."""

    pictures: tuple[Image.Image, ...]
    fps: float


class Job(Protocol):
    """What a node knows of the job that it runs in."""

    behaviour: Behaviour
    folders: Folders
    graph: dict[str, Any]
    extra: dict[str, Any]

    def step(self, value: int, most: int, picture: Image.Image | None) -> None:
        """Tell that the node has come so far; raises `Interrupted` when the job is stopped."""

    def tag(self) -> str:
        """Five letters of a node's own, for the names of temporary files."""


@dataclass(frozen=True)
class Result:
    """What a node made: a value for each slot, and what it tells of its output."""

    values: tuple[Any, ...] = ()
    told: dict[str, Any] | None = None


@dataclass(frozen=True)
class Call:
    """One run of a node: its job, its id, and its inputs with links followed."""

    job: Job
    node_id: str
    inputs: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.inputs[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An input that need not be connected."""
        return self.inputs.get(name, default)


Node = Callable[[Call], Result]


def values(*made: Any) -> Result:
    """The result of a node that has no output of its own."""
    return Result(made)
