"""The routes of takes, runs and staleness."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, Limit, NameFilter
from tower_anime.core.text import RowId
from tower_anime.media.api import UPLOAD, room_of
from tower_anime.media.upload import Upload
from tower_anime.projects.schemas import StageName
from tower_anime.renders import provenance, runs, takes
from tower_anime.renders.queue import RenderQueue
from tower_anime.renders.schemas import (
    Approval,
    Provenance,
    Rendering,
    RenderRequest,
    Run,
    Stale,
    Status,
    Take,
    TakeRequest,
    Withdrawal,
)
from tower_anime.renders.take_rows import get
from tower_anime.story.schemas import Shot

router = APIRouter(prefix=PREFIX, route_class=StrictRoute)


def queue_of(request: Request) -> RenderQueue:
    """The service's queue."""
    queue: RenderQueue = request.app.state.queue
    return queue


@router.post("/shots/{shot_id}/takes", response_model=list[Take], tags=["takes"])
async def request_takes(shot_id: RowId, asked: TakeRequest, request: Request) -> Response:
    """Queue takes of a shot; answers the takes it queued."""
    made = await http.run(request, takes.request, shot_id, asked, queue_of(request).wake)
    return http.answer(f"[{','.join(made)}]")


@router.post(
    "/shots/{shot_id}/takes/upload", response_model=Take, tags=["takes"], openapi_extra=UPLOAD
)
async def upload_take(
    shot_id: RowId,
    request: Request,
    stage: Annotated[StageName | None, Query(description="The stage it is a take of.")] = None,
) -> Response:
    """Add a take that was made elsewhere."""
    # Before a film comes for nothing.
    chosen = await http.database_of(request).read(takes.stage_of, shot_id, stage)
    upload = Upload(request)
    received, probed = await room_of(request).receive(
        upload.chunks(), takes.accept, upload.departure
    )
    return await http.write(request, takes.upload, shot_id, chosen, received, probed, upload.name)


@router.get("/shots/{shot_id}/takes", response_model=list[Take], tags=["takes"])
async def list_takes_of_shot(shot_id: RowId, request: Request) -> Response:
    """List every take of a shot, with its verdict on this shot's branch."""
    return await http.show_list(request, http.MANY, takes.of_shot, shot_id)


@router.post("/shots/{shot_id}/approve", response_model=Shot, tags=["takes"])
async def approve_take(shot_id: RowId, approval: Approval, request: Request) -> Response:
    """Choose a take for its stage of this shot."""
    return await http.write(request, takes.approve, shot_id, approval.take_id)


@router.post("/shots/{shot_id}/withdraw", response_model=Shot, tags=["takes"])
async def withdraw_approval(shot_id: RowId, withdrawal: Withdrawal, request: Request) -> Response:
    """Take back the approval of a stage."""
    return await http.write(request, takes.withdraw, shot_id, withdrawal.stage)


@router.get("/takes", response_model=list[Take], tags=["takes"])
async def list_takes(
    request: Request,
    status: Annotated[Status | None, Query(description="Only takes of this status.")] = None,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    run_id: Annotated[RowId | None, Query(description="Only this run's.")] = None,
    limit: Limit = 100,
) -> Response:
    """List takes, the newest first."""
    by = {"status": status, "project_id": project_id, "run_id": run_id}
    return await http.show_list(request, limit, takes.listed, limit=limit, **by)


@router.get("/takes/{take_id}", response_model=Take, tags=["takes"])
async def get_take(take_id: RowId, request: Request) -> Response:
    """Get one take."""
    return await http.show(request, get, take_id)


@router.get("/takes/{take_id}/provenance", response_model=Provenance, tags=["takes"])
async def get_provenance(take_id: RowId, request: Request) -> Response:
    """Tell what decided a take and what happened when it was made."""
    return await http.show(request, provenance.of_take, take_id)


@router.post("/takes/{take_id}/cancel", response_model=Take, tags=["takes"])
async def cancel_take(take_id: RowId, request: Request) -> Response:
    """Stop a take that waits or runs."""
    return await http.write(request, takes.cancel, take_id)


@router.post("/takes/{take_id}/retry", response_model=Take, tags=["takes"])
async def retry_take(take_id: RowId, request: Request) -> Response:
    """Render a take again from its plan alone; answers the new take."""
    return await http.write(request, takes.retry, take_id, queue_of(request).wake)


@router.post("/takes/{take_id}/reject", response_model=Take, tags=["takes"])
async def reject_take(take_id: RowId, request: Request) -> Response:
    """Say that a take will not do."""
    return await http.write(request, takes.reject, take_id)


@router.post("/projects/{project_id}/render", response_model=Rendering, tags=["rendering"])
async def render(project_id: RowId, asked: RenderRequest, request: Request) -> Response:
    """Queue takes for a branch's shots: the missing, the stale, or all."""
    if asked.dry_run:
        return await http.show_large(request, runs.would_render, project_id, asked)
    return await http.write(request, runs.render, project_id, asked, queue_of(request).wake)


@router.get("/projects/{project_id}/stale", response_model=list[Stale], tags=["rendering"])
async def list_stale(
    project_id: RowId,
    request: Request,
    branch_name: Annotated[NameFilter, Query(description="The branch.")] = "main",
) -> Response:
    """List the shots whose approved takes are not what would be rendered now, and why."""
    return await http.show_large(request, runs.stale, project_id, branch_name)


@router.get("/runs", response_model=list[Run], tags=["rendering"])
async def list_runs(
    request: Request,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    limit: Limit = 100,
) -> Response:
    """List runs, the newest first."""
    return await http.show_list(request, http.MANY, runs.listed, project_id, limit)


@router.get("/runs/{run_id}", response_model=Run, tags=["rendering"])
async def get_run(run_id: RowId, request: Request) -> Response:
    """Get one run with the counts of its takes."""
    return await http.show(request, runs.get, run_id)


@router.post("/runs/{run_id}/cancel", response_model=Run, tags=["rendering"])
async def cancel_run(run_id: RowId, request: Request) -> Response:
    """Cancel every take of a run that is not finished."""
    return await http.write(request, runs.cancel, run_id)
