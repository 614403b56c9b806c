"""The routes by which a project leaves as a file, and comes in as one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from urllib.parse import quote

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX
from tower_anime.core.space import space_of
from tower_anime.core.text import RowId
from tower_anime.media.api import UPLOAD, room_of
from tower_anime.media.room import watching
from tower_anime.media.upload import Upload
from tower_anime.parcel import gathering, packing, writing
from tower_anime.parcel.arriving import require_sender, unpack
from tower_anime.projects.schemas import Project

router = APIRouter(prefix=f"{PREFIX}/projects", tags=["projects"], route_class=StrictRoute)

MEDIA_TYPE = "application/zip"


class _Streamed(StreamingResponse):
    """A stream whose folder is removed when it ends, also where nobody waits for it any more."""

    def __init__(self, folder: ExitStack, pieces: Iterator[bytes], name: str) -> None:
        leaves_as = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        headers = {"Content-Disposition": leaves_as, "Cache-Control": "no-store"}
        super().__init__(pieces, media_type=MEDIA_TYPE, headers=headers)
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._folder.close()


@router.get(
    "/{project_id}/export",
    response_class=Response,
    responses={
        200: {
            "description": "The project as a ZIP; it is made while it is sent.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        507: {"description": "The disk is full: there is no room to gather its rows."},
    },
)
async def export_project(project_id: RowId, request: Request) -> Response:
    """Export a project as one file.

    Its branches, scenes, shots, characters in all versions, workflows, takes, cuts, history and
    media, with hashes of all of it. `POST /projects/import` makes a project of it again.
    """
    room = room_of(request)
    with ExitStack() as held:
        folder = held.enter_context(room.store.bench())
        gathered = await http.database_of(request).scan(
            gathering.gather, project_id, folder, room.store.has
        )
        pieces = packing.packed(gathered, folder, room.store)
        return _Streamed(held.pop_all(), pieces, f"{gathered.manifest.project}.zip")


@router.post("/import", response_model=Project, openapi_extra=UPLOAD)
async def import_project(request: Request) -> Response:
    """Make a new project of an exported file, all of it or nothing.

    Everything gets new ids, and what names something names the same thing after it. A file that is
    damaged, or is none that an export wrote, is refused with 422, and nothing of it stays.
    """
    room, space, db = room_of(request), space_of(request), http.database_of(request)
    upload = Upload(request)
    limit: int = request.app.state.settings.max_import_bytes
    importing: CapacityLimiter = request.app.state.importing
    received = await room.store.receive(upload.chunks(), limit)
    with ExitStack() as held:
        held.callback(received.path.unlink, missing_ok=True)
        http.note_content(request, received.sha256)
        look = partial(unpack, received.path, limit, db, room, space, held)
        with watching(upload.departure) as gone:
            # One after another, and not in the threads of others: it takes as long as its films do.
            unpacked = await anyio.to_thread.run_sync(look, gone.is_set, limiter=importing)
            require_sender(gone.is_set)
        return await http.write(request, writing.write, *unpacked, room.store)
