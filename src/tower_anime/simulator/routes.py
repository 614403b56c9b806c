"""ComfyUI's routes, each also below `/api` as on the real server."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from tower_anime.simulator import control
from tower_anime.simulator.listening import listen
from tower_anime.simulator.machine import Machine
from tower_anime.simulator.submitting import submit
from tower_anime.simulator.system import features, system_stats
from tower_anime.simulator.uploads import upload
from tower_anime.simulator.view import view

Handler = Callable[[Request, Machine], Awaitable[Response]]
_TRIPPED = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)


class Json(JSONResponse):
    """JSON with the charset that aiohttp names."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:
        """As aiohttp writes it: with spaces, and ASCII alone."""
        return json.dumps(content).encode()


async def get_queue(_request: Request, machine: Machine) -> Response:
    """What runs and what waits."""
    return Json(machine.queue.told())


async def post_queue(request: Request, machine: Machine) -> Response:
    """Delete waiting prompts; 200 whatever happens."""
    body = await request.json()
    if body.get("clear"):
        machine.clear()
    for prompt_id in body.get("delete", []):
        machine.delete(prompt_id)
    return Response()


async def get_prompt(_request: Request, machine: Machine) -> Response:
    """How many prompts remain."""
    return Json({"exec_info": {"queue_remaining": machine.queue.remaining()}})


async def post_prompt(request: Request, machine: Machine) -> Response:
    """Queue a prompt."""
    answer = submit(machine, json.loads(await request.body()))
    return Json(answer.body, answer.status)


async def get_history(request: Request, machine: Machine) -> Response:
    """What has run, the oldest first."""
    most = request.query_params.get("max_items")
    offset = int(request.query_params.get("offset", -1))
    return Json(machine.queue.history(max_items=int(most) if most else None, offset=offset))


async def get_history_of(request: Request, machine: Machine) -> Response:
    """One entry, or none: 200 either way."""
    return Json(machine.queue.history(request.path_params["prompt_id"]))


async def post_history(request: Request, machine: Machine) -> Response:
    """Forget entries."""
    body = await request.json()
    if body.get("clear"):
        machine.queue.forget_all()
    for prompt_id in body.get("delete", []):
        machine.queue.forget(prompt_id)
    return Response()


async def post_interrupt(request: Request, machine: Machine) -> Response:
    """Stop what runs; with a prompt's id only that one; 200 whatever happens."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = {}
    wanted = body.get("prompt_id") if isinstance(body, dict) else None
    anything = not wanted or machine.behaviour.ignores_interrupt_id
    if anything or wanted == machine.queue.running_id():
        machine.interrupt()
    return Response()


async def post_free(request: Request, machine: Machine) -> Response:
    """Forget models and results before the next job."""
    body = await request.json()
    if body.get("unload_models") or body.get("free_memory"):
        machine.free()
    return Response()


async def get_object_info(_request: Request, machine: Machine) -> Response:
    """Every node."""
    return Json(machine.nodes_with_files())


async def get_object_info_of(request: Request, machine: Machine) -> Response:
    """One node, or none: 200 either way."""
    name, nodes = request.path_params["name"], machine.nodes_with_files()
    return Json({name: nodes[name]} if name in nodes else {})


async def get_system_stats(_request: Request, machine: Machine) -> Response:
    """Versions, devices and memory."""
    return Json(system_stats(machine.behaviour))


async def get_features(_request: Request, machine: Machine) -> Response:
    """What the server supports."""
    return Json(features(machine.behaviour))


async def get_embeddings(_request: Request, _machine: Machine) -> Response:
    """None."""
    return Json([])


async def get_view(request: Request, machine: Machine) -> Response:
    """A file."""
    return view(request.query_params, request.headers, machine.folders)


async def post_upload(request: Request, machine: Machine) -> Response:
    """Store a file."""
    return await upload(request, machine.folders)


_TABLE: dict[str, dict[str, Handler]] = {
    "/prompt": {"GET": get_prompt, "POST": post_prompt},
    "/queue": {"GET": get_queue, "POST": post_queue},
    "/history": {"GET": get_history, "POST": post_history},
    "/history/{prompt_id:path}": {"GET": get_history_of},
    "/interrupt": {"POST": post_interrupt},
    "/free": {"POST": post_free},
    "/object_info": {"GET": get_object_info},
    "/object_info/{name}": {"GET": get_object_info_of},
    "/system_stats": {"GET": get_system_stats},
    "/features": {"GET": get_features},
    "/embeddings": {"GET": get_embeddings},
    "/view": {"GET": get_view},
    "/upload/image": {"POST": post_upload},
}


def application(machine: Machine) -> Starlette:
    """The server's routes over its state."""
    routes: list[BaseRoute] = []
    for prefix in ("", "/api"):
        routes += [_route(prefix + path, by, machine) for path, by in _TABLE.items()]
        routes.append(WebSocketRoute(prefix + "/ws", _socket(machine)))
    routes += control.routes(machine)
    handlers: dict[Any, Any] = dict.fromkeys(_TRIPPED, _trouble)
    return Starlette(routes=routes, exception_handlers={**handlers, HTTPException: _no_route})


def _route(path: str, by: dict[str, Handler], machine: Machine) -> Route:
    async def answer(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await by[method](request, machine)

    return Route(path, answer, methods=list(by))


def _socket(machine: Machine) -> Callable[[WebSocket], Awaitable[None]]:
    async def answer(socket: WebSocket) -> None:
        await listen(socket, machine)

    return answer


async def _trouble(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("500 Internal Server Error\n\nServer got itself in trouble", 500)


async def _no_route(request: Request, error: Exception) -> Response:
    """404 without a body, or 405; a GET falls through to the files of the editor, and misses."""
    if request.method in ("GET", "HEAD"):
        return Response(status_code=404)
    headers = error.headers if isinstance(error, HTTPException) else None
    allowed = {"GET", "HEAD", *(headers or {}).get("Allow", "").split(", ")}
    allow = ",".join(sorted(allowed - {""}))
    return PlainTextResponse("405: Method Not Allowed", 405, headers={"Allow": allow})
