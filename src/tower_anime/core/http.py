"""The edge: how requests become commands, and rows and errors become answers."""

from __future__ import annotations

import itertools
import logging
import re
import secrets
import time
from typing import Annotated

from fastapi import FastAPI, Request, Response
from fastapi import Query as InQuery
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tower_anime.core import database, text
from tower_anime.core.database import Command, Context, Database, P, Query, T
from tower_anime.core.errors import TowerError
from tower_anime.core.logs import request_id

log = logging.getLogger("tower_anime.requests")

PREFIX = "/api/anime"

Limit = Annotated[int, InQuery(ge=0, le=10_000, description="How many rows at the most.")]
MANY = 10_000  # rows, where the caller sets no limit
QUICK_ROWS = 200  # read where the request is served; longer lists go to a thread
NAME_LENGTH = 255

InTrash = Annotated[bool, InQuery(description="List what is in the trash instead.")]
NameFilter = Annotated[str, InQuery(max_length=255), text.Storable]


def answer(document: str | bytes) -> Response:
    """An answer whose JSON the database has built."""
    return Response(document, media_type="application/json")


# --- from a route to the database and back
#
# Routes take the bare `request`: resolving a dependency costs FastAPI as much as the query does.


def database_of(request: Request) -> Database:
    """The service's database."""
    db: Database = request.app.state.db
    return db


async def show(
    request: Request, query: Query[P, str], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """Answer with one document."""
    return answer(await database_of(request).read(query, *args, **kwargs))


async def show_large(
    request: Request, query: Query[P, str], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """Answer with one document that takes a while to gather, on another thread."""
    return answer(await database_of(request).scan(query, *args, **kwargs))


async def show_list(
    request: Request, rows: int, query: Query[P, list[str]], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """Answer with a list of at most `rows` documents; a long one is read on another thread."""
    db = database_of(request)
    reading = db.read if rows <= QUICK_ROWS else db.scan
    documents = await reading(query, *args, **kwargs)
    return answer(f"[{','.join(documents)}]")


async def run(request: Request, command: Command[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a command as the request's one transaction; its result, after the commit.

    The caller's name and the request's id go into the transaction.
    """
    context = Context(_actor(request), request_id.get())
    return await database.write(database_of(request), context, command, *args, **kwargs)


async def write(
    request: Request, command: Command[P, str], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """Run a command, and answer with the document that it returns."""
    return answer(await run(request, command, *args, **kwargs))


def _actor(request: Request) -> str | None:
    """Who changes something, from the header X-Actor: UTF-8, and without control characters."""
    named = request.headers.get("x-actor")
    if named is None:
        return None
    name = named.encode("latin-1").decode("utf-8", "replace")
    return "".join(c for c in name if c.isprintable())[:NAME_LENGTH] or None


def problem(status: int, title: str, detail: object) -> JSONResponse:
    """An error as RFC 9457 has it; `detail` is a plain sentence, or a list of refused fields."""
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id.get(),
    }
    return JSONResponse(content, status, media_type="application/problem+json")


def add_error_answers(app: FastAPI) -> None:
    """Have every error rendered here, and nowhere else."""

    @app.exception_handler(TowerError)
    async def told(_: Request, error: TowerError) -> Response:
        if error.status >= 500:
            log.error("%s", error.detail, exc_info=error)
        return problem(error.status, error.title, error.detail)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> Response:
        response = problem(error.status_code, str(error.detail), error.detail)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def refused(_: Request, error: RequestValidationError) -> Response:
        fields = [{k: e[k] for k in ("type", "loc", "msg")} for e in error.errors()]
        return problem(422, "Unprocessable", fields)


# Random once, then counted: asking the system for random bytes lets go of the interpreter, and
# beside a busy thread getting it back took 0.4 ms a request.
_PROCESS = secrets.token_hex(4)
_numbers = itertools.count(1)
SLOW_SECONDS = 1.0
_REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


class RequestLog:
    """ASGI middleware: gives each request an id, says so in the answer, and logs one line."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = _given_id(scope) or f"{_PROCESS}-{next(_numbers):x}"
        token = request_id.set(identity)
        started = time.perf_counter()
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).append("X-Request-ID", identity)
            await send(message)

        try:
            await self._app(scope, receive, told)
        except Exception:  # the outermost place: whatever nobody foresaw is answered here
            log.exception("%s %s failed", scope["method"], scope["path"])
            if status:  # half an answer has left; the server breaks the connection off
                raise
            await _unforeseen()(scope, receive, told)
        finally:
            self._log(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        # What went well and quickly is of no interest to a person; what it changed is in the log of
        # changes.
        level = logging.DEBUG if 0 < status < 400 and seconds < SLOW_SECONDS else logging.INFO
        if log.isEnabledFor(level):
            ms = seconds * 1000
            log.log(level, "%s %s %d %.1f ms", scope["method"], scope["path"], status, ms)


def _unforeseen() -> Response:
    return problem(500, "Internal server error", "Something went wrong here; the log says what.")


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given: str = value.decode("latin-1")
            return given if _REQUEST_ID.fullmatch(given) else None
    return None
