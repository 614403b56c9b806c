"""The edge: how requests become commands, and rows become answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Concatenate
from zlib import crc32

from fastapi import Query as InQuery
from fastapi import Request, Response

from tower_anime.core import conditions, database, repeats, text
from tower_anime.core.binding import CONTENT
from tower_anime.core.database import (
    Command,
    Context,
    Database,
    P,
    Query,
    Reader,
    Size,
    Transaction,
)
from tower_anime.core.errors import InsufficientStorage
from tower_anime.core.headers import header
from tower_anime.core.logs import request_id
from tower_anime.core.paging import Found, Page
from tower_anime.core.shown import Shown, tags_in
from tower_anime.core.space import space_of

PREFIX = "/api/anime"
LARGE_BODY = 65_536  # bytes

Limit = Annotated[int, InQuery(ge=0, le=10_000, description="How many rows at the most.")]
QUICK_ROWS = 200  # read where the request is served; longer lists go to a thread
NAME_LENGTH = 255

InTrash = Annotated[bool, InQuery(description="List what is in the trash instead.")]
NameFilter = Annotated[str, InQuery(max_length=255), text.Storable]


After = Annotated[
    str | None,
    InQuery(max_length=2_000, description="Go on after this: from the header Link of a page."),
]
Count = Annotated[bool, InQuery(description="Tell the whole list's length in X-Total-Count.")]

_WHERE = {"limit", "after", "count"}  # where in a list, not which list
REVALIDATE = (b"cache-control", b"no-cache")  # keep it, and ask whether it is still so


class Answer(Response):
    """JSON that is ready to be sent; Starlette's own constructor takes twice as long."""

    def __init__(
        self, document: str | bytes, status: int = 200, *headers: tuple[bytes, bytes]
    ) -> None:
        self.status_code = status
        self.background = None
        self.body = document.encode() if isinstance(document, str) else document
        length = str(len(self.body)).encode()
        self.raw_headers = [
            (b"content-length", length),
            (b"content-type", b"application/json"),
            *headers,
        ]


def answer(document: str | bytes) -> Response:
    """An answer whose JSON the database has built."""
    return Answer(document)


# --- from a route to the database and back
#
# Routes take the bare `request`: resolving a dependency costs FastAPI as much as the query does.


def database_of(request: Request) -> Database:
    """The service's database."""
    db: Database = request.app.state.db
    return db


