"""The route of undoing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX
from tower_anime.core.schemas import Change
from tower_anime.core.text import RowId
from tower_anime.undo import service

router = APIRouter(prefix=f"{PREFIX}/changes", tags=["changes"], route_class=StrictRoute)


@router.post(
    "/{change_id}/undo",
    response_model=Change,
    responses={409: {"description": "Something later depends on it, or it cannot be taken back."}},
)
async def undo_change(change_id: RowId, request: Request) -> Response:
    """Take back what a change did.

    What was changed since stays; where it builds on the change, nothing is done, and the answer
    names it. An undo is a change, and can be undone.
    """
    return await http.write(request, service.undo, change_id)
