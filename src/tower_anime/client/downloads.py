"""Files that come back: streamed, gone on with after a dropped connection, and checked.

The ETag of a medium's bytes is their SHA-256 (`"…"`, 64 hexadecimal digits).
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from errno import ENOENT
from pathlib import Path
from typing import IO
from urllib.parse import unquote

import httpx2

from tower_anime.client import answers
from tower_anime.client.errors import Unreachable, Unreadable
from tower_anime.client.transport import Transport

Target = str | os.PathLike[str] | IO[bytes]  # a file's path, a folder's, or an open file
Fetch = Callable[[Transport, str, IO[bytes]], str]  # writes all bytes; the file's name
_SHA256 = re.compile(r'(?:W/)?"([0-9a-f]{64})"')  # a proxy may have weakened it
GATHERING = 600.0  # seconds until a ZIP begins: its rows are gathered first
_END_OF_ZIP = 22  # bytes of its end record, which no comment follows
_NAME = re.compile(r"filename\*=UTF-8''([^;]+)", re.IGNORECASE)


def save(transport: Transport, path: str, to: Target) -> Path | None:
    """Write what is at `path` to a file; where it is then, or None for an open file.

    A file appears under its name only once it is whole. Raises `Unreadable` for damaged bytes.
    """
    return _saved(transport, path, to, _fetch)


def save_zip(transport: Transport, path: str, to: Target) -> Path | None:
    """As `save`, for a ZIP that is made while it is sent: it is whole where its end has come."""
    return _saved(transport, path, to, _fetch_zip)


def _saved(transport: Transport, path: str, to: Target, fetch: Fetch) -> Path | None:
    if not isinstance(to, str | os.PathLike):
        fetch(transport, path, to)
        return None
    place = Path(to)
    folder = place if place.is_dir() else place.parent
    if not folder.is_dir():  # told by its name, and not by that of the part
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(folder))
    part = folder / f".{uuid.uuid4().hex}.part"
    try:
        with part.open("wb") as file:
            name = fetch(transport, path, file)
        target = place / name if place.is_dir() else place
        return part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _fetch_zip(transport: Transport, path: str, file: IO[bytes]) -> str:
    """Write a stream to `file`; the name that the service has for it."""
    with transport.streamed(path, silence=GATHERING) as response:
        if response.headers.get("content-type") != "application/zip":
            raise answers.foreign(response)
        last = b""
        for chunk in response.iter_bytes():
            file.write(chunk)
            last = (last + chunk)[-_END_OF_ZIP:]
    if not last.startswith(b"PK\5\6"):
        raise Unreadable(f"{response.url} did not arrive whole.")
    return _name(response)


def _fetch(transport: Transport, path: str, file: IO[bytes]) -> str:
    """Write all bytes to `file`; the name that the service has for them."""
    digest = hashlib.sha256()
    done, failures, wanted = 0, 0, ""
    while True:
        headers = {"Range": f"bytes={done}-", "If-Range": wanted} if done else {}
        try:
            with transport.streamed(path, headers=headers) as response:
                if done and response.status_code != 206:
                    raise Unreadable(f"{response.url} changed while it was read.")
                wanted = response.headers.get("etag", "")
                if not _SHA256.fullmatch(wanted):
                    raise answers.foreign(response)
                for chunk in response.iter_bytes():
                    file.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    failures = 0  # a long film may meet more than one drop
        except Unreachable:
            failures += 1
            if not done or failures > transport.retries:
                raise
        else:
            _check(response, wanted, digest.hexdigest())
            return _name(response)


def _check(response: httpx2.Response, etag: str, sha256: str) -> None:
    told = _SHA256.fullmatch(etag)
    if told is not None and told[1] != sha256:
        raise Unreadable(f"{response.url} arrived damaged: its SHA-256 is {sha256}.")


def _name(response: httpx2.Response) -> str:
    """What to call the file in a folder: its own name, or the address's, and never a path."""
    told = _NAME.search(response.headers.get("content-disposition", ""))
    named = Path(unquote(told[1])).name if told else ""
    return named or response.url.path.rstrip("/").rsplit("/", 2)[-2]
