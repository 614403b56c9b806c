"""The composition root: the one place where the parts are wired."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Literal

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tower_anime.board import api as board
from tower_anime.characters import api as characters
from tower_anime.core import changes_api as changes
from tower_anime.core import clock, interpreter, lock, problems, token
from tower_anime.core.binding import StrictRoute
from tower_anime.core.children import Children
from tower_anime.core.database import Database, write_now
from tower_anime.core.errors import TowerError
from tower_anime.core.front import Front
from tower_anime.core.gate import Gate
from tower_anime.core.http import PREFIX, answer, database_of
from tower_anime.core.openapi.document import DocumentedApp
from tower_anime.core.openapi.pages import add_pages
from tower_anime.core.opening import open_database
from tower_anime.core.origins import Origins
from tower_anime.core.settings import Settings
from tower_anime.core.space import DiskSpace, space_of
from tower_anime.core.stream import Hub
from tower_anime.core.text import dump
from tower_anime.cuts import api as cuts
from tower_anime.cuts.cut_work import CutWork
from tower_anime.engines import api as engines
from tower_anime.engines.farm import Farm
from tower_anime.engines.infos import Infos
from tower_anime.engines.probing import Prober
from tower_anime.engines.service import add_missing
from tower_anime.media import api as media
from tower_anime.media.room import MediaRoom
from tower_anime.ops import api as ops
from tower_anime.ops import run_news
from tower_anime.ops.adoption.service import adopt
from tower_anime.ops.films import FilmsMirror
from tower_anime.ops.run_news import RunNews
from tower_anime.ops.schedule import Schedule
from tower_anime.parcel import api as parcel
from tower_anime.projects import api as projects
from tower_anime.projects import service as project_verbs
from tower_anime.renders import api as renders
from tower_anime.renders.comfyui.abilities import Abilities
from tower_anime.renders.comfyui.attempt import Tools
from tower_anime.renders.comfyui.comfyui_work import ComfyWork
from tower_anime.renders.comfyui.following import Patience
from tower_anime.renders.comfyui.previews import Previews
from tower_anime.renders.comfyui.recalling import Recaller
from tower_anime.renders.desk import Desk
from tower_anime.renders.making import Making
from tower_anime.renders.queue import RenderQueue
from tower_anime.renders.staleness import Memory
from tower_anime.renders.take_work import TakeWork
from tower_anime.renders.told_work import ToldWork
from tower_anime.renders.work import Work
from tower_anime.story import api as story
from tower_anime.story import branch_api as story_branches
from tower_anime.story.script import api as scripts
from tower_anime.studio.pages import add_studio
from tower_anime.undo import api as undo
from tower_anime.welcome import api as welcome
from tower_anime.workflows import api as workflows

# The calls that were documented first, by (method, path): pages of any origin may make them.
DOCUMENTED = frozenset(
    (method, f"{PREFIX}/{path}")
    for method, path in (
        ("GET", "health"),
        ("GET", "projects"),
        ("POST", "projects"),
        ("GET", "projects/{project_id}"),
        ("GET", "characters"),
        ("POST", "characters"),
        ("PUT", "characters/{character_id}"),
        ("GET", "scenes"),
        ("POST", "scenes"),
        ("PUT", "scenes/{scene_id}"),
    )
)

service = APIRouter(tags=["service"], route_class=StrictRoute)


class Health(BaseModel):
    """Whether the service is healthy."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "healthy",
                    "service": "tower-anime-production",
                    "database": "connected",
                    "project_count": 1,
                    "timestamp": "2025-10-05T04:57:46.802250Z",
                }
            ]
        }
    )

    status: Literal["healthy", "unhealthy"]
    service: Literal["tower-anime-production"]
    database: Literal["connected", "disconnected"]
    project_count: int | None
    timestamp: str


