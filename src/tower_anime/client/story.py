"""`tower.branches`, `tower.scenes`, `tower.shots`: the story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from tower_anime.client.fields import SceneChange, SceneFields, ShotFields
from tower_anime.client.rows import HasId, KeptRows, Rows, id_of
from tower_anime.story.schemas import Branch, Scene, Shot


class Branches(Rows[Branch]):
    """Lines of the story."""

    _path = "/branches"
    _model = Branch

    def list(self, project: HasId | int, *, limit: int = 100) -> Iterator[Branch]:
        """A project's branches, the oldest first, `limit` a page."""
        path = f"/projects/{id_of(project)}/branches"
        return self._transport.rows(Branch, path, {"limit": limit})


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
        self, shot: HasId | int, *, if_match: int | None = None, **change: Unpack[ShotFields]
    ) -> Shot:
        """Change what is named."""
        return self._update(shot, if_match, change)
