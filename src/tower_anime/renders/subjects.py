"""Gathers the facts of shots from the story's rows: what a plan is made from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from tower_anime.characters import service as characters
from tower_anime.core.database import Reader
from tower_anime.core.sql import Row
from tower_anime.core.text import dump, nfc
from tower_anime.media.frames import parse_fps
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectSettings
from tower_anime.renders.manifest import Facts, Lora, Role
from tower_anime.story import scenes, shot_rows, shots

PREVIOUS = '"previous"'  # among a shot's inputs
DEFAULT_LOOK = "default"  # a character's own, where it is described as a look


@dataclass(frozen=True)
class Subject:
    """A shot that may be rendered, with its scene and all that decides its picture."""

    shot: Row
    scene: Row
    settings: ProjectSettings
    facts: Facts
    previous: Row | None  # the shot before it in the story of its branch

    @cached_property
    def stages(self) -> dict[str, Row]:
        """What is chosen and approved for each of its stages, by their names."""
        found: dict[str, Row] = json.loads(self.shot["stages"])
        return found

    @cached_property
    def inputs(self) -> dict[str, Row]:
        """What somebody has given it to start from, by the names of inputs."""
        found: dict[str, Row] = json.loads(self.shot["inputs"])
        return found

    def approved(self, stage: str) -> int | None:
        """The take of a stage that is approved."""
        take_id: int | None = self.stages.get(stage, {}).get("approved_take_id")
        return take_id

    def stage(self, named: str | None) -> str:
        """The stage that is meant: the named one, or the project's first."""
        return named or self.settings.stages[0].name

    def stage_before(self, stage: str) -> str | None:
        """The stage that a shot goes through before this one."""
        names = [s.name for s in self.settings.stages]
        return names[names.index(stage) - 1] if stage in names[1:] else None

    def beside(self, reader: Reader, shot: Row) -> Subject:
        """Another shot of the same branch."""
        return self if shot["id"] == self.shot["id"] else of_shot(reader, shot["id"])


def of_shot(reader: Reader, shot_id: int) -> Subject:
    """One shot. Raises `NotFound`."""
    shot = shots.find(reader, shot_id)
    scene = scenes.find(reader, shot["scene_id"])
    told = next(_subjects(reader, scene["project_id"], [(scene, shot)]))
    if PREVIOUS not in shot["inputs"]:  # then nobody asks which one it is
        return told
    return replace(told, previous=_before(reader, scene, shot))


def of_branch(
    reader: Reader, project_id: int, branch_id: int, chosen: Collection[int] | None = None
) -> list[Subject]:
    """Every shot of a branch, or those chosen by their ids, in the order of the story."""
    return list(each_of_branch(reader, project_id, branch_id, chosen))


def each_of_branch(
    reader: Reader,
    project_id: int,
    branch_id: int,
    chosen: Collection[int] | None = None,
    known: dict[str, Row] | None = None,
) -> Iterator[Subject]:
    """As `of_branch`, one after another, for whoever needs each but for a moment.

    `known` are characters by their names, where others are meant than those that are there.
    """
    if chosen is not None and not chosen:
        return iter(())
    of_scene = shot_rows.live_of_branch(reader, branch_id)
    pairs = (
        (scene, shot)
        for scene in scenes.in_order(reader, branch_id)
        for shot in of_scene.get(scene["id"], [])
    )
    return _subjects(reader, project_id, pairs, chosen, known)


def _subjects(
    reader: Reader,
    project_id: int,
    pairs: Iterable[tuple[Row, Row]],
    chosen: Collection[int] | None = None,
    known: dict[str, Row] | None = None,
) -> Iterator[Subject]:
    settings = projects.settings_of(projects.find(reader, project_id))
    fps = parse_fps(settings.fps)
    casting = _Casting(reader, characters.of_names(reader, project_id) if known is None else known)
    previous = None
    for scene, shot in pairs:
        if chosen is None or shot["id"] in chosen:
            facts = _facts(settings, fps, scene, shot, casting.of(scene, shot))
            yield Subject(shot, scene, settings, facts, previous)
        previous = shot


def _before(reader: Reader, scene: Row, shot: Row) -> Row | None:
    """The shot before one: in its scene, or the last one of the scene before."""
    there = shot_rows.live(reader, scene["id"])
    n = next(n for n, row in enumerate(there) if row["id"] == shot["id"])
    if n > 0:
        return there[n - 1]
    order = scenes.in_order(reader, scene["branch_id"])
    place = next(n for n, row in enumerate(order) if row["id"] == scene["id"])
    return shot_rows.live(reader, order[place - 1]["id"])[-1] if place > 0 else None


def _facts(
    settings: ProjectSettings, fps: Fraction, scene: Row, shot: Row, cast: tuple[Role, ...]
) -> Facts:
    style = settings.style
    return Facts(
        description=shot["description"] or scene["description"],
        dialogue=_lines(shot["dialogue"]),
        camera=shot["camera"],
        duration=shot["duration"],
        cast=cast,
        style=style.prompt,
        width=settings.width,
        height=settings.height,
        fps=fps,
        language=settings.language,
        prompt=shot["prompt"],
        negative_prompt=shot["negative_prompt"],
        negative_style=style.negative_prompt,
        template=style.template,
    )


def _lines(stored: str) -> tuple[tuple[str, str], ...]:
    if stored == "[]":  # as most of ten thousand say
        return ()
    return tuple((line["speaker"], line["line"]) for line in json.loads(stored))


class _Casting:
    """Who is in shots. Many have the same cast, which is drawn up once."""

    def __init__(self, reader: Reader, known: dict[str, Row]) -> None:
        self._reader = reader
        self._known = known
        self._casts: dict[tuple[str, str], tuple[Role, ...]] = {}

    def of(self, scene: Row, shot: Row) -> tuple[Role, ...]:
        """Whom the shot casts, or else everyone whom its scene names, each once."""
        told = shot["cast"], scene["characters"]
        if told not in self._casts:
            casting = json.loads(shot["cast"])
            names = casting or dict.fromkeys(json.loads(scene["characters"]))
            self._casts[told] = tuple(self._role(name, casting.get(name, {})) for name in names)
        return self._casts[told]

    def _role(self, name: str, chosen: Row) -> Role:
        row, pinned = self._known.get(nfc(name)), chosen.get("version")
        if row is None or (pinned or 0) > row["version"]:  # not here: drawn without a picture
            return Role(name)
        if pinned is None or pinned == row["version"]:
            return role(name, row, chosen.get("look"))
        document = characters.version(self._reader, row["id"], pinned)
        return role(name, as_row(document.json), chosen.get("look"))


def as_row(version: str) -> Row:
    """A version of a character, kept as callers see it, as its table keeps it."""
    old: Row = json.loads(version)
    return {**old, "looks": dump(old["looks"]), "loras": dump(old["loras"])}


def role(name: str, row: Row, look: str | None) -> Role:
    """A character as a look of it would be drawn; what the look does not say is its own."""
    looks = json.loads(row["looks"])
    worn = looks.get(look or DEFAULT_LOOK, {})
    images = worn.get("images", [])
    prompts = (row["prompt"], worn.get("prompt"))
    loras = [*json.loads(row["loras"]), *worn.get("loras", [])]
    return Role(
        name,
        row["version"],
        images[0]["media_id"] if images else row["media_id"],
        ", ".join(text for text in prompts if text),
        row["negative_prompt"] or "",
        tuple(Lora(lora["name"], lora["strength"]) for lora in loras),
        row["comfyui_workflow"],
    )
