"""`POST /upload/image`: what a client sends, under a name of its own or a new one."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tower_anime.simulator.folders import KINDS, Folders, inside

LARGEST = 100 * 1024 * 1024  # bytes of a request


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    data: bytes
    filename: str
    subfolder: str
    kind: str
    overwrite: bool


async def upload(request: Request, folders: Folders) -> Response:
    """Store a file; nothing looks into it. Raises `ValueError` for what the server trips over."""
    async with request.form() as form:
        file = form.get("image")
        if not isinstance(file, UploadFile) or not file.filename:
            return Response(status_code=400)
        words = {key: str(form.get(key, "")) for key in ("subfolder", "type", "overwrite")}
        sent = Upload(
            await file.read(),
            file.filename,
            words["subfolder"],
            words["type"] or "input",
            words["overwrite"] in ("true", "1"),
        )
    if sent.kind not in KINDS:
        raise ValueError(sent.kind)
    try:
        name = store(sent, folders.of(sent.kind))
    except PermissionError:
        return Response(status_code=400)
    return JSONResponse({"name": name, "subfolder": sent.subfolder, "type": sent.kind})


def store(sent: Upload, base: Path) -> str:
    """Write a file and return its name; other bytes of a known name get a number.

    Raises `PermissionError` outside of `base`, `FileNotFoundError` where the name itself has a
    folder that does not exist.
    """
    subfolder = posixpath.normpath(sent.subfolder)
    try:
        target = inside(base, posixpath.join(subfolder, sent.filename))
    except ValueError as error:
        raise PermissionError(str(error)) from error
    (base / subfolder).mkdir(parents=True, exist_ok=True)
    name, number = sent.filename, 0
    stem, ending = posixpath.splitext(sent.filename)
    while not sent.overwrite and target.exists() and target.read_bytes() != sent.data:
        number += 1
        name = f"{stem} ({number}){ending}"
        target = base / subfolder / name
    target.write_bytes(sent.data)
    return name
