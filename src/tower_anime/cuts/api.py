"""The routes of cuts."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, RedirectResponse

from tower_anime.core.http import (
    PREFIX,
    Asking,
    Db,
    InTrash,
    Limit,
    NameFilter,
    StrictRoute,
    answer,
    answer_list,
)
from tower_anime.core.text import RowId
from tower_anime.cuts import service
from tower_anime.cuts.schemas import Cut, CutCreate, CutUpdate
from tower_anime.media.service import url_of
from tower_anime.renders.api import Queue

router = APIRouter(prefix=f"{PREFIX}/cuts", tags=["cuts"], route_class=StrictRoute)


@router.post("", response_model=Cut)
async def create_cut(new: CutCreate, caller: Asking) -> Response:
    """Begin a cut of a branch's approved takes."""
    return await caller.write(service.create, new)


@router.get("", response_model=list[Cut])
async def list_cuts(
    db: Db,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    branch_name: Annotated[NameFilter | None, Query(description="Only this branch's.")] = None,
    limit: Limit = 100,
    deleted: InTrash = False,
) -> Response:
    """List cuts, the newest first."""
    return answer_list(await db.scan(service.listed, project_id, branch_name, limit, deleted))


@router.get("/{cut_id}", response_model=Cut)
async def get_cut(cut_id: RowId, db: Db) -> Response:
    """Get one cut."""
    return answer(await db.read(service.get, cut_id))


@router.put("/{cut_id}", response_model=Cut)
async def update_cut(cut_id: RowId, change: CutUpdate, caller: Asking) -> Response:
    """Rename a cut, edit its items, or have it follow its branch again."""
    return await caller.write(service.update, cut_id, change)


@router.delete("/{cut_id}", response_model=Cut)
async def delete_cut(cut_id: RowId, caller: Asking) -> Response:
    """Put a cut in the trash."""
    return await caller.write(service.trash, cut_id)


@router.post("/{cut_id}/restore", response_model=Cut)
async def restore_cut(cut_id: RowId, caller: Asking) -> Response:
    """Take a cut out of the trash."""
    return await caller.write(service.restore, cut_id)


@router.post("/{cut_id}/assemble", response_model=Cut)
async def assemble_cut(cut_id: RowId, caller: Asking, queue: Queue) -> Response:
    """Have the cut's film made; its status, progress and medium tell how far it is."""
    return await caller.write(service.assemble, cut_id, queue.wake)


@router.post("/{cut_id}/cancel", response_model=Cut)
async def cancel_cut(cut_id: RowId, caller: Asking) -> Response:
    """Stop the making of a cut's film."""
    return await caller.write(service.cancel, cut_id)


@router.get("/{cut_id}/export", response_class=FileResponse)
async def export_cut(
    cut_id: RowId,
    db: Db,
    format: Annotated[Literal["mp4"], Query(description="The film.")] = "mp4",  # noqa: A002
) -> Response:
    """Get the cut's film: leads to its medium."""
    del format
    return RedirectResponse(url_of(await db.read(service.film, cut_id)))
