"""The edge: how requests become commands, and rows and errors become answers."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tower_anime.core import database, text
from tower_anime.core.database import Command, Context, Database, P, T
from tower_anime.core.errors import TowerError
from tower_anime.core.logs import request_id

log = logging.getLogger("tower_anime.requests")

PREFIX = "/api/anime"

Limit = Annotated[int, Query(ge=0, le=10_000, description="How many rows at the most.")]
InTrash = Annotated[bool, Query(description="List what is in the trash instead.")]
NameFilter = Annotated[str, Query(max_length=255), text.Storable]


def answer(document: str | bytes) -> Response:
    """An answer whose JSON the database has built."""
    return Response(document, media_type="application/json")


def answer_list(documents: Iterable[str]) -> Response:
    """A bare array of rows that the database has built."""
    return answer(f"[{','.join(documents)}]")


class _StrictRequest(Request):
    async def json(self) -> Any:  # JSON is any value
        if not hasattr(self, "_parsed"):
            self._parsed = text.parse(await self.body())
        return self._parsed


class StrictRoute(APIRoute):
    """A route whose JSON bodies are parsed strictly (see `core.text.parse`)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, given our request."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict


async def _database(request: Request) -> Database:
    db: Database = request.app.state.db
    return db


Db = Annotated[Database, Depends(_database)]


class Caller:
    """Who sends a request: brings the actor and the request's id into its one transaction."""

    def __init__(
        self,
        db: Db,
        x_actor: Annotated[
            str | None, Header(max_length=255, description="Who changes something."), text.Storable
        ] = None,
    ) -> None:
        self._db = db
        self._context = Context(actor=x_actor, request_id=request_id.get())

    async def run(self, command: Command[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command as one transaction; its result, after the commit."""
        return await database.write(self._db, self._context, command, *args, **kwargs)

    async def write(self, command: Command[P, str], *args: P.args, **kwargs: P.kwargs) -> Response:
        """Run a command that answers with a JSON document."""
        return answer(await self.run(command, *args, **kwargs))


Asking = Annotated[Caller, Depends()]


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
        # `input` and `ctx` are left out: echoing what was refused can itself fail, or leak.
        fields = [{k: e[k] for k in ("type", "loc", "msg")} for e in error.errors()]
        for field, e in zip(fields, error.errors(), strict=True):
            if e["type"] == "json_invalid":
                field["msg"] = f"The body is not valid JSON: {e['ctx']['error']}"
        return problem(422, "Unprocessable", fields)


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
        identity = _given_id(scope) or secrets.token_hex(8)
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
        # Reads that went well are the bulk, and of no interest to a person.
        quiet = scope["method"] in {"GET", "HEAD", "OPTIONS"} and 0 < status < 400
        level = logging.DEBUG if quiet else logging.INFO
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


class BodyLimit:
    """ASGI middleware: refuses bodies over a bound with 413, uploads excepted."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or _is_upload(scope):
            await self._app(scope, receive, send)
            return
        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self._limit:
            await self._refuse(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise HTTPException(413, self._sentence())
            return message

        await self._app(scope, counted, send)

    def _sentence(self) -> str:
        return f"The body is larger than the {self._limit:,} bytes that are accepted here."

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem(413, "Too large", self._sentence())
        response.headers["Connection"] = "close"
        await response(scope, receive, send)


def _is_upload(scope: Scope) -> bool:
    content_type = next((v for k, v in scope["headers"] if k == b"content-type"), b"")
    return bytes(content_type).lower().startswith(b"multipart/form-data")
