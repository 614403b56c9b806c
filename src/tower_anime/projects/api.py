"""The routes of projects."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

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
from tower_anime.projects import service
from tower_anime.projects.schemas import Project, ProjectCreate, ProjectUpdate

router = APIRouter(prefix=f"{PREFIX}/projects", tags=["projects"], route_class=StrictRoute)


@router.post("", response_model=Project)
async def create_project(new: ProjectCreate, caller: Asking) -> Response:
    """Start a production."""
    return await caller.write(service.create, new)


@router.get("", response_model=list[Project])
async def list_projects(
    db: Db,
    status: Annotated[NameFilter | None, Query(description="Only projects of this status.")] = None,
    limit: Limit = 100,
    deleted: InTrash = False,
) -> Response:
    """List projects, the newest first."""
    reading = db.read if limit <= 200 else db.scan
    return answer_list(await reading(service.listed, status, limit, deleted))


@router.get("/{project_id}", response_model=Project)
async def get_project(project_id: RowId, db: Db) -> Response:
    """Get one project."""
    return answer(await db.read(service.get, project_id))


@router.put("/{project_id}", response_model=Project)
async def update_project(project_id: RowId, change: ProjectUpdate, caller: Asking) -> Response:
    """Change what is named; settings likewise, one by one."""
    return await caller.write(service.update, project_id, change)


@router.delete("/{project_id}", response_model=Project)
async def delete_project(project_id: RowId, caller: Asking) -> Response:
    """Put a project in the trash, with all that is in it."""
    return await caller.write(service.trash, project_id)


@router.post("/{project_id}/restore", response_model=Project)
async def restore_project(project_id: RowId, caller: Asking) -> Response:
    """Take a project out of the trash."""
    return await caller.write(service.restore, project_id)
