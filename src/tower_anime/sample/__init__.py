"""The sample production: a retelling of Princess Kaguya's tale, shown by `make demo`.

The film is `bamboo.toml`, its characters' pictures are PNGs rendered from the SVGs beside them.
`workflow.json` is a graph that any ComfyUI server runs, `bindings.json` says what takes what in it.
Nothing here knows the service: whoever loads the sample hands it in like anybody else's story.
"""

import json
import tomllib
from importlib.resources import files
from typing import Any, NotRequired, TypedDict, cast

_folder = files(__name__)


class Style(TypedDict):
    """The words that every shot's prompt begins with, and those it keeps away."""

    prompt: str
    negative_prompt: str


class Settings(TypedDict):
    """The film's format: pixels, frames a second as a fraction ("24/1"), BCP 47 language."""

    width: int
    height: int
    fps: str
    language: str
    style: Style


class Project(TypedDict):
    """The production's front page."""

    name: str
    description: str
    metadata: dict[str, str]
    settings: Settings


class Character(TypedDict):
    """One of the cast; `image` is a name that `picture` takes."""

    name: str
    description: str
    prompt: str
    image: str


class Line(TypedDict):
    """A line of dialogue; `speaker` is a character's name."""

    speaker: str
    line: str


class Shot(TypedDict):
    """A shot, `duration` in seconds. A silent one has no `dialogue`."""

    description: str
    duration: float
    camera: str
    dialogue: NotRequired[list[Line]]


class ShotFields(TypedDict):
    """A shot as a service takes it; the `cast` are names, each with nothing pinned."""

    description: str
    duration: float
    camera: str
    dialogue: list[Line]
    cast: dict[str, dict[str, str]]


class Scene(TypedDict):
    """A scene; `characters` are names, the first shot establishes the place."""

    number: int
    description: str
    characters: list[str]
    shots: list[Shot]


class Production(TypedDict):
    """The whole film, as `bamboo.toml` writes it."""

    project: Project
    characters: list[Character]
    scenes: list[Scene]


def load() -> Production:
    """The sample production; its paragraphs are single lines, however the file wraps them."""
    document = tomllib.loads(_folder.joinpath("bamboo.toml").read_text(encoding="utf-8"))
    return cast("Production", _unwrapped(document))


def fields(scene: Scene, shot: Shot) -> ShotFields:
    """A shot of a scene as it is handed in; a close-up shows only who speaks in it."""
    dialogue = shot.get("dialogue", [])
    speakers = {line["speaker"] for line in dialogue}
    seen = [name for name in scene["characters"] if name in speakers]
    close = "close" in shot["camera"].lower()
    return {
        "description": shot["description"],
        "duration": shot["duration"],
        "camera": shot["camera"],
        "dialogue": dialogue,
        "cast": {name: {} for name in seen} if close else {},
    }


def picture(name: str) -> bytes:
    """A character's picture: a PNG of 768x1024 pixels with transparent background.

    Raises KeyError when no character of the sample has a picture of that name.
    """
    if name not in {character["image"] for character in load()["characters"]}:
        raise KeyError(name)
    return _folder.joinpath(name).read_bytes()


def workflow() -> dict[str, Any]:  # any graph's JSON
    """A graph in ComfyUI's API format that needs no model, only nodes that come with ComfyUI."""
    graph: dict[str, Any] = json.loads(_folder.joinpath("workflow.json").read_bytes())
    return graph


def bindings() -> dict[str, list[dict[str, str]]]:
    """Which inputs of `workflow` take what, by the names that the service gives them."""
    bound: dict[str, list[dict[str, str]]] = json.loads(
        _folder.joinpath("bindings.json").read_bytes()
    )
    return bound


def _unwrapped(value: Any) -> Any:  # Any: what TOML can hold is a recursive type
    match value:
        case str():
            return " ".join(value.split())
        case list():
            return [_unwrapped(item) for item in value]
        case dict():
            return {key: _unwrapped(item) for key, item in value.items()}
        case _:
            return value
