"""The routes of takes, runs and staleness."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from tower_anime.characters.schemas import CharacterUpdate
from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, Limit, NameFilter
from tower_anime.core.paging import Page
from tower_anime.core.text import RowId
from tower_anime.engines.infos import infos_of
from tower_anime.media.api import UPLOAD, room_of
from tower_anime.media.upload import Upload
from tower_anime.projects.schemas import StageName
from tower_anime.renders import (
    embedded,
    foresight,
    ordering,
    pausing,
    provenance,
    run_shots,
    runs,
    staleness,
    takes,
)
from tower_anime.renders.desk import Desk
from tower_anime.renders.queue import RenderQueue
from tower_anime.renders.schemas import (
    Approval,
    Foreseen,
    Provenance,
    QueueState,
    Rendering,
    RenderRequest,
    Run,
    RunShot,
    Stale,
    Status,
    Take,
    TakeOrder,
    TakeRequest,
    Withdrawal,
)
from tower_anime.renders.take_rows import get
from tower_anime.story.schemas import Shot
from tower_anime.workflows import reading

router = APIRouter(prefix=PREFIX, route_class=StrictRoute)


def queue_of(request: Request) -> RenderQueue:
    """The service's queue."""
    queue: RenderQueue = request.app.state.queue
    return queue


def desk_of(request: Request) -> Desk:
    """Where the service takes orders for takes."""
    desk: Desk = request.app.state.desk
    return desk


@router.post("/shots/{shot_id}/takes", response_model=list[Take], tags=["takes"])
async def request_takes(shot_id: RowId, asked: TakeRequest, request: Request) -> Response:
    """Queue takes of a shot.

    Answers the takes that were queued. One that was rendered before with the same plan and seed
    is not rendered again.
    """
    return await http.write_list(request, takes.request, shot_id, asked, desk_of(request))


@router.post(
    "/shots/{shot_id}/takes/upload", response_model=Take, tags=["takes"], openapi_extra=UPLOAD
)
async def upload_take(
    shot_id: RowId,
    request: Request,
    stage: Annotated[StageName | None, Query(description="The stage it is a take of.")] = None,
) -> Response:
    """Upload a take that was made elsewhere.

    It has no plan, and is never stale. The workflow that ComfyUI wrote into a file is kept, and
    told by the take's provenance.
    """
    # Before a film comes for nothing.
    chosen = await http.database_of(request).read(takes.stage_of, shot_id, stage)
    upload = Upload(request)
    received, probed = await room_of(request).receive(
        upload.chunks(), takes.accept, upload.departure
    )
    http.note_content(request, received.sha256)
    texts = await reading.kept(room_of(request), received.sha256)
    made = await anyio.to_thread.run_sync(embedded.made, texts, infos_of(request).all())
    return await http.write(
        request, takes.upload, shot_id, chosen, received, probed, upload.name, made
    )


@router.get("/shots/{shot_id}/takes", response_model=list[Take], tags=["takes"])
async def list_takes_of_shot(
    shot_id: RowId,
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
) -> Response:
    """List a shot's takes, with their verdicts on its branch."""
    return await http.show_list(request, Page(limit, after, count), takes.of_shot, shot_id)


@router.post(
    "/shots/{shot_id}/approve",
    response_model=Shot,
    tags=["takes"],
    responses={409: {"description": "The take is another shot's, or not done."}},
)
async def approve_take(shot_id: RowId, approval: Approval, request: Request) -> Response:
    """Approve a take for its stage of a shot.

    Each branch approves its own takes of a shot that it shares with others.
    """
    take_id = approval.take_id
    return await http.write(request, takes.approve, shot_id, take_id, desk_of(request))


@router.post("/shots/{shot_id}/withdraw", response_model=Shot, tags=["takes"])
async def withdraw_approval(shot_id: RowId, withdrawal: Withdrawal, request: Request) -> Response:
    """Take back the approval of a shot's stage."""
    return await http.write(request, takes.withdraw, shot_id, withdrawal.stage)


@router.get("/takes", response_model=list[Take], tags=["takes"])
async def list_takes(
    request: Request,
    status: Annotated[Status | None, Query(description="Only takes of this status.")] = None,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    run_id: Annotated[RowId | None, Query(description="Only this run's.")] = None,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
) -> Response:
    """List takes, the newest first."""
    by = {"status": status, "project_id": project_id, "run_id": run_id}
    return await http.show_list(request, Page(limit, after, count), takes.listed, **by)


@router.get("/takes/{take_id}", response_model=Take, tags=["takes"])
async def get_take(take_id: RowId, request: Request) -> Response:
    """Get a take."""
    return await http.show(request, get, take_id)


@router.get("/takes/{take_id}/provenance", response_model=Provenance, tags=["takes"])
async def get_provenance(take_id: RowId, request: Request) -> Response:
    """Tell what decided a take and what happened when it was made."""
    return await http.show(request, provenance.of_take, take_id)


