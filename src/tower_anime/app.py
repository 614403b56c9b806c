"""The composition root: the one place where the parts are wired."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Literal

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel
from starlette.middleware.cors import CORSMiddleware

from tower_anime.characters import api as characters
from tower_anime.core import clock, http, lock
from tower_anime.core.children import Children
from tower_anime.core.errors import TowerError
from tower_anime.core.http import PREFIX, answer, database_of
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.text import dump
from tower_anime.cuts import api as cuts
from tower_anime.cuts.cut_work import CutWork
from tower_anime.media import api as media
from tower_anime.media.room import MediaRoom
from tower_anime.ops.films import FilmsMirror
from tower_anime.projects import api as projects
from tower_anime.projects import service as project_verbs
from tower_anime.renders import api as renders
from tower_anime.renders.making import Making
from tower_anime.renders.queue import RenderQueue, Work
from tower_anime.renders.take_work import TakeWork
from tower_anime.story import api as story

# Beside one busy thread a list fell from 2,180 to 390 requests a second at Python's usual 5 ms.
SWITCH_SECONDS = 0.0005

GARBAGE = 20_000  # objects between two collections; at 700, each few requests paid for one

service = APIRouter(tags=["service"])


class Health(BaseModel):
    """Whether the service is healthy."""

    status: Literal["healthy", "unhealthy"]
    service: Literal["tower-anime-production"]
    database: Literal["connected", "disconnected"]
    project_count: int | None
    timestamp: str


class Version(BaseModel):
    """Which service this is."""

    name: str
    version: str
    python: str
    database: str


@service.get(f"{PREFIX}/health", response_model=Health, responses={503: {"model": Health}})
async def health(request: Request) -> Response:
    """Tell whether the service and its database are well: 200, or 503."""
    db = database_of(request)
    try:
        await anyio.to_thread.run_sync(db.check)
        count = await db.read(project_verbs.count)
    except TowerError:
        return _health("unhealthy", "disconnected", None, 503)
    return _health("healthy", "connected", count, 200)


def _health(status: str, database: str, count: int | None, code: int) -> Response:
    told = {
        "status": status,
        "service": "tower-anime-production",
        "database": database,
        "project_count": count,
        "timestamp": clock.now(),
    }
    return Response(dump(told), code, media_type="application/json")


class Ready(BaseModel):
    """Whether the service takes requests."""

    ready: bool


@service.get(f"{PREFIX}/ready", response_model=Ready, responses={503: {"description": "Not now."}})
async def ready(request: Request) -> Response:
    """Answer 200 once the service takes requests and its database answers, else 503."""
    await anyio.to_thread.run_sync(database_of(request).check)
    return answer('{"ready":true}')


@service.get(f"{PREFIX}/version", response_model=Version)
async def tell_version(request: Request) -> Response:
    """Tell the service's version and what it runs on."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    told = {"name": "tower-anime", "version": version("tower-anime")}
    return answer(dump({**told, "python": python, "database": database_of(request).dialect}))


def create_app(settings: Settings) -> FastAPI:
    """A service for these settings. It opens its database when it starts, not before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            await anyio.to_thread.run_sync(_start, app, settings, running)
            yield

    app = FastAPI(
        title="Tower Anime",
        version=version("tower-anime"),
        summary="The studio server for people who make anime with generative models.",
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    # As if each route had been made on the app, and before its own pages: including a router costs
    # each request a second search for its route (measured: 60 of 340 µs).
    routers = (projects, characters, story, media, renders, cuts)
    own = [route for module in routers for route in module.router.routes]
    app.router.routes[:0] = [*own, *service.routes]
    http.add_error_answers(app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["ETag", "Link", "X-Request-ID", "X-Total-Count"],
    )
    app.add_middleware(http.RequestLog)
    return app


def _start(app: FastAPI, settings: Settings, running: AsyncExitStack) -> None:
    """Wire the parts; `running` ends them in the opposite order."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # what was imported stays: no collection needs to look at it again
    gc.set_threshold(GARBAGE)
    running.callback(lock.hold(settings.data_dir).release)
    db = open_database(settings)
    running.callback(db.close)
    room = MediaRoom(settings)
    running.callback(room.close)
    if settings.films_mirror:
        mirror = FilmsMirror(db, room.store, settings.data_dir / "films")
        db.listeners.append(mirror.wake)
        mirror.start()
        running.callback(mirror.stop)
    children = Children(settings.render_workers)
    running.callback(children.close)
    making = Making(room, children)
    works: list[Work] = [TakeWork(db, making, settings.worker_id), CutWork(db, making)]
    queue = RenderQueue(db, settings, works)
    queue.start()
    running.callback(queue.stop)
    app.state.settings = settings
    app.state.max_body_bytes = settings.max_body_bytes
    app.state.db, app.state.media, app.state.queue = db, room, queue
