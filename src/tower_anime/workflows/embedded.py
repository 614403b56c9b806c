"""The workflow that ComfyUI wrote into a picture or a film.

A PNG has it in text chunks `prompt` and `workflow`, an animated one in chunks `comf`; a WebP in
EXIF texts `prompt:{…}`; an MP4 or WebM in its metadata, where VideoHelperSuite has both in one
`comment`. Run it in a child process: the files come from anywhere. Nothing is decoded, and nothing
is read beyond the bounds.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypedDict

from tower_anime.media.sniff import NotMedia, sniff

MOST_TEXT = 16 * 1024 * 1024  # bytes of one text, unpacked
MOST_CHUNKS = 100_000  # of a PNG
KEYS = ("prompt", "workflow")

Report = Callable[[int, int], None]


class EmbeddedJob(TypedDict):
    """A file that may have a workflow inside, or be one."""

    path: str


class Embedded(TypedDict, total=False):
    """The texts that were found, as JSON: API format, and the editor's."""

    prompt: str
    workflow: str
    kind: str
    """`json`, `png`, `webp`, `mp4`…"""


def read(job: EmbeddedJob, report: Report) -> Embedded:
    """The texts that a file has for `prompt` and `workflow`; or, of a JSON file, its own text.

    Raises `NotMedia` for what is no such file, and ValueError for one that is malformed.
    """
    del report
    path = Path(job["path"])
    if _is_json(path):
        return Embedded(workflow=_text_of(path), kind="json")
    known = sniff(str(path))
    readers: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {
        "png": _png,
        "webp": _webp,
        "mp4": _film,
        "quicktime": _film,
        "webm": _film,
        "x-matroska": _film,
    }
    if known.subtype not in readers:
        raise NotMedia("A workflow is in JSON, PNG, WebP, MP4 or WebM files.")
    found = Embedded(kind=known.subtype)
    for key, text in readers[known.subtype](path):
        if key == "prompt":
            found.setdefault("prompt", text)
        elif key == "workflow":
            found.setdefault("workflow", text)
    return found


def _is_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _text_of(path: Path) -> str:
    if path.stat().st_size > MOST_TEXT:
        raise NotMedia(f"A workflow's JSON has at most {MOST_TEXT:,} bytes.")
    return _decoded(path.read_bytes(), "utf-8-sig")


def _decoded(data: bytes, encoding: str = "utf-8") -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotMedia("The file's text is not UTF-8.") from error


# --- PNG


def _png(path: Path) -> Iterator[tuple[str, str]]:
    """The texts of a PNG by their keywords: tEXt, zTXt and iTXt (PNG 1.2, section 11.3.4), and
    what SaveAnimatedPNG has instead: `comf`, which is like tEXt.
    """
    with path.open("rb") as file:
        file.seek(8)
        for kind, size in _chunks(file):
            if kind in _TEXTS and size <= MOST_TEXT:
                keyword, _, rest = file.read(size).partition(b"\0")
                if keyword.decode("latin-1") in KEYS:
                    yield keyword.decode("latin-1"), _png_text(kind, rest)


_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"comf"})


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each chunk's kind and length; the file is at its data, and may be left anywhere."""
    for _ in range(MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head)
        start = file.tell()
        yield kind, size
        if kind == b"IEND":
            return
        file.seek(start + size + 4)  # and its checksum


def _png_text(kind: bytes, rest: bytes) -> str:
    match kind:
        case b"tEXt" | b"comf":
            return _text(rest)
        case b"zTXt":
            return _text(_unpacked(rest[1:]))
        case _:
            packed = rest[:1] == b"\1"
            *_, text = parts = rest[2:].split(b"\0", 2)
            if len(parts) < 3:
                raise NotMedia("A text in the picture is malformed.")
            return _decoded(_unpacked(text) if packed else text)


def _text(data: bytes) -> str:
    """Latin-1 by the standard; some programs write UTF-8, which JSON outside ASCII then is."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MOST_TEXT)
    except zlib.error as error:
        raise NotMedia("A text in the picture is malformed.") from error
    if unpacker.unconsumed_tail:
        raise NotMedia(f"A text in the picture has more than {MOST_TEXT:,} bytes.")
    return text


# --- WebP and films


def _webp(path: Path) -> Iterator[tuple[str, str]]:
    from PIL import Image  # noqa: PLC0415 - only where it is needed

    try:
        with Image.open(path, formats=["WEBP"]) as image:
            texts = [value for value in image.getexif().values() if isinstance(value, str)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotMedia("The picture cannot be read.") from error
    for text in texts:
        key, colon, rest = text.partition(":")
        if colon and key.lower() in KEYS:
            yield key.lower(), rest.rstrip("\0")


def _film(path: Path) -> Iterator[tuple[str, str]]:
    import av  # noqa: PLC0415 - only where it is needed

    opener = sniff(str(path)).opener
    try:
        with av.open(str(path), format=opener, metadata_errors="replace") as container:
            told = {key.lower(): text for key, text in container.metadata.items()}
    except av.error.FFmpegError as error:
        raise NotMedia("The film cannot be read.") from error
    for key in KEYS:
        if key in told:
            yield key, told[key]
    yield from _comment(told.get("comment", ""))


def _comment(text: str) -> Iterator[tuple[str, str]]:
    """Both at once, as VideoHelperSuite writes them: objects, or JSON in JSON."""
    if not text.startswith("{") or len(text) > MOST_TEXT:
        return
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return
    for key in KEYS:
        value = told.get(key)
        if isinstance(value, str | dict):
            yield key, value if isinstance(value, str) else json.dumps(value)