class Version(BaseModel):
    """Which service this is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "tower-anime",
                    "version": "0.1.0",
                    "python": "3.13.1",
                    "database": "sqlite",
                }
            ]
        }
    )

    name: str
    version: str
    python: str
    database: str


@service.get(f"{PREFIX}/health", response_model=Health, responses={503: {"model": Health}})
async def health(request: Request) -> Response:
    """Tell whether the service and its database are well.

    200 where they are, else 503.
    """
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

    model_config = ConfigDict(json_schema_extra={"examples": [{"ready": True}]})

    ready: bool
    detail: str | None = Field(
        default=None, description="What it does not do for now, and why; absent while all is well."
    )


@service.get(f"{PREFIX}/ready", response_model=Ready, responses={503: {"description": "Not now."}})
async def ready(request: Request) -> Response:
    """Tell whether the service takes requests.

    200 once it does and its database answers, else 503. Without room on the disk it still answers
    reads: 200, and a `detail` that says so.
    """
    await anyio.to_thread.run_sync(database_of(request).check)
    detail = space_of(request).described()
    return answer(dump({"ready": True} if detail is None else {"ready": True, "detail": detail}))


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

    app = DocumentedApp(
        title="Tower Anime",
        version=version("tower-anime"),
        summary="The studio server for people who make anime with generative models.",
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_url=None,  # `add_pages` adds the document and its pages
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    # As if each route had been made on the app, and before its own pages: including a router costs
    # each request a second search for its route (measured: 60 of 340 µs).
    routers = (
        *(projects, characters, engines, workflows, story, story_branches, scripts),
        *(media, renders, cuts, board, changes, undo, ops, welcome, parcel),
    )
    own = [route for module in routers for route in module.router.routes]
    app.router.routes[:0] = [*own, *service.routes]
    add_pages(app)
    add_studio(app)
    problems.add_error_answers(app)
    app.state.front = app.middleware_stack = Front(
        app.build_middleware_stack(), app.routes, Origins(settings), DOCUMENTED
    )
    app.state.cut_off = lambda _scope: None  # the server that runs this knows better
    return app


def _servers(
    db: Database, settings: Settings, hub: Hub, running: AsyncExitStack
) -> tuple[Farm, Prober]:
    """Know the ComfyUI servers; what nobody wants any more is called off there."""
    farm = Farm(Infos())
    running.callback(farm.close)
    prober = Prober(db, farm, hub.tell, settings.engine_probe_seconds)
    write_now(db, add_missing, settings.comfyui_urls)
    recaller = Recaller(db, farm)
    for one in (prober, recaller):
        db.listeners.append(one.wake)
        one.start()
        running.callback(one.stop)
    return farm, prober


def _tell_of_runs(db: Database, settings: Settings, running: AsyncExitStack) -> None:
    """Have those told of finished runs whom the settings name."""
    if not (settings.notify_command or settings.notify_url):
        run_news.forget(settings)
        return
    news = RunNews(db, settings)
    db.listeners.append(news.wake)
    news.start()
    running.callback(news.stop)


def _start(app: FastAPI, settings: Settings, running: AsyncExitStack) -> None:
    """Wire the parts; `running` ends them in the opposite order."""
    interpreter.prepare()
    running.callback(lock.hold(settings.data_dir).release)
    if settings.lan:
        app.state.front.gate = Gate(token.kept(settings.data_dir))
    space = DiskSpace(settings.data_dir, settings.min_free_bytes)
    space.start()
    running.callback(space.stop)
    adopt(settings)
    db = open_database(settings)
    running.callback(db.close)
    hub = Hub(db)
    db.listeners.append(hub.wake)
    running.callback(hub.close)
    room = MediaRoom(settings)
    running.callback(room.close)
    if settings.films_mirror:
        mirror = FilmsMirror(db, room.store, settings.data_dir / "films")
        db.listeners.append(mirror.wake)
        mirror.start()
        running.callback(mirror.stop)
    farm, prober = _servers(db, settings, hub, running)
    children = Children(settings.render_workers)
    running.callback(children.close)
    making = Making(room, children)
    abilities = Abilities(farm)
    tools = Tools(
        *(db, room, farm, abilities),
        patience=Patience(settings.engine_stall_seconds, settings.engine_away_seconds),
        limit_bytes=settings.max_upload_bytes,
        show=Previews(hub.tell).show,
    )
    kinds: list[Work] = [
        TakeWork(db, making, settings.worker_id),
        ComfyWork(tools),
        CutWork(db, making),
    ]
    works: list[Work] = [ToldWork(work, db, hub.tell) for work in kinds]
    queue = RenderQueue(db, settings, works, space)
    farm.listeners.append(queue.wake)
    app.state.desk = Desk(queue.wake, Memory(), abilities.require)
    _tell_of_runs(db, settings, running)
    running.callback(queue.stop)
    queue.start()
    if settings.backup_dir is not None and settings.backup_every:
        schedule = Schedule(settings)
        schedule.start()
        running.callback(schedule.stop)
    app.state.settings, app.state.space, app.state.infos = settings, space, farm.infos
    app.state.farm, app.state.prober = farm, prober
    app.state.importing = CapacityLimiter(1)
    app.state.max_body_bytes = settings.max_body_bytes
    app.state.db, app.state.media, app.state.queue, app.state.hub = db, room, queue, hub
