"""The routes of characters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tower_anime.characters import service
from tower_anime.characters.schemas import Character, CharacterCreate, CharacterUpdate, Kind
from tower_anime.core.errors import Unprocessable
from tower_anime.core.http import (
    PREFIX,
    Asking,
    Db,
    InTrash,
    Limit,
    StrictRoute,
    answer,
    answer_list,
)
from tower_anime.core.text import RowId
from tower_anime.media import service as media
from tower_anime.media.api import UPLOAD, Room
from tower_anime.media.upload import Upload

router = APIRouter(prefix=f"{PREFIX}/characters", tags=["characters"], route_class=StrictRoute)


@router.post("", response_model=Character)
async def create_character(new: CharacterCreate, caller: Asking) -> Response:
    """Introduce a character to a project."""
    return await caller.write(service.create, new)


@router.get("", response_model=list[Character])
async def list_characters(
    db: Db,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    kind: Annotated[Kind, Query(description="Characters, locations or props.")] = "character",
    limit: Limit = 100,
    deleted: InTrash = False,
) -> Response:
    """List characters, the newest first."""
    reading = db.read if limit <= 200 else db.scan
    return answer_list(await reading(service.listed, project_id, kind, limit, deleted))


@router.get("/{character_id}", response_model=Character)
async def get_character(character_id: RowId, db: Db) -> Response:
    """Get one character in its newest version."""
    return answer(await db.read(service.get, character_id))


@router.put("/{character_id}", response_model=Character)
async def update_character(
    character_id: RowId, change: CharacterUpdate, caller: Asking
) -> Response:
    """Change a character: adds one to its version, and keeps the earlier ones."""
    return await caller.write(service.update, character_id, change)


@router.delete("/{character_id}", response_model=Character)
async def delete_character(character_id: RowId, caller: Asking) -> Response:
    """Put a character in the trash."""
    return await caller.write(service.trash, character_id)


@router.post("/{character_id}/restore", response_model=Character)
async def restore_character(character_id: RowId, caller: Asking) -> Response:
    """Take a character out of the trash."""
    return await caller.write(service.restore, character_id)


@router.post("/{character_id}/image", response_model=Character, openapi_extra=UPLOAD)
async def upload_image(
    character_id: RowId, request: Request, room: Room, db: Db, caller: Asking
) -> Response:
    """Upload a character's picture: a new version."""
    await db.read(service.get, character_id)  # before a picture is received for nothing
    upload = Upload(request)
    received, probed = await room.receive(upload.chunks())
    if probed["kind"] != "image":
        raise Unprocessable(f"A character's picture is an image; this is {probed['mime']}.")
    await caller.run(media.add, received.sha256, received.size, probed, upload.name)
    return await caller.write(service.set_image, character_id, received.sha256)


@router.get("/{character_id}/versions", response_model=list[Character])
async def list_versions(character_id: RowId, db: Db) -> Response:
    """List every version of a character, the newest first."""
    return answer_list(await db.scan(service.versions, character_id))


@router.get("/{character_id}/versions/{number}", response_model=Character)
async def get_version(character_id: RowId, number: RowId, db: Db) -> Response:
    """Get a character as it was in one version."""
    return answer(await db.read(service.version, character_id, number))


@router.post("/{character_id}/versions/{number}/restore", response_model=Character)
async def restore_version(character_id: RowId, number: RowId, caller: Asking) -> Response:
    """Go back to an earlier version; it becomes a new one."""
    return await caller.write(service.restore_version, character_id, number)
