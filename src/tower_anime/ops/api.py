"""The route of the doctor."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX
from tower_anime.ops import glance
from tower_anime.ops.schemas import Found

router = APIRouter(prefix=PREFIX, tags=["service"], route_class=StrictRoute)


@router.get("/doctor", response_model=list[Found])
async def show_doctor(request: Request) -> Response:
    """Tell what is well with the service and what is not.

    As far as a quick look tells: of the folder, the backups, the engines, and rows that lack
    something. `tower-anime doctor` looks at everything.
    """
    settings = request.app.state.settings
    return http.answer((await http.database_of(request).scan(glance.glance, settings)).json)
