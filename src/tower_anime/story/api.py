"""The routes of branches, scenes and shots."""

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
async def list_branches(project_id: RowId, db: Db) -> Response:
    """List a project's branches, the oldest first."""
    return answer_list(await db.scan(branches.listed, project_id))


@router.get("/branches/{branch_id}", response_model=Branch, tags=["branches"])
async def get_branch(branch_id: RowId, db: Db) -> Response:
    """Get one branch."""
    return answer(await db.read(branches.get, branch_id))


@router.post("/scenes", response_model=Scene, tags=["scenes"])
async def create_scene(new: SceneCreate, caller: Asking) -> Response:
    """Write a scene into a branch of a project."""
    return await caller.write(scenes.create, new)


@router.get("/scenes", response_model=list[Scene], tags=["scenes"])
async def list_scenes(
    db: Db,
    project_id: Annotated[RowId | None, Query(description="Only this project's.")] = None,
    branch_name: Annotated[NameFilter | None, Query(description="Only this branch's.")] = None,
    limit: Limit = 100,
    deleted: InTrash = False,
) -> Response:
    """List scenes by their number."""
    reading = db.read if limit <= 200 else db.scan
    return answer_list(await reading(scenes.listed, project_id, branch_name, limit, deleted))


@router.get("/scenes/{scene_id}", response_model=Scene, tags=["scenes"])
async def get_scene(scene_id: RowId, db: Db) -> Response:
    """Get one scene."""
    return answer(await db.read(scenes.get, scene_id))


@router.put("/scenes/{scene_id}", response_model=Scene, tags=["scenes"])
async def update_scene(scene_id: RowId, change: SceneUpdate, caller: Asking) -> Response:
    """Change what is named."""
    return await caller.write(scenes.update, scene_id, change)


@router.delete("/scenes/{scene_id}", response_model=Scene, tags=["scenes"])
async def delete_scene(scene_id: RowId, caller: Asking) -> Response:
    """Put a scene in the trash, with its shots."""
    return await caller.write(scenes.trash, scene_id)


@router.post("/scenes/{scene_id}/restore", response_model=Scene, tags=["scenes"])
async def restore_scene(scene_id: RowId, caller: Asking) -> Response:
    """Take a scene out of the trash."""
    return await caller.write(scenes.restore, scene_id)


@router.get("/scenes/{scene_id}/shots", response_model=list[Shot], tags=["shots"])
async def list_shots(scene_id: RowId, db: Db, deleted: InTrash = False) -> Response:
    """List a scene's shots in order."""
    return answer_list(await db.read(shots.listed, scene_id, deleted))


@router.post("/scenes/{scene_id}/shots", response_model=Shot, tags=["shots"])
async def create_shot(scene_id: RowId, new: ShotCreate, caller: Asking) -> Response:
    """Add a shot at the end of a scene."""
    return await caller.write(shots.create, scene_id, new)


@router.get("/shots/{shot_id}", response_model=Shot, tags=["shots"])
async def get_shot(shot_id: RowId, db: Db) -> Response:
    """Get one shot."""
    return answer(await db.read(shots.get, shot_id))


@router.put("/shots/{shot_id}", response_model=Shot, tags=["shots"])
async def update_shot(shot_id: RowId, change: ShotUpdate, caller: Asking) -> Response:
    """Change what is named."""
    return await caller.write(shots.update, shot_id, change)


@router.delete("/shots/{shot_id}", response_model=Shot, tags=["shots"])
async def delete_shot(shot_id: RowId, caller: Asking) -> Response:
    """Put a shot in the trash; the last one of a scene stays."""
    return await caller.write(shots.trash, shot_id)


@router.post("/shots/{shot_id}/restore", response_model=Shot, tags=["shots"])
async def restore_shot(shot_id: RowId, caller: Asking) -> Response:
    """Take a shot out of the trash."""
    return await caller.write(shots.restore, shot_id)
