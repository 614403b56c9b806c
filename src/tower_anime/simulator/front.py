"""What stands before the routes: who may call, how large a request may be, and bad connections."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tower_anime.simulator.control import PREFIX
from tower_anime.simulator.counting import take, take_path
from tower_anime.simulator.machine import Machine
from tower_anime.simulator.uploads import LARGEST

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Front:
    """The ASGI application that the server runs."""

    def __init__(self, app: ASGIApp, machine: Machine) -> None:
        self.app = app
        self.machine = machine
        self.answers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, badly where the behaviour says so; `/simulator` is left alone."""
        path = scope.get("path", "")
        if path.startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._listen(scope, receive, send)
            return
        behaviour = self.machine.behaviour
        if await self._unreachable():
            await _hang_up(receive, send)
            return
        if refusal := await _refusal(scope, receive):
            await refusal(scope, receive, send)
            return
        if take_path(behaviour.refuse, path):
            await _trouble()(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    async def _listen(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open a websocket, or turn it away."""
        if await self._unreachable() or self.machine.behaviour.websocket_refused:
            await receive()
            await send({"type": "websocket.close", "code": 1011})
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        behaviour, path = self.machine.behaviour, scope["path"]
        submits = scope["method"] == "POST" and path.removeprefix("/api") == "/prompt"
        if submits and take(behaviour, "lost_submits"):
            await _hang_up(receive, send)
            return
        if submits and take(behaviour, "ambiguous_submits"):
            await self.app(scope, receive, _into_nothing)
            await _hang_up(receive, send)
            return
        if take_path(behaviour.cut, path):
            await self.app(scope, receive, _Half(receive, send))
            return
        await self.app(scope, receive, send)

    async def _unreachable(self) -> bool:
        """Wait as long as answers take; True where there is to be none at all."""
        behaviour = self.machine.behaviour
        self.answers = self.answers + 1 if behaviour.slow_death else 0
        dead = self.answers > behaviour.slow_death_after
        while behaviour.silent or (dead and behaviour.slow_death):  # noqa: ASYNC110 - other threads end it
            await asyncio.sleep(0.05)
        await asyncio.sleep(behaviour.slow + self.answers * behaviour.slow_death)
        return self.machine.down()


async def _refusal(scope: Scope, receive: Receive) -> Response | None:
    """The answer to a request that reaches no route."""
    headers = Headers(scope=scope)
    if scope["method"] == "OPTIONS":
        return Response()
    if _foreign(headers):
        return Response(status_code=403)
    if int(headers.get("content-length", 0)) > LARGEST:
        while (await receive()).get("more_body"):
            pass  # a client that still sends would not hear the answer
        return PlainTextResponse(f"Maximum request body size {LARGEST} exceeded.", 413)
    return None


def _foreign(headers: Headers) -> bool:
    """Whether a page of another site calls a server on this machine."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not origin or urlsplit(f"//{host}").hostname not in _LOOPBACK:
        return False
    return urlsplit(origin).netloc != host


def _trouble() -> Response:
    return PlainTextResponse("500 Internal Server Error\n\nServer got itself in trouble", 500)


async def _into_nothing(message: Message) -> None:
    """An answer that nobody will read."""


async def _hang_up(receive: Receive, send: Send) -> None:
    """Close the connection without another word."""
    cycle: Any = getattr(send, "__self__", None)  # uvicorn's; ASGI has no word for this
    cycle.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


class _Half:
    """Sends the first half of an answer's body, and hangs up."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.receive = receive
        self.send = send
        self.over = False

    async def __call__(self, message: Message) -> None:
        """Pass a message of the application on, or what is left of it."""
        if self.over:
            return
        if message["type"] == "http.response.start":
            await self.send(message)
            return
        body = message.get("body", b"")
        self.over = True
        await self.send({**message, "body": body[: len(body) // 2], "more_body": True})
        await asyncio.sleep(0)
        await _close(self.receive, self.send)


async def _close(receive: Receive, send: Send) -> None:
    """Close the connection once what was written has gone out."""
    cycle: Any = getattr(send, "__self__", None)
    cycle.transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
