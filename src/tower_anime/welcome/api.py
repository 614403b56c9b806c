"""The route by which an empty studio makes the sample production."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response

from tower_anime import sample
from tower_anime.core import http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.http import PREFIX
from tower_anime.core.space import space_of
from tower_anime.media.api import room_of
from tower_anime.projects.schemas import Project
from tower_anime.renders.api import desk_of
from tower_anime.welcome import service
from tower_anime.welcome.service import Picture

router = APIRouter(prefix=f"{PREFIX}/projects", tags=["projects"], route_class=StrictRoute)


@router.post(
    "/sample",
    response_model=Project,
    responses={409: {"description": "The sample production is here already."}},
)
async def make_sample(request: Request) -> Response:
    """Make the sample production.

    A short film with its characters, scenes and dialogue; the built-in engine draws its shots at
    once. Answers the project.
    """
    space_of(request).require()
    images = {character["image"] for character in sample.load()["characters"]}
    pictures = {name: await _kept(request, name) for name in sorted(images)}
    return await http.write(request, service.make, pictures, desk_of(request))


async def _kept(request: Request, name: str) -> Picture:
    async def chunks() -> AsyncIterator[bytes]:
        yield sample.picture(name)

    return await room_of(request).receive(chunks())