@router.post(
    "/takes/reorder",
    response_model=list[Take],
    responses={404: {"description": "One of them never was."}},
    tags=["takes"],
)
async def reorder_takes(asked: TakeOrder, request: Request) -> Response:
    """Put takes that wait in another order.

    The ones named are begun in this order, each in a place of one of them; the rest keep theirs.
    One that has begun meanwhile is passed over. Answers those that wait.
    """
    return await http.write_list(request, ordering.reorder, asked.take_ids)


@router.post("/takes/{take_id}/cancel", response_model=Take, tags=["takes"])
async def cancel_take(take_id: RowId, request: Request) -> Response:
    """Cancel a take.

    One that waits ends at once, one that runs within moments; a finished one stays as it is.
    """
    return await http.write(request, takes.cancel, take_id)


@router.post(
    "/takes/{take_id}/retry",
    response_model=Take,
    tags=["takes"],
    responses={409: {"description": "The take is not finished, or was uploaded."}},
)
async def retry_take(take_id: RowId, request: Request) -> Response:
    """Render a take again from its plan alone.

    Answers the new take.
    """
    return await http.write(request, takes.retry, take_id, desk_of(request))


@router.post("/takes/{take_id}/reject", response_model=Take, tags=["takes"])
async def reject_take(take_id: RowId, request: Request) -> Response:
    """Reject a take.

    Where its shot had it approved, that is taken back.
    """
    return await http.write(request, takes.reject, take_id)


@router.post("/projects/{project_id}/render", response_model=Rendering, tags=["rendering"])
async def render(project_id: RowId, asked: RenderRequest, request: Request) -> Response:
    """Queue takes for a branch's shots.

    With `dry_run`, nothing is queued; the answer tells what would be, and why.
    """
    if asked.dry_run:
        return await http.show_large(
            request, runs.would_render, project_id, asked, desk_of(request).memory
        )
    return await http.write(request, runs.render, project_id, asked, desk_of(request))


@router.get("/projects/{project_id}/stale", response_model=list[Stale], tags=["rendering"])
async def list_stale(
    project_id: RowId,
    request: Request,
    branch_name: Annotated[NameFilter, Query(description="The branch.")] = "main",
) -> Response:
    """List the stale shots of a branch.

    Their approved takes are not what would be rendered now; `causes` tell why.
    """
    memory = desk_of(request).memory
    return await http.show_large(request, staleness.stale, memory, project_id, branch_name)


@router.post(
    "/characters/{character_id}/foresee", response_model=list[Foreseen], tags=["rendering"]
)
async def foresee_character(
    character_id: RowId, change: CharacterUpdate, request: Request
) -> Response:
    """Tell what a change of a character would make stale.

    Of all branches, and without what is stale as things are. Nothing is changed.
    """
    memory = desk_of(request).memory
    return await http.show_large(request, foresight.of_character, memory, character_id, change)


@router.get("/runs", response_model=list[Run], tags=["rendering"])
async def list_runs(
    request: Request,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
) -> Response:
    """List runs, the newest first."""
    return await http.show_large_list(request, Page(limit, after, count), runs.listed, project_id)


@router.get("/runs/{run_id}", response_model=Run, tags=["rendering"])
async def get_run(run_id: RowId, request: Request) -> Response:
    """Get a run with the counts of its takes."""
    return await http.show(request, runs.get, run_id)


@router.post("/runs/{run_id}/cancel", response_model=Run, tags=["rendering"])
async def cancel_run(run_id: RowId, request: Request) -> Response:
    """Cancel the unfinished takes of a run."""
    return await http.write(request, runs.cancel, run_id)


@router.get("/runs/{run_id}/shots", response_model=list[RunShot], tags=["rendering"])
async def list_shots_of_run(run_id: RowId, request: Request) -> Response:
    """List the shots of a run, in the order of the story.

    Those of its takes, without what is in the trash; each with the takes that are approved for it.
    """
    return await http.show_large(request, run_shots.listed, run_id)


@router.get("/rendering", response_model=QueueState, tags=["rendering"])
async def show_queue(request: Request) -> Response:
    """Tell whether the queue is paused, and how much is in it."""
    return http.answer((await http.database_of(request).read(pausing.state)).json)


@router.post("/rendering/pause", response_model=QueueState, tags=["rendering"])
async def pause_rendering(request: Request) -> Response:
    """Begin no more takes.

    Those that are being rendered are finished. It holds until it is taken back, whatever is
    started again.
    """
    return await http.write(request, pausing.pause)


@router.post("/rendering/resume", response_model=QueueState, tags=["rendering"])
async def resume_rendering(request: Request) -> Response:
    """Go on with the takes that wait."""
    return await http.write(request, pausing.resume, desk_of(request).wake)
