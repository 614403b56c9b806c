"""The routes of boards and overviews."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tower_anime.board import cards
from tower_anime.board.appearances import appearances
from tower_anime.board.overview import overview
from tower_anime.board.reel import reel
from tower_anime.board.schemas import Appearance, Overview, ReelShot, SceneCard
from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX, NameFilter
from tower_anime.core.text import RowId

router = APIRouter(prefix=PREFIX, tags=["board"], route_class=StrictRoute)


@router.get("/projects/{project_id}/board", response_model=list[SceneCard])
async def show_board(
    project_id: RowId,
    request: Request,
    branch_name: Annotated[NameFilter, Query(description="The branch.")] = "main",
    scene_id: Annotated[RowId | None, Query(description="Only this scene's card.")] = None,
) -> Response:
    """Show a branch as a board.

    All its scenes in the order of the story, each with its shots, its takes counted, and a
    picture. Which of them are stale is a call of its own.
    """
    return await http.show_large(request, cards.board, project_id, branch_name, scene_id)


@router.get("/projects/{project_id}/reel", response_model=list[ReelShot])
async def show_reel(
    project_id: RowId,
    request: Request,
    branch_name: Annotated[NameFilter, Query(description="The branch.")] = "main",
) -> Response:
    """Show a branch as material for a cut.

    All its shots in the order of the story, each with what can be shown of it: its finished takes
    and their media, and which of them is approved.
    """
    return await http.show_large(request, reel, project_id, branch_name)


@router.get("/overview", response_model=list[Overview])
async def show_overview(request: Request) -> Response:
    """Show what is in each project.

    Those in the trash are left out; the newest come first.
    """
    return http.answer(await http.database_of(request).scan(overview))


@router.get("/characters/{character_id}/appearances", response_model=list[Appearance])
async def show_appearances(character_id: RowId, request: Request) -> Response:
    """Show where a character is seen.

    The shots of all branches that it is in, with the versions that their takes show. Of several
    characters of one name, scenes mean the oldest.
    """
    return await http.show_large(request, appearances, character_id)
