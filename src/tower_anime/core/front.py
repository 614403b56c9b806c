"""The front door: each request gets an id, is let in or not, led to its route, and logged.

Routes that bind their own arguments are found and run here; FastAPI serves the rest: its pages,
404 and 405. What its stack of middleware adds to such a route (50 of a GET's 110 µs) they do not
use: it keeps dependencies alive, and renders errors that are rendered here.
"""

from __future__ import annotations

import itertools
import logging
import re
import secrets
import time
from collections.abc import Iterable
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tower_anime.core import problems, repeats
from tower_anime.core.binding import StrictRoute
from tower_anime.core.errors import TowerError
from tower_anime.core.gate import Gate
from tower_anime.core.headers import HEADERS
from tower_anime.core.logs import request_id
from tower_anime.core.origins import SAFE, VARY, Header, Origins

log = logging.getLogger("tower_anime.requests")

# Random once, then counted: asking the system for random bytes lets go of the interpreter, and
# beside a busy thread getting it back took 0.4 ms a request.
_PROCESS = secrets.token_hex(4)
_numbers = itertools.count(1)
SLOW_SECONDS = 1.0
_REQUEST_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

Place = tuple[str, int, str]  # a method, how many parts its paths have, and the third of them


class Front:
    """The application that the server runs: `app` with a door of ours.

    `documented` are the calls, as (method, path template), that any page may make.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Iterable[BaseRoute],
        origins: Origins,
        documented: frozenset[tuple[str, str]],
    ) -> None:
        self.gate: Gate | None = None  # for a local network; without one, all are let in
        self._app = app
        self._origins = origins
        self._documented = documented
        self._routes: dict[Place, list[StrictRoute]] = {}
        self._fixed: dict[str, dict[str, StrictRoute]] = {}  # without parameters, by their paths
        for route in routes:
            if isinstance(route, StrictRoute):
                for method in route.methods or ():
                    self._routes.setdefault(_place(method, route.path), []).append(route)
                    if "{" not in route.path:
                        self._fixed.setdefault(route.path, {})[method] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = scope[HEADERS] = dict(scope["headers"])
        identity = _identity(headers.get(b"x-request-id", b""))
        token = request_id.set(identity)
        started = time.perf_counter()
        more: list[Header] = [(b"x-request-id", identity.encode()), VARY]
        status = 0

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        try:
            await self._serve(scope, headers, more, receive, told)
        except ClientDisconnect:
            pass  # nobody is there to be answered: it is logged with the status 0
        except Exception as error:  # the outermost place: whatever nobody foresaw is answered here
            refusal = None if status else _refusal(error)
            if refusal is None:
                log.exception("%s failed", _told(scope))
            if status:  # half an answer has left; the server breaks the connection off
                raise
            await (refusal or problems.unforeseen())(scope, receive, told)
        finally:
            _log(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    async def _serve(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        more: list[Header],
        receive: Receive,
        send: Send,
    ) -> None:
        host = headers.get(b"host", b"localhost").decode("latin-1")
        if not self._origins.is_known_host(host):
            await _misdirected(host)(scope, receive, send)
            return
        method = scope["method"]
        # A browser that asks for leave sends no token; what it is told then is no secret.
        asks = method == "OPTIONS" and b"access-control-request-method" in headers
        if self.gate is not None and not asks:
            stopped = self.gate.answer(scope, headers)
            if stopped is not None:
                await stopped(scope, receive, send)
                return
        route = self._route(scope, method)
        if b"origin" in headers:
            refusal = self._checked(scope, headers, host, route, more)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        if route is None:
            await (self._not_allowed(scope) or self._app)(scope, receive, send)
            return
        key = headers.get(b"idempotency-key") if method not in SAFE else None
        if key is not None:
            repeats.require_key(key.decode("latin-1"))
        await route.serve(scope, receive, send)

    def _route(self, scope: Scope, method: str) -> StrictRoute | None:
        """The route of a request; its path's parameters go into the scope."""
        path = scope["path"]
        fixed = self._fixed.get(path)
        if fixed is not None:  # `/scenes/reorder` is no scene, whatever the method
            scope["path_params"] = {}
            return fixed.get(method)
        for route in self._routes.get(_place(method, path), ()):
            found = route.path_regex.match(path)
            if found:
                scope["path_params"] = found.groupdict()
                return route
        return None

    def _not_allowed(self, scope: Scope) -> Response | None:
        """405 for a path that other methods have; FastAPI would name the first of them alone."""
        allowed = [m for m in METHODS if m != scope["method"] and self._route(scope, m)]
        if not allowed:
            return None
        said = f"{scope['path'][:200]} takes {', '.join(allowed)}."
        response = problems.problem(405, "Method not allowed", said)
        response.headers["Allow"] = ", ".join(allowed)
        return response

    def _checked(
        self,
        scope: Scope,
        headers: dict[bytes, bytes],
        host: str,
        route: StrictRoute | None,
        more: list[Header],
    ) -> Response | None:
        """Judge a request of a page: headers for its answer go into `more`; else its answer."""
        origin = headers[b"origin"].decode("latin-1")
        asked = headers.get(b"access-control-request-method")
        if scope["method"] == "OPTIONS" and asked is not None:
            route = self._route(scope, asked.decode("latin-1"))
        documented = route is not None and bool(
            self._documented & {(method, route.path) for method in route.methods or ()}
        )
        leave = self._origins.may_read(origin, host, documented=documented)
        if scope["method"] == "OPTIONS" and asked is not None:
            return _preflight(leave, asked, headers)
        if leave is None and scope["method"] not in SAFE:
            return problems.problem(
                403,
                "Forbidden",
                "A page of another site may not do this; the setting cors_origins names those"
                " that may.",
            )
        more.extend(leave or ())
        return None


def _refusal(error: Exception) -> Response | None:
    """The answer for an error that was raised to be one."""
    if isinstance(error, TowerError):
        return problems.told(error)
    if isinstance(error, RequestValidationError):
        return problems.refused(error)
    return None


def _place(method: str, path: str) -> Place:
    parts = path.split("/", 4)
    return method, path.count("/"), parts[3] if len(parts) > 3 else ""


def _identity(given: bytes) -> str:
    name = given.decode("latin-1")
    return name if _REQUEST_ID.fullmatch(name) else f"{_PROCESS}-{next(_numbers):x}"


def _misdirected(host: str) -> Response:
    return problems.problem(
        421,
        "Misdirected request",
        f"This service is not called {host[:100]!r}; the setting allowed_hosts names what else it"
        " answers to.",
    )


def _preflight(leave: list[Header] | None, method: bytes, headers: dict[bytes, bytes]) -> Response:
    if leave is None:
        return problems.problem(403, "Forbidden", "Pages of this origin may not make this call.")
    response = Response(status_code=200)
    response.raw_headers = [
        *leave,
        (b"access-control-allow-methods", method),
        (b"access-control-allow-headers", headers.get(b"access-control-request-headers", b"*")),
        (b"access-control-max-age", b"600"),
        (b"content-length", b"0"),
    ]
    return response


def _log(scope: Scope, status: int, seconds: float) -> None:
    # What went well and quickly is of no interest to a person; what it changed is in the log of
    # changes.
    level = logging.DEBUG if 0 < status < 400 and seconds < SLOW_SECONDS else logging.INFO
    if log.isEnabledFor(level):
        log.log(level, "%s %d %.1f ms", _told(scope), status, seconds * 1000)


def _told(scope: Scope) -> str:
    """A request for the log, where nobody is to begin a line of their own."""
    return f"{scope['method']} {quote(scope['path'])}"
