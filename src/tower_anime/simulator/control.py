"""The simulator's own interface below `/simulator`, which no fault touches.

| call | |
| --- | --- |
| `GET /simulator` | every setting of `Behaviour`, as JSON |
| `POST /simulator/behave` | change those that are named; answers all; 422 where one is not valid |
| `GET /simulator/prompts` | every prompt ever received (`received.Record`), the oldest first |
| `POST /simulator/restart` | lose queue and history, close sockets; files stay |
| `POST /simulator/drop-websockets` | close every websocket |
| `POST /simulator/mute-websockets` | say nothing more on those that are open now |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tower_anime.simulator.machine import Machine

PREFIX = "/simulator"


def routes(machine: Machine) -> list[BaseRoute]:
    """The routes of the control interface."""

    async def shown(_request: Request) -> Response:
        return JSONResponse(machine.behaviour.model_dump(mode="json"))

    async def behave(request: Request) -> Response:
        try:
            machine.behave(**await request.json())
        except (ValidationError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return await shown(request)

    async def prompts(_request: Request) -> Response:
        return JSONResponse(machine.received.all())

    async def restart(_request: Request) -> Response:
        machine.restart()
        return Response()

    async def drop(_request: Request) -> Response:
        machine.sockets.drop()
        return Response()

    async def mute(_request: Request) -> Response:
        machine.sockets.mute()
        return Response()

    table: dict[str, tuple[str, Callable[[Request], Awaitable[Response]]]] = {
        "": ("GET", shown),
        "/behave": ("POST", behave),
        "/prompts": ("GET", prompts),
        "/restart": ("POST", restart),
        "/drop-websockets": ("POST", drop),
        "/mute-websockets": ("POST", mute),
    }
    return [Route(PREFIX + path, by, methods=[how]) for path, (how, by) in table.items()]
