"""Where the microseconds of one GET and one POST go: `make profile`."""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import psutil
from fastapi import FastAPI, Request
from starlette.types import Message, Scope

from benchmarks import load, seed, service
from benchmarks.scale import FULL, QUICK, Scale
from tower_anime.app import create_app
from tower_anime.core import database, http
from tower_anime.core.binding import StrictRoute
from tower_anime.core.database import NOBODY, Database, Transaction, write_now
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate

HOW = """\
Each layer is called by itself, in one process, and costs what it takes more than the layer inside
it. Processor time is counted, of all threads; the best of many short runs, for a noisy moment only
ever adds. What the server and the system need is the processor time of a served request, less all
that is inside it.
"""
RUNS, CALLS, TOGETHER = 30, 160, 16
SCENE = 5  # an id; which one makes no difference
Layers = list[tuple[str, float]]
"""What is done, and the µs of it and of everything inside it; the innermost first."""

ANSWER = Statement(scenes.DOCUMENTS.select(scenes.s.shown).where(scenes.s.id == SCENE))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.layers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small database")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables there")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        text = tables(QUICK if options.quick else FULL, Path(folder, "data"))
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")


def tables(scale: Scale, folder: Path) -> str:
    """Both tables as Markdown."""
    seed.seed_ours(folder, scale)
    body = json.dumps(seed.scene(1, 7)).encode()
    get = load.in_turn([load.get(f"/api/anime/scenes/{SCENE}")])
    post = load.in_turn([load.post("/api/anime/scenes", body)])
    reading, writing = asyncio.run(in_process(Settings(data_dir=folder), body))
    with service.running(service.ours(folder)) as ours:
        reading.append(("the server and the system: HTTP and the socket", served(ours, get)))
        writing.append(("the server and the system: HTTP and the socket", served(ours, post)))
    told = f"`make profile`, {scale.scenes:,} scenes, {TOGETHER} connections."
    return "\n".join(
        [
            "# Where the microseconds go\n",
            f"{' '.join(HOW.split())}\n",
            "## `GET /scenes/{id}`\n",
            *table(reading),
            "\n## `POST /scenes`\n",
            *table(writing),
            f"\n{told}\n",
        ]
    )


def table(layers: Layers) -> Iterator[str]:
    """Each layer's own share, the innermost first."""
    yield "| layer | µs | of it |\n| --- | ---: | ---: |"
    whole, inside = layers[-1][1], 0.0
    for what, cost in layers:
        yield f"| {what} | {cost - inside:.0f} | {(cost - inside) / whole:.0%} |"
        inside = cost
    yield f"| **all** | **{whole:.0f}** | |"


async def in_process(settings: Settings, body: bytes) -> tuple[Layers, Layers]:
    """The layers of a GET and of a POST, up to the application that the server runs."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        return await reading(app), await writing(app, body)


async def reading(app: FastAPI) -> Layers:
    """A scene, read by its id."""
    db: Database = app.state.db
    route = route_of(app, "GET", "/api/anime/scenes/{scene_id}")
    request = scope_of(app, "GET", f"/api/anime/scenes/{SCENE}", scene_id=str(SCENE))
    statement = db.read_now(lambda reader: best_now(lambda: reader.value(ANSWER)))
    return [
        ("the database: one SELECT", statement),
        (
            "the read: one moment of the file, checked to be there",
            await best(partial(db.read, scenes.get, SCENE)),
        ),
        (
            "the answer: its ETag, its headers",
            await best(lambda: http.show(Request(request), scenes.get, SCENE)),
        ),
        ("binding: the path's parameter", await best(lambda: serve(route.serve, request))),
        ("the door: id, Host, route, log", await best(lambda: serve(app, request))),
    ]


async def writing(app: FastAPI, body: bytes) -> Layers:
    """A scene, written with its shot, change and revision, sixteen at a time."""
    db: Database = app.state.db
    new = SceneCreate.model_validate_json(body)
    route = route_of(app, "POST", "/api/anime/scenes")
    request = scope_of(app, "POST", "/api/anime/scenes", body=body)
    statements = write_now(db, lambda tx: best_now(lambda: scenes.create(again(tx), new)))
    return [
        ("the database: six statements", statements),
        (
            "the commit, shared by eight, its flush, and the way back",
            await best(lambda: database.write(db, NOBODY, scenes.create, new), TOGETHER),
        ),
        (
            "conditions, and the answer",
            await best(lambda: http.write(Request(request), scenes.create, new), TOGETHER),
        ),
        (
            "binding: the body read, parsed, validated",
            await best(lambda: serve(route.serve, request, body), TOGETHER),
        ),
        ("the door: id, Host, route, log", await best(lambda: serve(app, request, body), TOGETHER)),
    ]


def again(tx: Transaction) -> Transaction:
    """A transaction as each command gets its own."""
    return Transaction(tx._connection, tx.dialect, NOBODY)  # noqa: SLF001 - what a writer does


def best_now(call: Callable[[], object]) -> float:
    """As `best`, for a call that waits for nothing."""
    return min(counted(CALLS, lambda: [call() for _ in range(CALLS)]) for _ in range(RUNS))


async def best(call: Callable[[], Awaitable[object]], together: int = 1) -> float:
    """The µs of processor time that one call takes, at the best; `together` go at a time."""

    async def run() -> float:
        started = process_time()
        for _ in range(CALLS // together):
            await asyncio.gather(*(call() for _ in range(together)))
        return (process_time() - started) / CALLS * 1e6

    async def run_alone() -> float:
        started = process_time()
        for _ in range(CALLS):
            await call()
        return (process_time() - started) / CALLS * 1e6

    return min([await (run() if together > 1 else run_alone()) for _ in range(RUNS)])


def counted(calls: int, run: Callable[[], object]) -> float:
    started = process_time()
    run()
    return (process_time() - started) / calls * 1e6


async def serve(app: Any, scope: Scope, body: bytes = b"") -> None:  # any ASGI application
    """One request, without a server."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200, message

    await app(dict(scope), receive, send)


def scope_of(app: FastAPI, method: str, path: str, body: bytes = b"", **params: str) -> Scope:
    headers = [(b"host", b"127.0.0.1"), (b"accept", b"*/*")]
    if body:
        headers += [(b"content-type", b"application/json")]
        headers += [(b"content-length", str(len(body)).encode())]
    return {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8321),
        "app": app,
        "path_params": params,
        "asgi": {"version": "3.0"},
    }


def route_of(app: FastAPI, method: str, path: str) -> StrictRoute:
    found: Sequence[StrictRoute] = [
        route
        for route in app.routes
        if isinstance(route, StrictRoute) and route.path == path and method in (route.methods or ())
    ]
    return found[0]


def served(ours: service.Service, requests: load.NextRequest) -> float:
    """The µs of processor time of a service for each request that it serves."""

    @contextmanager
    def counting(spent: list[float]) -> Iterator[None]:
        before = psutil.Process(ours.pid).cpu_times()
        yield
        after = psutil.Process(ours.pid).cpu_times()
        spent.append(after.user + after.system - before.user - before.system)

    costs = []
    for _ in range(5):
        spent: list[float] = []
        with counting(spent):
            found = load.measure(ours.port, requests, connections=TOGETHER, seconds=2)
        costs.append(spent[0] / found.required_whole("profile").answered * 1e6)
    return min(costs)


if __name__ == "__main__":
    main()
