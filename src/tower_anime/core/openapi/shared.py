"""What many operations of the OpenAPI document share: errors, headers and parameters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

Part = dict[str, Any]  # a part of an OpenAPI document

SCHEMAS = "#/components/schemas/"
JSON = "application/json"
PROBLEM_JSON = "application/problem+json"


class FieldError(BaseModel):
    """One field that was refused."""

    type: Annotated[str, Field(description="The kind of the refusal, as a word for programs.")]
    loc: Annotated[
        list[str | int],
        Field(description="Where: `path`, `query`, `body` or `header`, then the way to the field."),
    ]
    msg: Annotated[str, Field(description="Why, for a person.")]


class _Told(BaseModel):
    type: Literal["about:blank"]
    title: Annotated[str, Field(description="The kind of the error.")]
    status: Annotated[int, Field(description="The status of the answer.", ge=400, le=599)]
    request_id: Annotated[str, Field(description="The answer's `X-Request-ID`.")]


class Problem(_Told):
    """An error, as RFC 9457 has it."""

    detail: Annotated[str, Field(description="What went wrong, in a sentence.")]


class Refusal(_Told):
    """What was understood and refused: each refused field, or a sentence."""

    detail: list[FieldError] | str


def schemas() -> Part:
    """The schemas of errors, by name."""
    _, told = models_json_schema(
        [(Problem, "serialization"), (Refusal, "serialization")], ref_template=SCHEMAS + "{model}"
    )
    found: Part = told["$defs"]
    return found


def _text(description: str, **bounds: Any) -> Part:  # bounds of any JSON Schema keyword
    return {"description": description, "schema": {"type": "string", **bounds}}


HEADERS: Part = {
    "X-Request-ID": {
        **_text("The request's name in the service's log.", pattern=r"^[\w.-]{1,64}$"),
        "required": True,
    },
    "ETag": _text("The row's state, for `If-None-Match` and `If-Match`."),
    "Link": _text('Where the list goes on: `<…>; rel="next"`. Absent at its end.'),
    "X-Total-Count": {
        "description": "How many rows there are without `limit`; only where `count=true` asks.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Location": {**_text("Where it is.", format="uri-reference"), "required": True},
}

PARAMETERS: Part = {  # without examples: Swagger UI would send them
    "Idempotency-Key": _text(
        "A name for this one write. Sent again with the same key, it is not done again: the first"
        " answer is repeated.",
        minLength=1,
        maxLength=255,
        pattern=r"^[\x21-\x7e]+$",
    ),
    "X-Actor": _text("Who makes the change, for the log of changes."),
    "If-Match": _text(
        "The row's `ETag` as the change was thought of; if it has another by now, 412."
    ),
    "If-None-Match": _text(
        "The `ETag` of the answer that is known already; if it still holds, 304."
    ),
    "Range": _text("Which bytes, as `bytes=0-1023` (RFC 9110); without it, all."),
}

# What a field of this name means in every shape that does not say otherwise.
FIELDS = {
    "created_at": "When it was created.",
    "updated_at": "When it was last changed.",
    "deleted_at": "When it was put in the trash; null where it is not in it.",
    "revision": "Each change adds one.",
    "queued_at": "When it was asked for.",
    "started_at": "When it began.",
    "finished_at": "When it ended; null where it has not.",
    "media_id": "A medium's id: the SHA-256 of its bytes.",
    "workflow_id": "The workflow's id; null is the engine's own way.",
}


def id_of(name: str) -> str | None:
    """What a name such as `take_id` says by itself."""
    noun, _, rest = name.rpartition("_id")
    return None if rest or not noun else f"The {noun.replace('_', ' ')}'s id."


def components() -> Part:
    """The components that operations refer to."""
    return {
        "headers": HEADERS,
        "parameters": {
            name: {"name": name, "in": "header", "required": False, **parameter}
            for name, parameter in PARAMETERS.items()
        },
    }
