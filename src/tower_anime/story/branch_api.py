"""The routes by which branches fork, are compared, merge and go back, and what moves in them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from tower_anime.characters.schemas import Character
from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, After, Count, Limit
from tower_anime.core.paging import Page
from tower_anime.core.text import Number, RowId
from tower_anime.story import (
    branches,
    forking,
    merging,
    moments,
    points,
    renaming,
    reverting,
    scenes,
    shots,
)
from tower_anime.story.branch_schemas import (
    BranchCreate,
    BranchThen,
    BranchUpdate,
    CharacterRename,
    Comparison,
    MergeOutcome,
    MergeRequest,
    RevertOutcome,
    RevertRequest,
    SceneReorder,
    SceneThen,
    ShotReorder,
    Tag,
    TagCreate,
)
from tower_anime.story.schemas import Branch, Scene, Shot

router = APIRouter(prefix=PREFIX, route_class=StrictRoute)

ChangeId = Annotated[RowId, Path(description="A change's id.")]
_IN_USE: dict[int | str, dict[str, Any]] = {  # parts of an OpenAPI document
    409: {"description": "Another branch of the project has that name."}
}


@router.post(
    "/projects/{project_id}/branches", response_model=Branch, tags=["branches"], responses=_IN_USE
)
async def fork_branch(project_id: RowId, new: BranchCreate, request: Request) -> Response:
    """Begin a branch as the copy of another.

    Its scenes and shots are copied as they are, or as they were; takes are shared by their lineage.
    """
    return await http.write(request, forking.fork, project_id, new)


@router.put("/branches/{branch_id}", response_model=Branch, tags=["branches"], responses=_IN_USE)
async def update_branch(branch_id: RowId, change: BranchUpdate, request: Request) -> Response:
    """Rename or describe a branch.

    Its scenes follow its name.
    """
    return await http.write(request, branches.update, branch_id, change)


@router.delete("/branches/{branch_id}", response_model=Branch, tags=["branches"])
async def delete_branch(branch_id: RowId, request: Request) -> Response:
    """Put a branch in the trash, with its scenes: archive it."""
    return await http.write(request, branches.trash, branch_id)


@router.post(
    "/branches/{branch_id}/restore",
    response_model=Branch,
    tags=["branches"],
    responses={409: {"description": "Its name is used by now, or its project is in the trash."}},
)
async def restore_branch(branch_id: RowId, request: Request) -> Response:
    """Take a branch out of the trash."""
    return await http.write(request, branches.restore, branch_id)


@router.get(
    "/branches/{branch_id}/compare",
    response_model=Comparison,
    tags=["branches"],
    responses={409: {"description": "The branches are of different projects."}},
)
async def compare_branches(
    branch_id: RowId,
    request: Request,
    other: Annotated[RowId, Query(alias="with", description="The other branch's id: theirs.")],
    at: Annotated[RowId | None, Query(description="Ours as it was after this change.")] = None,
    with_at: Annotated[
        RowId | None, Query(description="Theirs as it was after this change.")
    ] = None,
) -> Response:
    """Compare two branches, or two moments of one, field by field.

    The path's branch is ours. Each difference tells what theirs has against ours, and the base.
    """
    return await http.show_large(request, merging.compare, branch_id, other, at, with_at)


@router.post(
    "/branches/{branch_id}/merge",
    response_model=MergeOutcome,
    tags=["branches"],
    responses={
        409: {
            "description": "Conflicts without a resolution (with the outcome beside the problem), a"
            " branch that has moved since `at`, or branches of different projects."
        }
    },
)
async def merge_branch(branch_id: RowId, asked: MergeRequest, request: Request) -> Response:
    """Merge another branch into this one, as one change.

    A dry run tells what would happen and lists the conflicts, and writes nothing. While a conflict
    has no resolution, nothing is written.
    """
    if asked.dry_run:
        return await http.show_large(request, merging.preview, branch_id, asked)
    return await http.write(request, merging.merge_in, branch_id, asked)


@router.post("/branches/{branch_id}/revert", response_model=RevertOutcome, tags=["branches"])
async def revert_branch(branch_id: RowId, asked: RevertRequest, request: Request) -> Response:
    """Have a branch be again as it was: after a change, at a tag, or at a time.

    That is a change itself, and can be undone.
    """
    return await http.write(request, reverting.revert, branch_id, asked)


@router.get("/branches/{branch_id}/tags", response_model=list[Tag], tags=["branches"])
async def list_tags(
    branch_id: RowId,
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
) -> Response:
    """List a branch's tags, the oldest first."""
    return await http.show_list(request, Page(limit, after, count), points.tagged, branch_id)


@router.post(
    "/branches/{branch_id}/tags",
    response_model=Tag,
    tags=["branches"],
    responses={409: {"description": "The branch has a tag of that name."}},
)
async def tag_branch(branch_id: RowId, new: TagCreate, request: Request) -> Response:
    """Name a branch as it is, or as it was after a change."""
    return await http.write(request, points.tag, branch_id, new.name, new.at)


@router.get("/branches/{branch_id}/at/{change_id}", response_model=BranchThen, tags=["branches"])
async def get_branch_then(branch_id: RowId, change_id: ChangeId, request: Request) -> Response:
    """Get a branch as it was after a change, with all its scenes and shots."""
    return await http.show_large(request, moments.then, branch_id, change_id)


@router.get("/scenes/{scene_id}/revisions", response_model=list[SceneThen], tags=["scenes"])
async def list_scene_revisions(
    scene_id: RowId,
    request: Request,
    limit: Limit = 100,
    after: After = None,
    count: Count = False,
) -> Response:
    """List every state of a scene with its shots, the newest first."""
    page = Page(limit, after, count)
    return await http.show_large_list(request, page, moments.revisions, scene_id)


@router.post(
    "/scenes/{scene_id}/revisions/{number}/restore",
    response_model=Scene,
    tags=["scenes"],
    responses={409: {"description": "All of its shots are in other scenes now."}},
)
async def restore_scene_revision(
    scene_id: RowId,
    number: Annotated[Number, Path(description="The revision's number.")],
    request: Request,
) -> Response:
    """Go back to an earlier state of a scene and its shots.

    It becomes a new revision; the ones between are kept.
    """
    return await http.write(request, reverting.restore_revision, scene_id, number)


@router.post(
    "/scenes/reorder",
    response_model=list[Scene],
    tags=["scenes"],
    responses={404: {"description": "No such project or branch, or a scene that is not there."}},
)
async def reorder_scenes(asked: SceneReorder, request: Request) -> Response:
    """Put scenes of an episode in another order.

    Each takes a place of one of those named, and only those change that have to move: between 3 and
    4 a scene gets the number 3. Answers the scenes named.
    """
    return await http.write_list(request, scenes.reorder, asked)


@router.post("/scenes/{scene_id}/shots/reorder", response_model=list[Shot], tags=["shots"])
async def reorder_shots(scene_id: RowId, asked: ShotReorder, request: Request) -> Response:
    """Put shots of a scene in another order.

    Each takes a place of one of those named; numbers stay. Answers all shots of the scene.
    """
    return await http.write_list(request, shots.reorder, scene_id, asked.shot_ids)


@router.post(
    "/characters/{character_id}/rename",
    response_model=Character,
    tags=["characters"],
    responses={409: {"description": "A branch is of another project."}},
)
async def rename_character(
    character_id: RowId, asked: CharacterRename, request: Request
) -> Response:
    """Rename a character, and have the scenes of some branches follow.

    Scenes, casts and speakers that name it are changed, as one change of each branch.
    """
    return await http.write(request, renaming.rename, character_id, asked)
