"""How a request's path, query and body become the arguments of its route.

FastAPI documents the routes; its own resolving of parameters is left out, for it walks every
annotation again at each request (measured: 75 of the 245 µs of a GET; see docs/adr/0005). Here
each route has one Pydantic validator a source, made at import. Bodies are parsed strictly (see
`core.text.parse`). What is refused is refused in FastAPI's own form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from tower_anime.core import text
from tower_anime.core.errors import TooLarge
from tower_anime.core.headers import header

CONTENT = "tower_anime.content"  # in a request's scope: its body, or the hash of its file

Values = dict[str, Any]  # arguments of any type
Errors = list[dict[str, Any]]  # as Pydantic gives them
Handler = Callable[[Request], Awaitable[Response]]


class StrictRoute(APIRoute):
    """A route that takes path and query parameters, one JSON body and the bare request."""

    def __init__(self, path: str, *args: Any, **kwargs: Any) -> None:  # as FastAPI has them
        super().__init__(path, *args, **kwargs)
        # `$` would let a newline follow the path.
        self.path_regex = re.compile(self.path_regex.pattern.removesuffix("$") + r"\Z")
        self.app = self.serve

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. FastAPI's own way keeps stacks for dependencies, which no route here has."""
        response = await self._handle(Request(scope, receive, send))
        await response(scope, receive, send)

    def get_route_handler(self) -> Any:  # FastAPI asks for a coroutine function
        """A handler that binds the arguments and calls the route's function."""
        self._handle = _handler(self.dependant, self.endpoint)
        return self._handle


def _handler(dependant: Dependant, endpoint: Callable[..., Awaitable[Response]]) -> Handler:
    if dependant.dependencies or dependant.header_params or dependant.cookie_params:
        raise TypeError(f"{endpoint.__name__} takes more than a path, a query and a body")
    path = _model("Path", dependant.path_params)
    query = _model("Query", dependant.query_params)
    body = dependant.body_params[0] if dependant.body_params else None
    adapter: TypeAdapter[Any] | None = TypeAdapter(_type_of(body)) if body else None
    request_name = dependant.request_param_name

    async def handle(request: Request) -> Response:
        values: Values = {}
        errors: Errors = []
        if path is not None:
            _bind(path, "path", request.path_params, values, errors)
        if query is not None:
            asked = request.scope["query_string"].decode("latin-1")
            _bind(query, "query", _asked(asked), values, errors)
        if body is not None and adapter is not None:
            await _bind_body(adapter, body.name, request, values, errors)
        if errors:
            raise RequestValidationError(errors)
        if request_name is not None:
            values[request_name] = request
        return await endpoint(**values)

    return handle


def _asked(query: str) -> Values:
    """A query's parameters; one without escapes is read in a third of the time."""
    if "%" in query or "+" in query:
        return dict(parse_qsl(query, keep_blank_values=True))
    return dict(part.partition("=")[::2] for part in query.split("&") if part)


def _type_of(field: Any) -> Any:  # FastAPI's model field, and a type
    return field.field_info.annotation


def _model(name: str, fields: list[Any]) -> type[BaseModel] | None:  # FastAPI's model fields
    if not fields:
        return None
    definitions: Values = {f.name: (f.field_info.annotation, f.field_info) for f in fields}
    return create_model(name, **definitions)


def _bind(
    model: type[BaseModel], source: str, given: Values, values: Values, errors: Errors
) -> None:
    try:
        bound = model.__pydantic_validator__.validate_python(given)
    except ValidationError as error:
        errors.extend(_told(error, source))
    else:
        values.update(bound.__dict__)


async def _bind_body(
    adapter: TypeAdapter[Any], name: str, request: Request, values: Values, errors: Errors
) -> None:
    try:
        content = request.scope[CONTENT] = await _read(request)
        given = text.parse(content) if _is_json(request) else None
        values[name] = adapter.validate_python(given)
    except json.JSONDecodeError as error:
        msg = f"The body is not valid JSON: {error.msg}"
        errors.append({"type": "json_invalid", "loc": ("body",), "msg": msg})
    except ValidationError as error:
        errors.extend(_told(error, "body"))


async def _read(request: Request) -> bytes:
    """The body, as far as it is accepted. Raises `TooLarge`, before reading where it is told."""
    limit: int = request.app.state.max_body_bytes
    declared = header(request, b"content-length") or ""
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > limit:
            raise _too_large(limit)
    return body


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than the {limit:,} bytes that are accepted here.")


def _is_json(request: Request) -> bool:
    """Other bodies are none: a page of another site can send them without being asked."""
    kind = (header(request, b"content-type") or "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _told(error: ValidationError, source: str) -> Errors:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [{**e, "loc": (source, *e["loc"]), "msg": _plain(e)} for e in found]


def _plain(error: Any) -> str:  # Pydantic's own dictionary
    """Pydantic's sentence; without the name of a class of ours."""
    message: str = error["msg"]
    return "Input should be a JSON object" if error["type"] == "model_type" else message
