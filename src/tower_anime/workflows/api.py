"""The routes of workflows."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, InTrash, Limit
from tower_anime.core.paging import Page
from tower_anime.core.text import Name, RowId
from tower_anime.engines.infos import infos_of
from tower_anime.media.api import UPLOAD, room_of
from tower_anime.media.upload import Upload
from tower_anime.projects import service as projects
from tower_anime.workflows import importing, reading, service
from tower_anime.workflows.graph import Json
from tower_anime.workflows.importing import Imported
from tower_anime.workflows.schemas import (
    Bindings,
    EngineCheck,
    SuggestedBindings,
    Workflow,
    WorkflowCreate,
    WorkflowInside,
    WorkflowUpdate,
)

router = APIRouter(prefix=f"{PREFIX}/workflows", tags=["workflows"], route_class=StrictRoute)

OfProject = Annotated[
    RowId | None, Query(description="This project's, and those for every project.")
]


@router.post("", response_model=Workflow, responses={404: {"description": "No such project."}})
async def create_workflow(new: WorkflowCreate, request: Request) -> Response:
    """Add a workflow from ComfyUI's JSON.

    Any of its formats. What cannot be converted is refused, with the node and the reason.
    """
    imported = await _imported(request, new.graph)
    return await http.write(request, service.create, new.name, new.project_id, imported)


@router.post(
    "/upload",
    response_model=Workflow,
    openapi_extra=UPLOAD,
    responses={404: {"description": "No such project."}},
)
async def upload_workflow(
    request: Request,
    name: Annotated[Name, Query(description="What it is called.")],
    project_id: Annotated[
        RowId | None, Query(description="Whose it is; absent: for every project.")
    ] = None,
) -> Response:
    """Add a workflow from a file.

    JSON in any of ComfyUI's formats, or a PNG, WebP, MP4 or WebM that ComfyUI wrote.
    """
    if project_id is not None:  # before a file comes for nothing
        await http.database_of(request).read(projects.find, project_id)
    imported = await _uploaded(request)
    return await http.write(request, service.create, name, project_id, imported)


@router.post("/read", response_model=WorkflowInside, openapi_extra=UPLOAD)
async def read_workflow(request: Request) -> Response:
    """Read the workflow in a file, and keep nothing.

    As above; the graph is what would be kept. So a newer export can be looked at, and sent as the
    graph of a workflow that there is, together with those of its bindings that still fit.
    """
    return await http.write(request, service.inside, await _uploaded(request))


async def _uploaded(request: Request) -> Imported:
    """The graph in the file that comes with a request."""
    sha256, texts = await reading.receive(room_of(request), Upload(request).chunks())
    http.note_content(request, sha256)
    return await anyio.to_thread.run_sync(_from_texts, texts, infos_of(request).all())


def _from_texts(texts: dict[str, str], infos: dict[int, importing.ObjectInfo]) -> Imported:
    with service.refused():
        return importing.from_texts(texts, infos)


def _from_json(document: Json, infos: dict[int, importing.ObjectInfo]) -> Imported:
    with service.refused():
        return importing.from_json(document, infos)


async def _imported(request: Request, document: Json) -> Imported:
    """The graph of a document; large ones are not converted where requests are served."""
    return await anyio.to_thread.run_sync(_from_json, document, infos_of(request).all())


@router.get("", response_model=list[Workflow])
async def list_workflows(
    request: Request,
    project_id: OfProject = None,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List workflows, the newest first."""
    page = Page(limit, after, count)
    return await http.show_large_list(request, page, service.listed, project_id, deleted)


@router.get("/{workflow_id}", response_model=Workflow)
async def get_workflow(workflow_id: RowId, request: Request) -> Response:
    """Get a workflow with its graph and its bindings."""
    return await http.show(request, service.get, workflow_id)


@router.put("/{workflow_id}", response_model=Workflow)
async def update_workflow(workflow_id: RowId, change: WorkflowUpdate, request: Request) -> Response:
    """Change a workflow.

    What is absent stays. A new graph may be in any of ComfyUI's formats.
    """
    if "graph" in change.model_fields_set:
        await http.show(request, service.get, workflow_id)  # before it is converted for nothing
        imported = await _imported(request, change.graph)
        change = change.model_copy(update={"graph": imported.graph})
    return await http.write(request, service.update, workflow_id, change)


@router.delete("/{workflow_id}", response_model=Workflow)
async def delete_workflow(workflow_id: RowId, request: Request) -> Response:
    """Put a workflow in the trash."""
    return await http.write(request, service.trash, workflow_id)


@router.post(
    "/{workflow_id}/restore",
    response_model=Workflow,
    responses={409: {"description": "What it is part of is in the trash."}},
)
async def restore_workflow(workflow_id: RowId, request: Request) -> Response:
    """Take a workflow out of the trash."""
    return await http.write(request, service.restore, workflow_id)


@router.put("/{workflow_id}/bindings", response_model=Workflow)
async def confirm_bindings(workflow_id: RowId, given: Bindings, request: Request) -> Response:
    """Confirm which inputs take what.

    These bindings replace all that there were; nothing is guessed when a take is sent. An input
    that comes over a link cannot be bound: bind the value where it comes from.
    """
    return await http.write(request, service.bind, workflow_id, given)


@router.get("/{workflow_id}/suggested-bindings", response_model=SuggestedBindings)
async def suggest_bindings(workflow_id: RowId, request: Request) -> Response:
    """Suggest bindings, each with the reason.

    Read off links, classes and titles. They do nothing until they are confirmed.
    """
    return await http.show_large(request, service.suggested, workflow_id)


@router.post("/{workflow_id}/check", response_model=list[EngineCheck])
async def check_workflow(workflow_id: RowId, request: Request) -> Response:
    """Tell what keeps a workflow from running, for each engine.

    Nodes that are not installed, models that are not there, values that are not taken. Inputs that
    are bound are not held to the values that the graph has for them.
    """
    infos = infos_of(request).all()
    return await http.write_list(request, service.checked, workflow_id, infos)
