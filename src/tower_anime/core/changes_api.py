"""The routes of the change log: read as a list, and followed as a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.sse import EventSourceResponse
from pydantic import Field, TypeAdapter, ValidationError
from starlette.types import Message, Send

from tower_anime.core import feed
from tower_anime.core.binding import StrictRoute
from tower_anime.core.errors import Conflict, Unprocessable
from tower_anime.core.feed import Asked
from tower_anime.core.http import (
    PREFIX,
    QUICK_ROWS,
    Answer,
    Limit,
    NameFilter,
    database_of,
    leading_on,
)
from tower_anime.core.schemas import Change
from tower_anime.core.stream import Hub
from tower_anime.core.text import RowId

PATIENCE_SECONDS = 30.0  # for a client to take what it was sent

router = APIRouter(prefix=f"{PREFIX}/changes", tags=["changes"], route_class=StrictRoute)

Position = Annotated[int, Field(ge=0, le=2**63 - 1)]
_position: TypeAdapter[int] = TypeAdapter(Position)

After = Annotated[Position, Query(description="Only changes after the one with this id.")]
Before = Annotated[
    Position | None, Query(description="With `newest_first`: only changes before this one.")
]
NewestFirst = Annotated[bool, Query(description="List backwards, from the newest change on.")]
OfProject = Annotated[RowId | None, Query(description="Only this project's.")]
OfBranch = Annotated[NameFilter | None, Query(description="Only of branches of this name.")]
OfSubject = Annotated[
    NameFilter | None, Query(description="Only of this kind: `project`, `scene`, `take`…")
]
OfOne = Annotated[RowId | None, Query(description="Only of the subject with this id.")]
ByActor = Annotated[NameFilter | None, Query(description="Only what this person changed.")]


@router.get(
    "",
    response_model=list[Change],
    responses={409: {"description": "The log ends before `after`: it is another log."}},
)
async def list_changes(
    request: Request,
    after: After = 0,
    project_id: OfProject = None,
    branch_name: OfBranch = None,
    subject: OfSubject = None,
    subject_id: OfOne = None,
    actor: ByActor = None,
    *,
    newest_first: NewestFirst = False,
    before: Before = None,
    limit: Limit = 100,
    count: Annotated[bool, Query(description="Tell in X-Total-Count how many match.")] = False,
) -> Response:
    """List changes, the oldest first, or the newest.

    Filters combine; the trash's changes stay listed.
    """
    if before is not None and not newest_first:
        raise Unprocessable("before: this goes with newest_first=true.")
    db = database_of(request)
    asked = Asked(project_id, branch_name, subject, subject_id, actor)
    reading = db.read if limit <= QUICK_ROWS and asked.is_found_by_index else db.scan
    if newest_first:
        page = await reading(feed.page_back, asked, after, before, limit)
    else:
        page = await reading(feed.page, asked, after, limit)
    if page.newest < after:
        raise Conflict(
            f"The change log ends at {page.newest}: this is not the log that change {after} is of."
        )
    headers = []
    if page.more and page.documents:
        cursor = "before" if newest_first else "after"
        headers.append(leading_on(request, page.reached, cursor))
    if count:
        headers.append((b"x-total-count", b"%d" % await db.scan(feed.count, asked)))
    return Answer(f"[{','.join(page.documents)}]", 200, *headers)


_LAST_EVENT_ID: dict[str, Any] = {  # a part of an OpenAPI document
    "parameters": [
        {
            "name": "Last-Event-ID",
            "in": "header",
            "required": False,
            "schema": {"type": "integer", "minimum": 0},
            "description": "The last id that was received, as browsers send it; before `after`.",
        }
    ]
}
_EXAMPLE = """retry: 2000
id: 41

event: change
data: {"id":42,"at":"2026-11-22T09:30:00.000000Z","actor":"Mika","project_id":1,"branch_name":\
"main","subject":"scene","subject_id":7,"verb":"changed","revision":3,"text":"Scene 2: description \
changed","data":{"fields":["description"]}}
id: 42

event: progress
data: {"project_id":1,"subject":"take","subject_id":9,"status":"running","progress":0.42}

"""
_STREAM: dict[str, Any] = {  # a part of an OpenAPI document
    "description": "Events until either side ends it: `change` (a change), `progress` (of a take or"
    " a cut, without an id), `status` (of an engine, without an id), and `reset` where the log ends"
    " before the id that was asked for.",
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
}


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    responses={200: _STREAM},
    openapi_extra=_LAST_EVENT_ID,
)
async def follow_changes(
    request: Request,
    after: Annotated[
        Position | None, Query(description="Begin after this change; without it, now.")
    ] = None,
    project_id: OfProject = None,
    branch_name: OfBranch = None,
    subject: OfSubject = None,
    subject_id: OfOne = None,
    actor: ByActor = None,
) -> Response:
    """Follow changes as server-sent events: each exactly once, in order, also after a break."""
    asked = Asked(project_id, branch_name, subject, subject_id, actor)
    newest = await database_of(request).read(feed.newest)  # where that fails, the answer says so
    begin = _last_event_id(request)
    if begin is None:
        begin = newest if after is None else after
    hub: Hub = request.app.state.hub
    cut_off = partial(request.app.state.cut_off, request.scope)
    return EventStream(hub.follow(asked, begin, cut_off), cut_off)


def _last_event_id(request: Request) -> int | None:
    given = request.headers.get("last-event-id")
    if not given:
        return None
    try:
        return _position.validate_python(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        told = [{**e, "loc": ("header", "last-event-id")} for e in found]
        raise RequestValidationError(told) from error


class EventStream(EventSourceResponse):
    """Events as they come. A client that does not take them blocks itself, and is then cut off."""

    def __init__(
        self,
        events: AsyncGenerator[bytes, None],
        cut_off: Callable[[], None],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        # Nginx holds back what it is not told to pass on at once.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, headers=headers)
        self._events = events
        self._cut_off = cut_off
        self._patience = patience

    async def stream_response(self, send: Send) -> None:
        """Send the events; whatever ends this ends them too."""
        head = {"status": self.status_code, "headers": self.raw_headers}
        async with aclosing(self._events) as events:
            await send({"type": "http.response.start", **head})
            async for event in events:
                await self._send(send, {"body": event, "more_body": True})
            await self._send(send, {"body": b"", "more_body": False})

    async def _send(self, send: Send, message: Message) -> None:
        loop = asyncio.get_running_loop()
        patience = loop.call_later(self._patience, self._cut_off)
        try:
            await send({"type": "http.response.body", **message})
        finally:
            patience.cancel()
