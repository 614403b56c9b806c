"""Serves the built studio: its page at `/` and at the addresses of its views, and its files.

A view's address, such as `/projects/3`, is answered with the same page, which shows the view; so
links and reloading work. All other addresses stay what they are without the studio.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse

from tower_anime.core import plain, problems
from tower_anime.core.shown import tags_in
from tower_anime.studio import absent, files

VIEWS = ("projects", "renders", "settings")  # the first parts of the views' addresses
_METHODS = ["GET", "HEAD"]

# Nothing from elsewhere, no script or style in the page itself, nothing evaluated.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def add_studio(app: FastAPI, folder: Path = files.FOLDER) -> None:
    """Add the studio that is built into a folder, now or later: that needs no new start."""

    async def page(request: Request) -> Response:
        return _page(request, await anyio.to_thread.run_sync(files.page, folder))

    async def asset(request: Request) -> Response:
        compressed = "gzip" in request.headers.get("accept-encoding", "")
        name = request.path_params["name"]
        return _asset(await anyio.to_thread.run_sync(files.asset, folder, name, compressed))

    addresses = ["/", *(f"/{view}{rest}" for view in VIEWS for rest in ("", "/{rest:path}"))]
    for address in addresses:
        app.add_route(address, page, _METHODS, include_in_schema=False)
    app.add_route(f"/{files.ASSETS}/{{name}}", asset, _METHODS, include_in_schema=False)


def _page(request: Request, built: bytes | None) -> Response:
    tag = blake2b(built or absent.PAGE, digest_size=8).hexdigest()
    style = _POLICY["style-src"] if built else plain.STYLE_HASH
    headers = {
        "Cache-Control": "no-cache",
        "ETag": f'"{tag}"',
        "Content-Security-Policy": _told({**_POLICY, "style-src": style}),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if tag in tags_in(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(built or absent.PAGE, headers=headers, media_type="text/html")


def _asset(found: files.Asset | None) -> Response:
    if found is None:
        return problems.problem(404, "Not found", "The studio has no such file; load it again.")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if found.is_compressed:
        headers["Content-Encoding"] = "gzip"
    return FileResponse(found.path, media_type=found.mime, headers=headers)


def _told(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())
