"""The routes of projects."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, InTrash, Limit, NameFilter
from tower_anime.core.paging import Page
from tower_anime.core.text import RowId
from tower_anime.projects import service
from tower_anime.projects.schemas import Project, ProjectCreate, ProjectUpdate

router = APIRouter(prefix=f"{PREFIX}/projects", tags=["projects"], route_class=StrictRoute)


@router.post("", response_model=Project)
async def create_project(new: ProjectCreate, request: Request) -> Response:
    """Create a project.

    What is absent has its default: stage `video`, engine `animatic`, 1280 by 720 at 24/1.
    """
    return await http.write(request, service.create, new)


@router.get("", response_model=list[Project])
async def list_projects(
    request: Request,
    status: Annotated[NameFilter | None, Query(description="Only projects of this status.")] = None,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List projects, the newest first."""
    return await http.show_list(request, Page(limit, after, count), service.listed, status, deleted)


@router.get("/{project_id}", response_model=Project)
async def get_project(project_id: RowId, request: Request) -> Response:
    """Get one project."""
    return await http.show(request, service.get, project_id)


@router.put("/{project_id}", response_model=Project)
async def update_project(project_id: RowId, change: ProjectUpdate, request: Request) -> Response:
    """Change a project.

    What is absent stays; settings likewise, one by one.
    """
    return await http.write(request, service.update, project_id, change)


@router.delete("/{project_id}", response_model=Project)
async def delete_project(project_id: RowId, request: Request) -> Response:
    """Put a project in the trash.

    All that is in it leaves the lists with it, and comes back with it.
    """
    return await http.write(request, service.trash, project_id)


@router.post("/{project_id}/restore", response_model=Project)
async def restore_project(project_id: RowId, request: Request) -> Response:
    """Take a project out of the trash."""
    return await http.write(request, service.restore, project_id)
