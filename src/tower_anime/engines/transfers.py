"""Files to a ComfyUI server and from it."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tower_anime.engines.answers import Output
from tower_anime.engines.troubles import Gone, Missing, Refused, Strange
from tower_anime.engines.wire import MIB, Bounds, Wire

FOLDER = "tower"  # in the server's folder of inputs, where nothing is ever deleted
UPLOADING = Bounds(seconds=300.0, size=MIB)
FETCHING_SECONDS = 900.0

OK, NOT_FOUND, TOO_LARGE, SERVER_ERROR = 200, 404, 413, 500


def upload(wire: Wire, content: bytes | Path, name: str) -> str:
    """See `Server.upload`."""
    with _opened(content) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        file.seek(0)
        filename = f"{digest}{_ending(name)}"
        answer = wire.ask(
            "POST",
            "/upload/image",
            UPLOADING,
            form={"type": "input", "subfolder": FOLDER},
            files={"image": (filename, file, "application/octet-stream")},
        )
    if answer.status == TOO_LARGE:
        raise Refused("The file is larger than the server accepts.", "too_large")
    if answer.status >= SERVER_ERROR:
        raise Gone(f"The server could not keep a file ({answer.status}).")
    match answer.json() if answer.status == OK else None:
        case {"name": str(given), **more} if given:
            subfolder = str(more.get("subfolder") or "")
            return f"{subfolder}/{given}" if subfolder else given
    raise Strange(f"The server answers an upload as no ComfyUI does ({answer.status}).")


@contextmanager
def _opened(content: bytes | Path) -> Iterator[IO[bytes]]:
    if isinstance(content, bytes):
        yield io.BytesIO(content)
    else:
        with content.open("rb") as file:
            yield file


def _ending(name: str) -> str:
    """The ending of a file's name, where it is a plain one: nodes choose by it how to read."""
    found = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    return found[0].lower() if found else ""


def fetch(wire: Wire, output: Output, to: Path, limit_bytes: int) -> int:
    """See `Server.fetch`."""
    query = {"filename": output.filename, "subfolder": output.subfolder, "type": output.type}
    with wire.stream("/view", query, FETCHING_SECONDS) as (status, headers, parts):
        if status == NOT_FOUND:
            raise Missing(f"The server no longer has the file {output.filename!r}.")
        if status >= SERVER_ERROR:
            raise Gone(f"The server could not send a file ({status}).")
        if status != OK:
            raise Strange(f"The server refuses a file that it named ({status}).")
        try:
            return _write(to, parts, _announced(headers, limit_bytes), limit_bytes)
        except BaseException:
            to.unlink(missing_ok=True)
            raise


def _announced(headers: Mapping[str, str], limit_bytes: int) -> int | None:
    """How many bytes are to come; `None` where the server sends them in chunks, up to a last."""
    length = headers.get("content-length")
    if length is None:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            raise Strange("The server does not say how long a file is.")
        return None
    if int(length) > limit_bytes:
        raise _too_large(limit_bytes)
    return int(length)


def _write(to: Path, parts: Iterable[bytes], announced: int | None, limit_bytes: int) -> int:
    size = 0
    with to.open("wb") as file:
        for part in parts:
            size += len(part)
            if size > limit_bytes:
                raise _too_large(limit_bytes)
            file.write(part)
    if announced is not None and size != announced:
        raise Gone("The connection was cut before a file was whole.")
    return size


def _too_large(limit_bytes: int) -> Strange:
    return Strange(f"The server's file is larger than {limit_bytes:,} bytes.")
