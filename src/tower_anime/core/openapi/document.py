"""The OpenAPI document: what FastAPI tells of each route, and what holds for all of them.

A route declares what is its own: its body, its answer, its parameters, a conflict of its domain.
The rest follows from what it is, and is told here: a path with an id may be answered 404, a body
may be too large, a write takes an `Idempotency-Key`, one row has an `ETag`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from tower_anime.core.openapi.answers import responses
from tower_anime.core.openapi.areas import AREAS, DESCRIPTION
from tower_anime.core.openapi.operations import Operation, complete_operation
from tower_anime.core.openapi.shared import FIELDS, Part, components, id_of
from tower_anime.core.openapi.shared import schemas as error_schemas

_EXACT = {float(bound): bound for bound in (2**63 - 1, 2**64 - 1)}


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document is complete."""

    def openapi(self) -> Part:
        """The document, made when it is first asked for."""
        told = super().openapi()
        if "responses" not in told["components"]:
            routes = [route for route in self.routes if isinstance(route, APIRoute)]
            names = {(method, r.path): r.name for r in routes for method in r.methods or ()}
            complete(told, names, dict(_examples(routes)))
        return told


def _examples(routes: list[APIRoute]) -> Iterator[tuple[str, list[Part]]]:
    """The examples of bodies and answers, by the shape's name: FastAPI's own lose every null."""
    body_types = (route.body_field.field_info.annotation for route in routes if route.body_field)
    for told in {*body_types, *(route.response_model for route in routes)}:
        for model in (told, *get_args(told)):
            if isinstance(model, type) and issubclass(model, BaseModel):
                yield model.__name__, model.model_json_schema().get("examples", [])


def complete(
    document: Part, names: dict[tuple[str, str], str], examples: dict[str, list[Part]]
) -> None:
    """Complete a document of FastAPI's in place.

    `names` are the functions of (method, path), `examples` those of shapes by their names.
    """
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= error_schemas()
    document["components"] |= {**components(), "responses": responses()}
    document["info"]["description"] = DESCRIPTION
    for path, item in document["paths"].items():
        for method, operation in item.items():
            operation["operationId"] = names[method.upper(), path]
            complete_operation(Operation(method, path, operation, schemas))
    used = {tag for item in document["paths"].values() for o in item.values() for tag in o["tags"]}
    document["tags"] = [{"name": n, "description": d} for n, d in AREAS.items() if n in used]
    _tidy(document["paths"])
    _tidy(schemas)
    for name, schema in schemas.items():
        _complete_schema(schema, examples.get(name))


def _complete_schema(schema: Part, examples: list[Part] | None) -> None:
    fields = schema.get("properties", {})
    for name, field in fields.items():
        if said := FIELDS.get(name) or id_of(name):
            field.setdefault("description", said)
    if examples:  # Pydantic sorts their names; people read them as the fields are
        schema["examples"] = [{n: value[n] for n in fields if n in value} for value in examples]


def _tidy(value: object) -> None:
    """Take away what says nothing, and put right what passed through FastAPI's own models.

    Titles repeat the fields' names. Whole bounds come back as floats, and the largest ones are 1
    off. Keys that fit no pattern are refused, and JSON Schema would let them pass.
    """
    if isinstance(value, list):
        for part in value:
            _tidy(part)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("title"), str) and "properties" not in value:
        del value["title"]
    if "patternProperties" in value:
        value.setdefault("additionalProperties", False)
    for name, part in value.items():
        if name in {"example", "examples"}:
            continue
        if isinstance(part, float) and part.is_integer() and name.lower().endswith("imum"):
            value[name] = _EXACT.get(part, int(part))
        _tidy(part)
