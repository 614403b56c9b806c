"""The routes of takes, runs and staleness."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from tower_anime.core.http import (
    PREFIX,
    Asking,
    Db,
    Limit,
    NameFilter,
    StrictRoute,
    answer,
    answer_list,
)
from tower_anime.core.text import RowId
from tower_anime.media import service as media
from tower_anime.media.api import UPLOAD, Room
from tower_anime.media.upload import Upload
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
from tower_anime.renders.take_rows import show
from tower_anime.story.schemas import Shot, StageName

router = APIRouter(prefix=PREFIX, route_class=StrictRoute)


async def _queue(request: Request) -> RenderQueue:
    queue: RenderQueue = request.app.state.queue
    return queue


Queue = Annotated[RenderQueue, Depends(_queue)]


@router.post("/shots/{shot_id}/takes", response_model=list[Take], tags=["takes"])
async def request_takes(
    shot_id: RowId, asked: TakeRequest, caller: Asking, queue: Queue
) -> Response:
    """Queue takes of a shot; answers the takes it queued."""
    return answer_list(await caller.run(takes.request, shot_id, asked, queue.wake))


@router.post(
    "/shots/{shot_id}/takes/upload", response_model=Take, tags=["takes"], openapi_extra=UPLOAD
)
async def upload_take(
    shot_id: RowId,
    request: Request,
    room: Room,
    db: Db,
    caller: Asking,
    stage: Annotated[StageName | None, Query(description="The stage it is a take of.")] = None,
) -> Response:
    """Add a take that was made elsewhere."""
    await db.read(takes.of_shot, shot_id)  # before a film is received for nothing
    upload = Upload(request)
    received, probed = await room.receive(upload.chunks())
    await caller.run(media.add, received.sha256, received.size, probed, upload.name)
    return await caller.write(takes.upload, shot_id, stage, received.sha256)


@router.get("/shots/{shot_id}/takes", response_model=list[Take], tags=["takes"])
async def list_takes_of_shot(shot_id: RowId, db: Db) -> Response:
    """List every take of a shot, with its verdict on this shot's branch."""
    return answer_list(await db.read(takes.of_shot, shot_id))


@router.post("/shots/{shot_id}/approve", response_model=Shot, tags=["takes"])
async def approve_take(shot_id: RowId, approval: Approval, caller: Asking) -> Response:
    """Choose a take for its stage of this shot."""
    return await caller.write(takes.approve, shot_id, approval.take_id)


@router.post("/shots/{shot_id}/withdraw", response_model=Shot, tags=["takes"])
async def withdraw_approval(shot_id: RowId, withdrawal: Withdrawal, caller: Asking) -> Response:
    """Take back the approval of a stage."""
    return await caller.write(takes.withdraw, shot_id, withdrawal.stage)


@router.get("/takes", response_model=list[Take], tags=["takes"])
async def list_takes(
    db: Db,
    status: Annotated[Status | None, Query(description="Only takes of this status.")] = None,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    run_id: Annotated[RowId | None, Query(description="Only this run's.")] = None,
    limit: Limit = 100,
) -> Response:
    """List takes, the newest first."""
    reading = db.read if limit <= 200 else db.scan
    by = {"status": status, "project_id": project_id, "run_id": run_id}
    return answer_list(await reading(takes.listed, limit=limit, **by))


@router.get("/takes/{take_id}", response_model=Take, tags=["takes"])
async def get_take(take_id: RowId, db: Db) -> Response:
    """Get one take."""
    return answer(await db.read(show, take_id))


@router.get("/takes/{take_id}/provenance", response_model=Provenance, tags=["takes"])
async def get_provenance(take_id: RowId, db: Db) -> Response:
    """Tell what decided a take and what happened when it was made."""
    return answer(await db.read(provenance.of_take, take_id))


@router.post("/takes/{take_id}/cancel", response_model=Take, tags=["takes"])
async def cancel_take(take_id: RowId, caller: Asking) -> Response:
    """Stop a take that waits or runs."""
    return await caller.write(takes.cancel, take_id)


@router.post("/takes/{take_id}/retry", response_model=Take, tags=["takes"])
async def retry_take(take_id: RowId, caller: Asking, queue: Queue) -> Response:
    """Render a take again from its plan alone; answers the new take."""
    return await caller.write(takes.retry, take_id, queue.wake)


@router.post("/takes/{take_id}/reject", response_model=Take, tags=["takes"])
async def reject_take(take_id: RowId, caller: Asking) -> Response:
    """Say that a take will not do."""
    return await caller.write(takes.reject, take_id)


@router.post("/projects/{project_id}/render", response_model=Rendering, tags=["rendering"])
async def render(project_id: RowId, asked: RenderRequest, caller: Asking, queue: Queue) -> Response:
    """Queue takes for a branch's shots: the missing, the stale, or all."""
    return await caller.write(runs.render, project_id, asked, queue.wake)


@router.get("/projects/{project_id}/stale", response_model=list[Stale], tags=["rendering"])
async def list_stale(
    project_id: RowId,
    db: Db,
    branch_name: Annotated[NameFilter, Query(description="The branch.")] = "main",
) -> Response:
    """List the shots whose approved takes are not what would be rendered now, and why."""
    return answer(await db.scan(runs.stale, project_id, branch_name))


@router.get("/runs", response_model=list[Run], tags=["rendering"])
async def list_runs(
    db: Db,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    limit: Limit = 100,
) -> Response:
    """List runs, the newest first."""
    return answer_list(await db.scan(runs.listed, project_id, limit))


@router.get("/runs/{run_id}", response_model=Run, tags=["rendering"])
async def get_run(run_id: RowId, db: Db) -> Response:
    """Get one run with the counts of its takes."""
    return answer(await db.read(runs.get, run_id))


@router.post("/runs/{run_id}/cancel", response_model=Run, tags=["rendering"])
async def cancel_run(run_id: RowId, caller: Asking) -> Response:
    """Cancel every take of a run that is not finished."""
    return await caller.write(runs.cancel, run_id)
