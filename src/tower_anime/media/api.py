"""The routes of media."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.errors import NotFound
from tower_anime.core.http import PREFIX
from tower_anime.core.sql import Row
from tower_anime.core.text import Storable
from tower_anime.media import service
from tower_anime.media.room import MediaRoom
from tower_anime.media.schemas import Medium
from tower_anime.media.upload import Upload

router = APIRouter(prefix=f"{PREFIX}/media", tags=["media"], route_class=StrictRoute)

Named = Annotated[  # whatever names no medium is answered 404
    str, PathParameter(description="The medium's id: the SHA-256 of its bytes."), Storable
]

_IMMUTABLE = "public, max-age=31536000, immutable"  # other bytes have another name
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "The file, and its name.",
                        }
                    },
                }
            }
        },
    }
}

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {
    "description": "The whole file.",
    "headers": {
        "ETag": {"$ref": "#/components/headers/ETag"},
        "Cache-Control": {
            "description": "For good: other bytes have another address.",
            "required": True,
            "schema": {"const": _IMMUTABLE},
        },
    },
}
_GONE = "No such medium, or its bytes were cleaned away."
BYTES: dict[int | str, dict[str, Any]] = {  # as FastAPI types them
    200: {**_FILE, "content": dict.fromkeys(("image/*", "video/*", "audio/*"), _BINARY)},
    206: {
        "description": "The range that was asked for; several are `multipart/byteranges`.",
        "headers": {"Content-Range": {"schema": {"type": "string"}}},
        "content": {"*/*": _BINARY},
    },
    304: {"description": "The bytes that are known already."},
    400: {"description": "`Range` is malformed.", "content": {"text/plain": {}}},
    404: {"description": _GONE},
    416: {"description": "The file has no such range.", "content": {"text/plain": {}}},
}
THUMBNAIL: dict[int | str, dict[str, Any]] = {  # as FastAPI types them
    **BYTES,
    200: {**_FILE, "content": {"image/webp": _BINARY}},
    404: {"description": f"{_GONE} Or it is a sound, which has no picture."},
    507: {"description": "The disk is full: there is no room to draw it."},
}


def room_of(request: Request) -> MediaRoom:
    """Where the service receives its media."""
    room: MediaRoom = request.app.state.media
    return room


@router.post("", response_model=Medium, openapi_extra=UPLOAD)
async def upload_medium(request: Request) -> Response:
    """Upload a picture, a film or a sound.

    The same bytes are kept once: the answer is the medium that they are.
    """
    upload = Upload(request)
    received, probed = await room_of(request).receive(upload.chunks(), departure=upload.departure)
    http.note_content(request, received.sha256)
    return await http.write(
        request, service.add, received.sha256, received.size, probed, upload.name
    )


@router.get("/{sha256}", response_model=Medium)
async def get_medium(sha256: Named, request: Request) -> Response:
    """Get what is known of a medium."""
    return await http.show(request, service.get, sha256)


@router.head("/{sha256}/file", include_in_schema=False)
@router.get("/{sha256}/file", response_class=FileResponse, responses=BYTES)
async def get_file(sha256: Named, request: Request) -> Response:
    """Get a medium's bytes, or a range of them.

    What a medium is never changes: a browser may keep it for good.
    """
    row = await http.database_of(request).read(service.find, sha256)
    return _file(
        _present(request, row),
        row["mime"],
        row["name"],
        f'"{sha256}"',
        request.headers.get("if-none-match"),
    )


@router.get("/{sha256}/thumbnail", response_class=FileResponse, responses=THUMBNAIL)
async def get_thumbnail(
    sha256: Named,
    request: Request,
    width: Annotated[int, Query(ge=16, le=2048, description="Its width in pixels.")] = 320,
) -> Response:
    """Get a small picture of a medium.

    A film's is its poster; a sound has none.
    """
    row = await http.database_of(request).read(service.find, sha256)
    source = _present(request, row)
    if row["kind"] == "audio":
        raise NotFound("A sound has no picture")
    path = await room_of(request).thumbnail(source, sha256, width, row["kind"])
    return _file(
        path, "image/webp", None, f'"{sha256}-{width}"', request.headers.get("if-none-match")
    )


def _present(request: Request, row: Row) -> Path:
    path = room_of(request).store.path(row["id"])
    if not path.is_file():
        raise NotFound("The medium is known, but its bytes were cleaned away")
    return path


def _file(path: Path, mime: str, name: str | None, etag: str, known: str | None) -> Response:
    headers = {
        "ETag": etag,
        "Cache-Control": _IMMUTABLE,
        "X-Content-Type-Options": "nosniff",
    }
    if known is not None and (known.strip() == "*" or etag in known):
        return Response(status_code=304, headers=headers)
    if name:
        headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name, safe='')}"
    return FileResponse(path, media_type=mime, headers=headers)
