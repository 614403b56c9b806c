"""What a shot refers to, versions of characters, media and other shots: seen to when written."""

from __future__ import annotations

import json

from sqlalchemy import bindparam, select

from tower_anime.characters import service as characters
from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import nfc
from tower_anime.media import service as media
from tower_anime.story import scenes
from tower_anime.story.tables import shots

_SHOT = Statement(
    select(shots.c.id)
    .select_from(shots.join(scenes.DOCUMENTS.source, shots.c.scene_id == scenes.s.id))
    .where(shots.c.id == bindparam("id"), scenes.s.project_id == bindparam("project_id"))
    .where(shots.c.deleted_at.is_(None), scenes.DOCUMENTS.live)
)


def require(reader: Reader, project_id: int, values: Row, stored: Row) -> None:
    """Refuse new values of a shot that refer to nothing; the sentence names the field.

    What is stored already may have gone to the trash since, and a whole shot may be put back.
    Raises `NotFound` for a medium or a shot, `Unprocessable` for a version or another kind.
    """
    _require_versions(reader, project_id, _new(values.get("cast", {}), stored["cast"]))
    for n, line in enumerate(values.get("dialogue", [])):
        if line["media_id"] is not None:
            media.require(reader, f"dialogue.{n}.media_id", line["media_id"], "audio")
    for name, given in _new(values.get("inputs", {}), stored["inputs"]).items():
        _require_source(reader, project_id, f"inputs.{name}", given)


def _new(values: Row, stored: str) -> Row:
    known = json.loads(stored)
    return {name: value for name, value in values.items() if known.get(name) != value}


def _require_versions(reader: Reader, project_id: int, cast: Row) -> None:
    pinned = {name: c["version"] for name, c in cast.items() if c["version"] is not None}
    known = characters.of_names(reader, project_id) if pinned else {}
    for name, version in pinned.items():
        row = known.get(nfc(name))
        if row is None or version > row["version"]:
            newest = "is not of this project" if row is None else f"is at {row['version']}"
            raise Unprocessable(f"cast.{name}.version: there is no {version}; {name} {newest}.")


def _require_source(reader: Reader, project_id: int, field: str, given: Row) -> None:
    if given["media_id"] is not None:
        media.require(reader, f"{field}.media_id", given["media_id"], "image", "video")
        return
    shot_id = given["shot"]
    if shot_id != "previous" and reader.value(_SHOT, id=shot_id, project_id=project_id) is None:
        raise NotFound(f"{field}.shot: Shot not found in this project")
