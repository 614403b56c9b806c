"""`GET /view`: a file, a part of it, or a small picture of it."""

from __future__ import annotations

import io
import mimetypes
import re
from email.utils import formatdate
from pathlib import Path

from PIL import Image
from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response

from tower_anime.simulator.folders import KINDS, Folders, inside

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def view(query: QueryParams, headers: Headers, folders: Folders) -> Response:
    """Answer a request for a file; 404 where there is none, 400 and 403 outside the folders."""
    filename, kind = query.get("filename"), query.get("type", "output")
    if not filename:
        return Response(status_code=404)
    if filename.startswith("/") or ".." in filename or kind not in KINDS:
        return Response(status_code=400)
    try:
        folder = inside(folders.of(kind), query.get("subfolder", ""))
    except ValueError:
        return Response(status_code=403)
    file = folder / Path(filename).name
    if not file.is_file():
        return Response(status_code=404)
    if preview := query.get("preview"):
        return _preview(file, preview)
    return _file(file, headers)


def _preview(file: Path, wanted: str) -> Response:
    """`webp;70`: the format, and the quality of its compression."""
    kind, _, quality = wanted.partition(";")
    kind = kind if kind in ("webp", "jpeg") else "webp"
    buffer = io.BytesIO()
    with Image.open(file) as opened:
        picture = opened.convert("RGB") if kind == "jpeg" else opened
        picture.save(buffer, kind, quality=int(quality) if quality.isdigit() else 90)
    disposition = {"Content-Disposition": f'filename="{file.name}"'}
    return Response(buffer.getvalue(), media_type=f"image/{kind}", headers=disposition)


def _file(file: Path, headers: Headers) -> Response:
    data = file.read_bytes()
    about = file.stat()
    tag = f'"{about.st_mtime_ns:x}-{len(data):x}"'
    shared = {"Etag": tag, "Accept-Ranges": "bytes"}
    if headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=shared)
    status = 200
    if asked := headers.get("range"):
        part = _part(asked, len(data))
        if part is None:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
        shared["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
        data, status = data[part.start : part.stop], 206
    shared["Content-Disposition"] = f'filename="{file.name}"'
    shared["Last-Modified"] = _date(about.st_mtime)
    shared["Content-Type"] = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(data, status_code=status, headers=shared)


def _part(asked: str, size: int) -> range | None:
    found = _RANGE.match(asked)
    if found is None or found[0] == "bytes=-":
        return None
    if not found[1]:
        return range(max(0, size - int(found[2])), size)
    start = int(found[1])
    end = min(size, int(found[2]) + 1) if found[2] else size
    return range(start, end) if start < end else None


def _date(seconds: float) -> str:
    return formatdate(seconds, usegmt=True)
