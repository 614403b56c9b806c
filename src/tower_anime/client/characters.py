"""`tower.characters`: who is in a production, and all their versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Unpack

from tower_anime.board.schemas import Appearance
from tower_anime.characters.schemas import Character, Kind
from tower_anime.client import answers
from tower_anime.client.bodies import Source
from tower_anime.client.fields import CharacterChange, CharacterFields
from tower_anime.client.rows import HasId, KeptRows, id_of, revision_of
from tower_anime.renders.schemas import Foreseen


class Characters(KeptRows[Character]):
    """Characters, locations and props."""

    _path = "/characters"
    _model = Character

    def list(
        self,
        *,
        project_id: int | None = None,
        kind: Kind = "character",
        deleted: bool = False,
        limit: int = 100,
    ) -> Iterator[Character]:
        """Characters, the newest first, `limit` a page; `deleted` lists the trash."""
        query = {"project_id": project_id, "kind": kind, "deleted": deleted, "limit": limit}
        return self._transport.rows(Character, self._path, query)

    def create(self, project_id: int, name: str, **fields: Unpack[CharacterFields]) -> Character:
        """Introduce a character to a project. Raises `Refused` or `NotFound`."""
        return self._create(self._path, {"project_id": project_id, "name": name, **fields})

    def update(
        self,
        character: HasId | int,
        *,
        if_match: int | None = None,
        **change: Unpack[CharacterChange],
    ) -> Character:
        """Change what is named: a new version."""
        return self._update(character, if_match, change)

    def rename(
        self,
        character: HasId | int,
        name: str,
        *,
        branches: Sequence[HasId | int] = (),
        if_match: int | None = None,
    ) -> Character:
        """Rename it: a new version; the scenes, casts and speakers of some branches follow.

        Raises `Conflict` for a branch of another project.
        """
        asked = {"name": name, "branch_ids": [id_of(branch) for branch in branches]}
        expected = revision_of(character, if_match)
        path = self._at(character, "/rename")
        response = self._transport.write("POST", path, asked, if_match=expected)
        return answers.one(Character, response)

    def upload_image(
        self,
        character: HasId | int,
        source: Source,
        *,
        name: str | None = None,
        if_match: int | None = None,
    ) -> Character:
        """Give it a picture, from a path or an open file: a new version. Raises `Refused`."""
        expected = revision_of(character, if_match)
        path = self._at(character, "/image")
        response = self._transport.upload(path, source, name=name, if_match=expected)
        return answers.one(Character, response)

    def appearances(self, character: HasId | int) -> Iterator[Appearance]:
        """The shots of all branches that it is in, with the versions that their takes show."""
        return self._transport.rows(Appearance, self._at(character, "/appearances"))

    def foresee(
        self, character: HasId | int, **change: Unpack[CharacterChange]
    ) -> Iterator[Foreseen]:
        """What a change would make stale, of all branches; nothing is changed."""
        path = self._at(character, "/foresee")
        yield from answers.many(Foreseen, self._transport.write("POST", path, {**change}))

    def versions(self, character: HasId | int, *, limit: int = 100) -> Iterator[Character]:
        """Every version, the newest first, `limit` a page."""
        return self._transport.rows(Character, self._at(character, "/versions"), {"limit": limit})

    def version(self, character: HasId | int, number: int) -> Character:
        """The character as it was in one version. Raises `NotFound`."""
        response = self._transport.get(self._at(character, f"/versions/{number}"))
        return answers.one(Character, response)

    def restore_version(self, character: HasId | int, number: int) -> Character:
        """Go back to an earlier version; it becomes a new one."""
        return self._do(character, f"/versions/{number}/restore")
