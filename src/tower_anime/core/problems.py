"""Errors as answers: `application/problem+json`, as RFC 9457 has it. Rendered nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tower_anime.core.errors import InsufficientStorage, TowerError
from tower_anime.core.logs import request_id

log = logging.getLogger("tower_anime.requests")


def problem(
    status: int, title: str, detail: object, members: Mapping[str, object] | None = None
) -> Response:
    """An error's answer; `detail` is a plain sentence, or a list of refused fields.

    `members` are what else it has (RFC 9457, section 3.2).
    """
    content = {
        **(members or {}),
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id.get(),
    }
    return JSONResponse(content, status, media_type="application/problem+json")


def told(error: TowerError) -> Response:
    """An error of ours."""
    # That the disk is full is logged once, by whoever looks at it; the log needs room too.
    if error.status >= 500 and not isinstance(error, InsufficientStorage):
        log.error("%s", error.detail, exc_info=error)
    return problem(error.status, error.title, error.detail, error.members)


def refused(error: RequestValidationError) -> Response:
    """Fields that were refused, each by its place and with a sentence; what they held stays out."""
    fields = [{k: e[k] for k in ("type", "loc", "msg")} for e in error.errors()]
    return problem(422, "Unprocessable", fields)


def unforeseen() -> Response:
    """What nobody foresaw; the log has it."""
    return problem(500, "Internal server error", "Something went wrong here; the log says what.")


def add_error_answers(app: FastAPI) -> None:
    """Have FastAPI render every error here: those of its own pages, 404 and 405."""

    @app.exception_handler(TowerError)
    async def of_ours(_: Request, error: TowerError) -> Response:
        return told(error)

    @app.exception_handler(RequestValidationError)
    async def of_fields(_: Request, error: RequestValidationError) -> Response:
        return refused(error)

    @app.exception_handler(HTTPException)
    async def of_http(_: Request, error: HTTPException) -> Response:
        response = problem(error.status_code, str(error.detail), error.detail)
        response.headers.update(error.headers or {})
        return response
