"""The routes of characters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tower_anime.characters import service
from tower_anime.characters.schemas import Character, CharacterCreate, CharacterUpdate, Kind
from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, InTrash, Limit
from tower_anime.core.text import RowId
from tower_anime.media.api import UPLOAD, room_of
from tower_anime.media.upload import Upload

router = APIRouter(prefix=f"{PREFIX}/characters", tags=["characters"], route_class=StrictRoute)


@router.post("", response_model=Character)
async def create_character(new: CharacterCreate, request: Request) -> Response:
    """Introduce a character to a project."""
    return await http.write(request, service.create, new)


@router.get("", response_model=list[Character])
async def list_characters(
    request: Request,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    kind: Annotated[Kind, Query(description="Characters, locations or props.")] = "character",
    limit: Limit = 100,
    deleted: InTrash = False,
) -> Response:
    """List characters, the newest first."""
    return await http.show_list(request, limit, service.listed, project_id, kind, limit, deleted)


@router.get("/{character_id}", response_model=Character)
async def get_character(character_id: RowId, request: Request) -> Response:
    """Get one character in its newest version."""
    return await http.show(request, service.get, character_id)


@router.put("/{character_id}", response_model=Character)
async def update_character(
    character_id: RowId, change: CharacterUpdate, request: Request
) -> Response:
    """Change a character: adds one to its version, and keeps the earlier ones."""
    return await http.write(request, service.update, character_id, change)


@router.delete("/{character_id}", response_model=Character)
async def delete_character(character_id: RowId, request: Request) -> Response:
    """Put a character in the trash."""
    return await http.write(request, service.trash, character_id)


@router.post("/{character_id}/restore", response_model=Character)
async def restore_character(character_id: RowId, request: Request) -> Response:
    """Take a character out of the trash."""
    return await http.write(request, service.restore, character_id)


@router.post("/{character_id}/image", response_model=Character, openapi_extra=UPLOAD)
async def upload_image(character_id: RowId, request: Request) -> Response:
    """Upload a character's picture: a new version."""
    await http.show(request, service.get, character_id)  # before a picture comes for nothing
    upload = Upload(request)
    received, probed = await room_of(request).receive(
        upload.chunks(), service.accept, upload.departure
    )
    return await http.write(request, service.set_image, character_id, received, probed, upload.name)


@router.get("/{character_id}/versions", response_model=list[Character])
async def list_versions(character_id: RowId, request: Request) -> Response:
    """List every version of a character, the newest first."""
    return await http.show_list(request, http.MANY, service.versions, character_id)


@router.get("/{character_id}/versions/{number}", response_model=Character)
async def get_version(character_id: RowId, number: RowId, request: Request) -> Response:
    """Get a character as it was in one version."""
    return await http.show(request, service.version, character_id, number)


@router.post("/{character_id}/versions/{number}/restore", response_model=Character)
async def restore_version(character_id: RowId, number: RowId, request: Request) -> Response:
    """Go back to an earlier version; it becomes a new one."""
    return await http.write(request, service.restore_version, character_id, number)
