"""The routes of scripts."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, NameFilter, answer, database_of
from tower_anime.core.text import Number, RowId
from tower_anime.story.script import service
from tower_anime.story.script.formats import FORMATS
from tower_anime.story.script.schemas import Format, ScriptImport, ScriptOutcome

router = APIRouter(prefix=PREFIX, tags=["script"], route_class=StrictRoute)


@router.post("/projects/{project_id}/script", response_model=ScriptOutcome)
async def import_script(project_id: RowId, given: ScriptImport, request: Request) -> Response:
    """Read a script into a branch.

    Fountain, CSV or Markdown. All of it is written, or nothing; a second import changes what the
    script says otherwise, and deletes nothing. `dry_run` only tells.
    """
    script = await anyio.to_thread.run_sync(service.read, given)
    if given.dry_run:
        scanned = database_of(request).scan(service.preview, project_id, given, script)
        return answer(await scanned)
    return await http.write(request, service.apply, project_id, given, script)


@router.get(
    "/projects/{project_id}/script",
    response_class=Response,
    responses={
        200: {
            "description": "The script itself.",
            "content": {format_.media_type: {} for format_ in FORMATS.values()},
        }
    },
)
async def export_script(
    project_id: RowId,
    request: Request,
    branch_name: Annotated[NameFilter, Query(description="Which branch.")] = "main",
    format: Annotated[Format, Query(description="How it is written.")] = "fountain",  # noqa: A002
    episode: Annotated[Number | None, Query(description="Only this episode's scenes.")] = None,
) -> Response:
    """Write a branch as a script; importing it again changes nothing."""
    text = await database_of(request).scan(service.export, project_id, branch_name, format, episode)
    kind = FORMATS[format]
    name = quote(f"{branch_name}.{kind.suffix}", safe="")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    return Response(text, headers=headers, media_type=f"{kind.media_type}; charset=utf-8")
