"""Gathers the facts of shots from the story's rows: what a plan is made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import Character
from tower_anime.core.database import Reader
from tower_anime.core.sql import Row
from tower_anime.core.text import nfc
from tower_anime.media.frames import parse_fps
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectSettings
from tower_anime.renders.manifest import Facts, Role
from tower_anime.story import scenes, shot_rows, shots


@dataclass(frozen=True)
class Subject:
    """A shot that may be rendered, with its scene and all that decides its picture."""

    shot: Row
    scene: Row
    settings: ProjectSettings
    facts: Facts

    def stage(self, named: str | None) -> str:
        """The stage that is meant: the named one, or the project's first."""
        return named or self.settings.stages[0].name

    def engine(self, stage: str) -> str:
        """The engine that a stage of the shot is rendered with, unless another is asked for."""
        chosen: str | None = json.loads(self.shot["stages"]).get(stage, {}).get("engine")
        return chosen or self.settings.engine


def of_shot(reader: Reader, shot_id: int) -> Subject:
    """One shot. Raises `NotFound`."""
    shot = shots.find(reader, shot_id)
    scene = scenes.find(reader, shot["scene_id"])
    return next(_subjects(reader, scene["project_id"], [(scene, shot)]))


def of_branch(reader: Reader, project_id: int, branch_id: int) -> list[Subject]:
    """Every shot of a branch, in the order of the story."""
    of_scene = shot_rows.live_of_branch(reader, branch_id)
    pairs = [
        (scene, shot)
        for scene in scenes.in_order(reader, branch_id)
        for shot in of_scene.get(scene["id"], [])
    ]
    return list(_subjects(reader, project_id, pairs))


def _subjects(
    reader: Reader, project_id: int, pairs: Iterable[tuple[Row, Row]]
) -> Iterator[Subject]:
    settings = projects.settings_of(projects.find(reader, project_id))
    known = characters.of_names(reader, project_id)
    for scene, shot in pairs:
        cast = tuple(_cast(reader, known, scene, shot))
        yield Subject(shot, scene, settings, _facts(settings, scene, shot, cast))


def _facts(settings: ProjectSettings, scene: Row, shot: Row, cast: tuple[Role, ...]) -> Facts:
    lines = json.loads(shot["dialogue"])
    return Facts(
        description=shot["prompt"] or shot["description"] or scene["description"],
        dialogue=tuple((line["speaker"], line["line"]) for line in lines),
        camera=shot["camera"],
        duration=shot["duration"],
        cast=cast,
        style=settings.style.prompt,
        width=settings.width,
        height=settings.height,
        fps=parse_fps(settings.fps),
        language=settings.language,
    )


def _cast(reader: Reader, known: dict[str, Row], scene: Row, shot: Row) -> Iterator[Role]:
    """Who is in the shot: whom it casts, or else everyone whom its scene names, each once."""
    casting = json.loads(shot["cast"])
    names = casting or dict.fromkeys(json.loads(scene["characters"]))
    for name in names:
        row = known.get(nfc(name))
        pinned = casting.get(name, {}).get("version")
        if row is None or (pinned or 0) > row["version"]:  # not here: drawn without a picture
            yield Role(name)
        elif pinned is None or pinned == row["version"]:
            yield Role(name, row["version"], row["media_id"])
        else:
            document = characters.version(reader, row["id"], pinned)
            old = Character.model_validate_json(document.json)
            yield Role(name, pinned, old.media_id)
