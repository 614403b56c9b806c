"""The routes of characters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from tower_anime.characters import service
from tower_anime.characters.schemas import Character, CharacterCreate, CharacterUpdate, Kind
from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, InTrash, Limit
from tower_anime.core.paging import Page
from tower_anime.core.text import RowId
from tower_anime.media.api import UPLOAD, room_of
from tower_anime.media.upload import Upload

router = APIRouter(prefix=f"{PREFIX}/characters", tags=["characters"], route_class=StrictRoute)

Version = Annotated[RowId, Path(description="The version's number.")]


@router.post(
    "", response_model=Character, responses={404: {"description": "No such project, or medium."}}
)
async def create_character(new: CharacterCreate, request: Request) -> Response:
    """Create a character in a project.

    Locations and props are characters of another `kind`.
    """
    return await http.write(request, service.create, new)


@router.get("", response_model=list[Character])
async def list_characters(
    request: Request,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    kind: Annotated[Kind, Query(description="Characters, locations or props.")] = "character",
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List characters, the newest first."""
    page = Page(limit, after, count)
    return await http.show_list(request, page, service.listed, project_id, kind, deleted)


@router.get("/{character_id}", response_model=Character)
async def get_character(character_id: RowId, request: Request) -> Response:
    """Get a character in its newest version."""
    return await http.show(request, service.get, character_id)


@router.put("/{character_id}", response_model=Character)
async def update_character(
    character_id: RowId, change: CharacterUpdate, request: Request
) -> Response:
    """Change a character.

    What is absent stays. Each change makes a new version; the earlier ones are kept.
    """
    return await http.write(request, service.update, character_id, change)


@router.delete("/{character_id}", response_model=Character)
async def delete_character(character_id: RowId, request: Request) -> Response:
    """Put a character in the trash."""
    return await http.write(request, service.trash, character_id)


@router.post(
    "/{character_id}/restore",
    response_model=Character,
    responses={409: {"description": "What it is part of is in the trash."}},
)
async def restore_character(character_id: RowId, request: Request) -> Response:
    """Take a character out of the trash."""
    return await http.write(request, service.restore, character_id)


@router.post("/{character_id}/image", response_model=Character, openapi_extra=UPLOAD)
async def upload_image(character_id: RowId, request: Request) -> Response:
    """Upload a character's picture.

    It makes a new version of the character.
    """
    await http.show(request, service.get, character_id)  # before a picture comes for nothing
    upload = Upload(request)
    received, probed = await room_of(request).receive(
        upload.chunks(), service.accept, upload.departure
    )
    http.note_content(request, received.sha256)
    return await http.write(request, service.set_image, character_id, received, probed, upload.name)


@router.get("/{character_id}/versions", response_model=list[Character])
async def list_versions(
    character_id: RowId,
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
) -> Response:
    """List every version of a character, the newest first."""
    page = Page(limit, after, count)
    return await http.show_large_list(request, page, service.versions, character_id)


@router.get("/{character_id}/versions/{number}", response_model=Character)
async def get_version(character_id: RowId, number: Version, request: Request) -> Response:
    """Get a character as it was in one version."""
    return await http.show(request, service.version, character_id, number)


@router.post("/{character_id}/versions/{number}/restore", response_model=Character)
async def restore_version(character_id: RowId, number: Version, request: Request) -> Response:
    """Go back to an earlier version of a character.

    It becomes a new version; the ones between are kept.
    """
    return await http.write(request, service.restore_version, character_id, number)
