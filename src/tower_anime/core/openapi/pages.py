"""The documentation, /openapi.json, /docs and /redoc, without a request to anywhere else.

The files are those of Swagger UI and ReDoc, from the package fastapi-offline. The policy in each
page's header has the browser hold to it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.metadata import version
from os import PathLike, stat_result

import anyio
import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tower_anime.core.text import dump

# Relative, so that the pages work behind a proxy's prefix too. Another version has another address.
FILES = f"docs/files/{version('fastapi-offline')}"
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M3 15V6H2V2h2v1h2V2h4v1h2V2h2v4h-1v9h-3v-4a2 2 0 0 0-4 0v4z' fill='%23345'/%3E"
    "%3C/svg%3E"
)


class _Immutable(StaticFiles):
    """Files whose address holds their version: a browser need not ask for them again."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def add_pages(app: FastAPI) -> None:
    """Add the document, its pages and their files to an application that was made without them."""
    swagger = _page(
        get_swagger_ui_html(
            openapi_url="openapi.json",
            title=f"{app.title}: the API, to try out",
            swagger_js_url=f"{FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{FILES}/swagger-ui.css",
            swagger_favicon_url=ICON,
            # Its badge would ask a service elsewhere whether the document is valid.
            swagger_ui_parameters={"validatorUrl": None, "tryItOutEnabled": True},
        )
    )
    redoc = _page(
        get_redoc_html(
            openapi_url="openapi.json",
            title=f"{app.title}: the API, to read",
            redoc_js_url=f"{FILES}/redoc.standalone.js",
            redoc_favicon_url=ICON,
            with_google_fonts=False,
        )
    )

    making = anyio.Lock()

    async def document(_: Request) -> Response:
        async with making:  # takes a second the first time, in which others are answered
            told = await anyio.to_thread.run_sync(app.openapi)
        return Response(dump(told), media_type="application/json")

    async def docs(_: Request) -> Response:
        return swagger

    async def read(_: Request) -> Response:
        return redoc

    app.add_route("/openapi.json", document, include_in_schema=False)
    app.add_route("/docs", docs, include_in_schema=False)
    app.add_route("/redoc", read, include_in_schema=False)
    app.mount(f"/{FILES}", _Immutable(packages=[("fastapi_offline", "static")]))


def _page(told: HTMLResponse) -> HTMLResponse:
    text = bytes(told.body).decode()
    headers = {
        "Content-Security-Policy": _policy(text),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(text, headers=headers)


def _policy(page: str) -> str:
    """Nothing from elsewhere, and no script but the page's own; both tools write style elements."""
    own = (_hash(script) for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL))
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *own]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src data:",
            "connect-src 'self'",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
