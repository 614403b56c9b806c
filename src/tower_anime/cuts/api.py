"""The routes of cuts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, InTrash, Limit, NameFilter
from tower_anime.core.paging import Page
from tower_anime.core.text import RowId
from tower_anime.cuts import service
from tower_anime.cuts.schemas import Cut, CutCreate, CutUpdate
from tower_anime.media.service import url_of
from tower_anime.renders.api import queue_of

router = APIRouter(prefix=f"{PREFIX}/cuts", tags=["cuts"], route_class=StrictRoute)


@router.post(
    "", response_model=Cut, responses={404: {"description": "No such project, or branch."}}
)
async def create_cut(new: CutCreate, request: Request) -> Response:
    """Create a cut of a branch's approved takes.

    It follows the branch until its items are edited.
    """
    return await http.write(request, service.create, new)


@router.get("", response_model=list[Cut])
async def list_cuts(
    request: Request,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    branch_name: Annotated[NameFilter | None, Query(description="Only this branch's.")] = None,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List cuts, the newest first."""
    return await http.show_large_list(
        request, Page(limit, after, count), service.listed, project_id, branch_name, deleted
    )


@router.get("/{cut_id}", response_model=Cut)
async def get_cut(cut_id: RowId, request: Request) -> Response:
    """Get one cut."""
    return await http.show_large(request, service.get, cut_id)


@router.put(
    "/{cut_id}",
    response_model=Cut,
    responses={409: {"description": "An item is not on the cut's branch, or is not finished."}},
)
async def update_cut(cut_id: RowId, change: CutUpdate, request: Request) -> Response:
    """Rename a cut, or edit its items.

    Null `items` have it follow its branch again.
    """
    return await http.write(request, service.update, cut_id, change)


@router.delete("/{cut_id}", response_model=Cut)
async def delete_cut(cut_id: RowId, request: Request) -> Response:
    """Put a cut in the trash."""
    return await http.write(request, service.trash, cut_id)


@router.post(
    "/{cut_id}/restore",
    response_model=Cut,
    responses={409: {"description": "What it is part of is in the trash."}},
)
async def restore_cut(cut_id: RowId, request: Request) -> Response:
    """Take a cut out of the trash."""
    return await http.write(request, service.restore, cut_id)


@router.post(
    "/{cut_id}/assemble",
    response_model=Cut,
    responses={
        409: {"description": "It is being assembled already, is empty, or has a shot in the trash."}
    },
)
async def assemble_cut(cut_id: RowId, request: Request) -> Response:
    """Have a cut's film made.

    The cut's `status`, `progress` and `media_id` tell how far it is.
    """
    longest: float = request.app.state.settings.max_media_seconds
    return await http.write(request, service.assemble, cut_id, longest, queue_of(request).wake)


@router.post("/{cut_id}/cancel", response_model=Cut)
async def cancel_cut(cut_id: RowId, request: Request) -> Response:
    """Stop the making of a cut's film.

    A film that is made already stays.
    """
    return await http.write(request, service.cancel, cut_id)


@router.get(
    "/{cut_id}/export",
    response_class=RedirectResponse,
    status_code=307,
    response_description="Leads to the film.",
)
async def export_cut(
    cut_id: RowId,
    request: Request,
    format: Annotated[Literal["mp4"], Query(description="The film.")] = "mp4",  # noqa: A002
) -> Response:
    """Get a cut's film."""
    del format
    sha256 = await http.database_of(request).read(service.film, cut_id)
    return RedirectResponse(url_of(sha256))
