"""`tower.scenes` and `tower.shots`: the story."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import Unpack

from tower_anime.client import answers
from tower_anime.client.fields import SceneChange, SceneFields, ShotChange, ShotFields
from tower_anime.client.rows import HasId, KeptRows, id_of
from tower_anime.story.branch_schemas import SceneThen
from tower_anime.story.schemas import Scene, Shot


class Scenes(KeptRows[Scene]):
    """Numbered parts of a branch."""

    _path = "/scenes"
    _model = Scene

    def list(
        self,
        *,
        project_id: int | None = None,
        branch_name: str | None = None,
        deleted: bool = False,
        limit: int = 100,
    ) -> Iterator[Scene]:
        """Scenes by their number, `limit` a page; `deleted` lists the trash."""
        query = {"project_id": project_id, "branch_name": branch_name}
        return self._transport.rows(
            Scene, self._path, {**query, "deleted": deleted, "limit": limit}
        )

    def create(
        self, project_id: int, scene_number: int, description: str, **fields: Unpack[SceneFields]
    ) -> Scene:
        """Write a scene, with one shot, into a branch. Raises `Refused` or `NotFound`."""
        place = {"project_id": project_id, "scene_number": scene_number}
        return self._create(self._path, {**place, "description": description, **fields})

    def update(
        self, scene: HasId | int, *, if_match: int | None = None, **change: Unpack[SceneChange]
    ) -> Scene:
        """Change what is named."""
        return self._update(scene, if_match, change)

    def reorder(
        self, project_id: int, scenes: Sequence[HasId | int], *, branch_name: str = "main"
    ) -> builtins.list[Scene]:
        """Put scenes of an episode in another order; each takes a place of one of those named."""
        ids = [id_of(scene) for scene in scenes]
        asked = {"project_id": project_id, "branch_name": branch_name, "scene_ids": ids}
        response = self._transport.write("POST", f"{self._path}/reorder", asked)
        return answers.many(Scene, response)

    def revisions(self, scene: HasId | int, *, limit: int = 100) -> Iterator[SceneThen]:
        """Every state of a scene with its shots, the newest first, `limit` a page."""
        return self._transport.rows(SceneThen, self._at(scene, "/revisions"), {"limit": limit})

    def restore_revision(self, scene: HasId | int, number: int) -> Scene:
        """Go back to an earlier state of a scene and its shots; it becomes a new one."""
        return self._do(scene, f"/revisions/{number}/restore")


class Shots(KeptRows[Shot]):
    """The parts of a scene that are rendered."""

    _path = "/shots"
    _model = Shot

    def list(
        self, scene: HasId | int, *, deleted: bool = False, limit: int = 100
    ) -> Iterator[Shot]:
        """A scene's shots in order, `limit` a page; `deleted` lists the trash."""
        query = {"deleted": deleted, "limit": limit}
        return self._transport.rows(Shot, f"/scenes/{id_of(scene)}/shots", query)

    def create(self, scene: HasId | int, **fields: Unpack[ShotFields]) -> Shot:
        """Add a shot at the end of a scene. Raises `Refused` or `NotFound`."""
        return self._create(f"/scenes/{id_of(scene)}/shots", fields)

    def update(
        self, shot: HasId | int, *, if_match: int | None = None, **change: Unpack[ShotChange]
    ) -> Shot:
        """Change what is named; `scene_id` moves it to the end of another scene."""
        return self._update(shot, if_match, change)

    def reorder(self, scene: HasId | int, shots: Sequence[HasId | int]) -> builtins.list[Shot]:
        """Put shots of a scene in another order, each in a place of one of those named; all."""
        asked = {"shot_ids": [id_of(shot) for shot in shots]}
        path = f"/scenes/{id_of(scene)}/shots/reorder"
        return answers.many(Shot, self._transport.write("POST", path, asked))