async def show(
    request: Request, query: Query[P, Shown], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """Answer with one document, or with 304 where the caller has it as it is."""
    return _shown(request, await database_of(request).read(query, *args, **kwargs))


async def show_large(
    request: Request, query: Query[P, Shown], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """As `show`, for a document that takes a while to gather: on another thread."""
    return _shown(request, await database_of(request).scan(query, *args, **kwargs))


def _shown(request: Request, shown: Shown) -> Response:
    etag = f'"{shown.tag}"'.encode()
    known = header(request, b"if-none-match")
    if known is not None and shown.is_known_by(tags_in(known)):
        response = Response(status_code=304)
        response.raw_headers = [(b"etag", etag), REVALIDATE]
        return response
    return Answer(shown.json, 200, (b"etag", etag), REVALIDATE)


async def show_list(
    request: Request,
    page: Page,
    query: Callable[Concatenate[Reader, Page, P], Found],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """Answer with a page of a list; a long one is read on another thread."""
    if page.limit > QUICK_ROWS or page.counted:
        return await show_large_list(request, page, query, *args, **kwargs)
    page = page._replace(filters=_filters(request))
    return _listed(request, await database_of(request).read(query, page, *args, **kwargs))


async def show_large_list(
    request: Request,
    page: Page,
    query: Callable[Concatenate[Reader, Page, P], Found],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """As `show_list`, where even a few rows take a while to gather: on another thread."""
    page = page._replace(filters=_filters(request))
    return _listed(request, await database_of(request).scan(query, page, *args, **kwargs))


def _listed(request: Request, found: Found) -> Response:
    headers = []
    if found.following is not None:
        headers.append(leading_on(request, found.following))
    if found.total is not None:
        headers.append((b"x-total-count", str(found.total).encode()))
    return Answer(b"[" + b",".join(found.documents) + b"]", 200, *headers)


def leading_on(request: Request, last: object, cursor: str = "after") -> tuple[bytes, bytes]:
    """The header that leads to the page of a list that comes after the last row of this one."""
    asked = "&".join([*_asked(request, {cursor}), f"{cursor}={last}"])
    return b"link", f'<{request.scope["path"]}?{asked}>; rel="next"'.encode("latin-1")


def _filters(request: Request) -> str:
    """A hash of which list is asked for; where in it does not matter."""
    asked = [request.scope["path"], *sorted(_asked(request, _WHERE))]
    return f"{crc32('&'.join(asked).encode()):x}"


def _asked(request: Request, but: set[str]) -> list[str]:
    """The parameters of the query as they came, without some."""
    query: bytes = request.scope["query_string"]
    parts = query.decode("latin-1").split("&")
    return [part for part in parts if part and part.partition("=")[0] not in but]


async def write(
    request: Request, command: Command[P, Shown], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """Run a command as the request's one transaction; answer, after the commit, with its document.

    The caller's name, the request's id, If-Match and Idempotency-Key go into the transaction.
    """
    shown = await _carry_out(request, command, partial(database.call_with, command, args, kwargs))
    return Answer(shown.json, 200, (b"etag", f'"{shown.tag}"'.encode()))


async def write_list(
    request: Request, command: Command[P, list[str]], *args: P.args, **kwargs: P.kwargs
) -> Response:
    """As `write`, for a command that returns a list of documents."""

    def listed(tx: Transaction) -> Shown:
        return Shown(f"[{','.join(command(tx, *args, **kwargs))}]")

    return Answer((await _carry_out(request, command, listed)).json)


async def _carry_out(
    request: Request, command: Callable[..., object], run: Callable[[Transaction], Shown]
) -> Shown:
    db, space, once = database_of(request), space_of(request), _once(request)
    context = _context(request, once)
    try:
        with space.writing(command):
            return await database.carry_out(db, context, run, _size(request, command))
    except InsufficientStorage:
        kept = None if once is None else await repeats.kept(db, context, once)
        if kept is None:
            raise
        return kept  # it was carried out while there was room


def _size(request: Request, command: Callable[..., object]) -> Size:
    """How much a command does; with a large body none is brief."""
    if len(request.scope.get(CONTENT, b"")) > LARGE_BODY:
        return max(Size.USUAL, database.size_of(command))
    return database.size_of(command)


def _once(request: Request) -> repeats.Once | None:
    key = header(request, b"idempotency-key")
    if key is None:
        return None
    scope = request.scope
    target = f"{scope['method']} {scope['path']}".encode()
    return repeats.once(key, target, scope["query_string"], scope.get(CONTENT, b""))


def _context(request: Request, once: repeats.Once | None) -> Context:
    matching = header(request, b"if-match")
    return Context(
        actor=_actor(request),
        request_id=request_id.get(),
        expected=None if matching is None else tags_in(matching),
        around=None if matching is None and once is None else partial(_around, once),
    )


def _around(
    once: repeats.Once | None, tx: Transaction, command: Callable[[Transaction], Shown]
) -> Shown:
    shown = command(tx) if once is None else once.run(tx, command)
    conditions.require_met(tx)
    return shown


def note_content(request: Request, sha256: str) -> None:
    """Say what was uploaded: a repeat of the request is one with the same file."""
    request.scope[CONTENT] = sha256.encode()


def _actor(request: Request) -> str | None:
    """Who changes something, from the header X-Actor: UTF-8, and without control characters."""
    named = header(request, b"x-actor")
    if named is None:
        return None
    name = named.encode("latin-1").decode("utf-8", "replace")
    return "".join(c for c in name if c.isprintable())[:NAME_LENGTH] or None
