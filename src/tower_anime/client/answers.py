"""What comes back: rows of the domain's own schemas, or an error to raise.

Reading is lenient: what a newer service adds is kept beside the fields that are known here.
"""

from __future__ import annotations

import functools
import json
from typing import TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from tower_anime.client.errors import BY_STATUS, Problem, RefusedField, Unreadable, Unresolved
from tower_anime.story.branch_schemas import MergeOutcome

M = TypeVar("M", bound=BaseModel)


def one(model: type[M], response: httpx2.Response) -> M:
    """The row of an answer. Raises `Unreadable`."""
    try:
        return model.model_validate_json(response.content, extra="allow")
    except ValidationError as error:
        raise _unreadable(response, error) from error


def many(model: type[M], response: httpx2.Response) -> list[M]:
    """The rows of an answer. Raises `Unreadable`."""
    try:
        return _list_of(model).validate_json(response.content, extra="allow")
    except ValidationError as error:
        raise _unreadable(response, error) from error


def text(response: httpx2.Response) -> str:
    """The text of an answer that is a file. Raises `Unreadable`."""
    if "content-disposition" not in response.headers:
        raise foreign(response)
    return response.text


@functools.cache
def _list_of(model: type[M]) -> TypeAdapter[list[M]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]  # known at run time only


def _unreadable(response: httpx2.Response, error: ValidationError) -> Unreadable:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return foreign(response)
    place = "".join(f"{part}: " for part in first["loc"])
    return Unreadable(
        f"{response.request.url} answered what this client cannot read: {place}{first['msg']}."
    )


def foreign(response: httpx2.Response) -> Unreadable:
    """The error for an answer that no service of ours gives."""
    return Unreadable(
        f"{response.request.url} answered {response.status_code} with nothing that can be read;"
        " is it the address of a Tower Anime service?"
    )


def problem(response: httpx2.Response) -> Problem | Unreadable:
    """The error that a refusal tells of; its body has been read."""
    status = response.status_code
    try:
        told = json.loads(response.content)
        title, detail = str(told["title"]), told["detail"]
        fields: tuple[RefusedField, ...] = tuple(detail) if isinstance(detail, list) else ()
        sentence = "; ".join(map(_told, fields)) if fields else str(detail)
        outcome = _outcome(told)
    except (ValueError, KeyError, TypeError):
        return foreign(response)
    request_id = response.headers.get("x-request-id")
    if outcome is not None:
        return Unresolved(status, title, sentence, request_id, outcome)
    return BY_STATUS.get(status, Problem)(status, title, sentence, request_id, fields)


def _outcome(told: dict[str, object]) -> MergeOutcome | None:
    """What a refused merge would have done, where the refusal is one of conflicts."""
    return MergeOutcome.model_validate(told, extra="allow") if "conflicts" in told else None


def _told(field: RefusedField) -> str:
    place = ".".join(str(part) for part in field["loc"][1:])  # without "body" or "query"
    return f"{place}: {field['msg']}" if place else field["msg"]
