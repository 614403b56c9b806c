"""A request's headers, looked up in one dictionary that the front door makes for all who ask.

Starlette's own `request.headers` walks the list of them for each (two microseconds, measured).
"""

from __future__ import annotations

from fastapi import Request

HEADERS = "tower_anime.headers"  # in a request's scope: its headers by their lower-case names


def header(request: Request, name: bytes) -> str | None:
    """The value of a header, named in lower case; the last one of several."""
    scope = request.scope
    found: dict[bytes, bytes] | None = scope.get(HEADERS)
    if found is None:
        found = scope[HEADERS] = dict(scope["headers"])
    value = found.get(name)
    return None if value is None else value.decode("latin-1")
