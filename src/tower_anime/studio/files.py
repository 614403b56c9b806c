"""What a build of the studio left in its folder: one page, and files named by their contents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "dist"
PAGE = "index.html"
ASSETS = "assets"

# A file's name alone: no folder, and no dot in front, can be asked for with it.
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}", re.ASCII)
_COMPRESSED = ".gz"
_KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class Asset(NamedTuple):
    """A file to send, what it is, and whether it is the compressed copy of what was asked for."""

    path: Path
    mime: str
    is_compressed: bool


def page(folder: Path) -> bytes | None:
    """The studio's page; `None` where it was not built."""
    try:
        return (folder / PAGE).read_bytes()
    except FileNotFoundError:
        return None


def asset(folder: Path, name: str, compressed: bool) -> Asset | None:
    """A file of the build by its bare name, where there is one that the studio uses.

    `compressed` allows its gzip copy, which the build makes of what is worth it.
    """
    mime = _KINDS.get(Path(name).suffix)
    if mime is None or not _NAME.fullmatch(name):
        return None
    plain = folder / ASSETS / name
    smaller = plain.with_name(name + _COMPRESSED)
    if compressed and smaller.is_file():
        return Asset(smaller, mime, is_compressed=True)
    return Asset(plain, mime, is_compressed=False) if plain.is_file() else None
