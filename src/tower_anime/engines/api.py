"""The routes of engines."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, InTrash, Limit, database_of
from tower_anime.core.paging import Page
from tower_anime.core.text import RowId
from tower_anime.engines import service
from tower_anime.engines.probing import prober_of
from tower_anime.engines.schemas import Engine, EngineCreate, EngineUpdate

router = APIRouter(prefix=f"{PREFIX}/engines", tags=["engines"], route_class=StrictRoute)


@router.post(
    "", response_model=Engine, responses={409: {"description": "An engine has this address."}}
)
async def create_engine(new: EngineCreate, request: Request) -> Response:
    """Add a ComfyUI server.

    It is asked at once what it is and what it can run.
    """
    return await http.write(request, service.create, new)


@router.get("", response_model=list[Engine])
async def list_engines(
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List engines, the newest first."""
    return await http.show_list(request, Page(limit, after, count), service.listed, deleted)


@router.get("/{engine_id}", response_model=Engine)
async def get_engine(engine_id: RowId, request: Request) -> Response:
    """Get one engine, as it was when it was last asked."""
    return await http.show(request, service.get, engine_id)


@router.put(
    "/{engine_id}",
    response_model=Engine,
    responses={409: {"description": "Another engine has this address."}},
)
async def update_engine(engine_id: RowId, change: EngineUpdate, request: Request) -> Response:
    """Change an engine.

    What is absent stays. What it renders when it is switched off is finished.
    """
    return await http.write(request, service.update, engine_id, change)


@router.delete("/{engine_id}", response_model=Engine)
async def delete_engine(engine_id: RowId, request: Request) -> Response:
    """Put an engine in the trash."""
    return await http.write(request, service.trash, engine_id)


@router.post(
    "/{engine_id}/restore",
    response_model=Engine,
    responses={409: {"description": "Another engine has its address by now."}},
)
async def restore_engine(engine_id: RowId, request: Request) -> Response:
    """Take an engine out of the trash."""
    return await http.write(request, service.restore, engine_id)


@router.post("/{engine_id}/check", response_model=Engine)
async def check_engine(engine_id: RowId, request: Request) -> Response:
    """Ask an engine now how it is.

    Where it was in quarantine, it is given takes again. The answer comes within seconds, also
    where the server's does not.
    """
    row = await database_of(request).read(service.find, engine_id)
    noted = await prober_of(request).check(row)
    return await http.write(request, service.checked, engine_id, row["url"], noted)
