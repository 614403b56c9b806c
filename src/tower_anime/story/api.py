"""The routes of branches, scenes and shots."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, InTrash, Limit, NameFilter
from tower_anime.core.paging import Page
from tower_anime.core.text import RowId
from tower_anime.story import branches, scenes, shots
from tower_anime.story.schemas import (
    Branch,
    Scene,
    SceneCreate,
    SceneUpdate,
    Shot,
    ShotCreate,
    ShotUpdate,
)

router = APIRouter(prefix=PREFIX, route_class=StrictRoute)


@router.get("/projects/{project_id}/branches", response_model=list[Branch], tags=["branches"])
async def list_branches(
    project_id: RowId,
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List a project's branches, the oldest first."""
    page = Page(limit, after, count)
    return await http.show_list(request, page, branches.listed, project_id, deleted)


@router.get("/branches/{branch_id}", response_model=Branch, tags=["branches"])
async def get_branch(branch_id: RowId, request: Request) -> Response:
    """Get one branch."""
    return await http.show(request, branches.get, branch_id)


@router.post(
    "/scenes",
    response_model=Scene,
    tags=["scenes"],
    responses={404: {"description": "No such project."}},
)
async def create_scene(new: SceneCreate, request: Request) -> Response:
    """Create a scene on a branch of a project.

    It begins with one shot. A branch that nobody has named yet is made.
    """
    return await http.write(request, scenes.create, new)


@router.get("/scenes", response_model=list[Scene], tags=["scenes"])
async def list_scenes(
    request: Request,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    branch_name: Annotated[NameFilter | None, Query(description="Only this branch's.")] = None,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List scenes by their number."""
    return await http.show_list(
        request, Page(limit, after, count), scenes.listed, project_id, branch_name, deleted
    )


@router.get("/scenes/{scene_id}", response_model=Scene, tags=["scenes"])
async def get_scene(scene_id: RowId, request: Request) -> Response:
    """Get one scene."""
    return await http.show(request, scenes.get, scene_id)


@router.put("/scenes/{scene_id}", response_model=Scene, tags=["scenes"])
async def update_scene(scene_id: RowId, change: SceneUpdate, request: Request) -> Response:
    """Change a scene.

    What is absent stays. A `video_path` that is written here follows no take any more.
    """
    return await http.write(request, scenes.update, scene_id, change)


@router.delete("/scenes/{scene_id}", response_model=Scene, tags=["scenes"])
async def delete_scene(scene_id: RowId, request: Request) -> Response:
    """Put a scene in the trash.

    Its shots leave with it, and come back with it.
    """
    return await http.write(request, scenes.trash, scene_id)


@router.post(
    "/scenes/{scene_id}/restore",
    response_model=Scene,
    tags=["scenes"],
    responses={409: {"description": "What it is part of is in the trash."}},
)
async def restore_scene(scene_id: RowId, request: Request) -> Response:
    """Take a scene out of the trash."""
    return await http.write(request, scenes.restore, scene_id)


@router.get("/scenes/{scene_id}/shots", response_model=list[Shot], tags=["shots"])
async def list_shots(
    scene_id: RowId,
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
    deleted: InTrash = False,
) -> Response:
    """List a scene's shots in order."""
    page = Page(limit, after, count)
    return await http.show_list(request, page, shots.listed, scene_id, deleted)


@router.post("/scenes/{scene_id}/shots", response_model=Shot, tags=["shots"])
async def create_shot(scene_id: RowId, new: ShotCreate, request: Request) -> Response:
    """Add a shot at the end of a scene."""
    return await http.write(request, shots.create, scene_id, new)


@router.get("/shots/{shot_id}", response_model=Shot, tags=["shots"])
async def get_shot(shot_id: RowId, request: Request) -> Response:
    """Get one shot."""
    return await http.show(request, shots.get, shot_id)


@router.put(
    "/shots/{shot_id}",
    response_model=Shot,
    tags=["shots"],
    responses={
        409: {
            "description": "It cannot move: it is its scene's only one, or that scene is elsewhere."
        }
    },
)
async def update_shot(shot_id: RowId, change: ShotUpdate, request: Request) -> Response:
    """Change a shot.

    What is absent stays. Approvals are made with `approve` and `withdraw`.
    """
    return await http.write(request, shots.update, shot_id, change)


@router.delete(
    "/shots/{shot_id}",
    response_model=Shot,
    tags=["shots"],
    responses={409: {"description": "It is the scene's only shot."}},
)
async def delete_shot(shot_id: RowId, request: Request) -> Response:
    """Put a shot in the trash."""
    return await http.write(request, shots.trash, shot_id)


@router.post(
    "/shots/{shot_id}/restore",
    response_model=Shot,
    tags=["shots"],
    responses={409: {"description": "What it is part of is in the trash."}},
)
async def restore_shot(shot_id: RowId, request: Request) -> Response:
    """Take a shot out of the trash."""
    return await http.write(request, shots.restore, shot_id)
