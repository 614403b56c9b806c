"""The websockets by client id, and what is sent to them.

A socket registers itself under its client id and takes whatever is registered there with it when
it closes; so where two have one id, the first to close silences the other, as on a real server.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable
from typing import Any, Final

PREVIEW: Final = 1
PREVIEW_WITH_METADATA: Final = 4
JPEG: Final = 1
PNG: Final = 2
Frame = str | bytes | None  # None closes the socket


def text(kind: str, data: dict[str, Any]) -> str:
    """A message as it is on the wire."""
    return json.dumps({"type": kind, "data": data})


def preview(image: bytes) -> bytes:
    """A binary frame: `>I` event 1, `>I` format (1 JPEG, 2 PNG), and the picture."""
    return struct.pack(">II", PREVIEW, PNG if _is_png(image) else JPEG) + image


def preview_with_metadata(image: bytes, about: dict[str, Any]) -> bytes:
    """A binary frame: `>I` event 4, `>I` length of the JSON, the JSON, and the picture."""
    mime = "image/png" if _is_png(image) else "image/jpeg"
    told = json.dumps({**about, "image_type": mime}).encode()
    return struct.pack(">II", PREVIEW_WITH_METADATA, len(told)) + told + image


def _is_png(image: bytes) -> bool:
    return image.startswith(b"\x89PNG")


class Sockets:
    """Each open socket has a line of frames; `send` may be called from any thread."""

    def __init__(self) -> None:
        self.silent = False
        self._lines: dict[str, asyncio.Queue[Frame]] = {}
        self._open: set[asyncio.Queue[Frame]] = set()
        self._with_metadata: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver on this loop from now on."""
        self._loop = loop

    def join(self, client_id: str) -> asyncio.Queue[Frame]:
        """Register a socket, in place of another of that id."""
        line: asyncio.Queue[Frame] = asyncio.Queue()
        self._lines[client_id] = line
        self._open.add(line)
        self._with_metadata.discard(client_id)
        return line

    def leave(self, client_id: str, line: asyncio.Queue[Frame]) -> None:
        """Take out whatever is registered under that id."""
        self._lines.pop(client_id, None)
        self._with_metadata.discard(client_id)
        self._open.discard(line)

    def wants_metadata(self, client_id: str | None) -> bool:
        """Whether that client asked for previews that tell of their node."""
        return client_id in self._with_metadata

    def feature(self, client_id: str, features: Any) -> None:
        """Note what a client says that it supports."""
        if isinstance(features, dict) and features.get("supports_preview_metadata"):
            self._with_metadata.add(client_id)

    def send(self, frame: str | bytes, client_id: str | None) -> None:
        """Send to one client, or to all where there is no id; nobody there is no error."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, frame, client_id)

    def _deliver(self, frame: str | bytes, client_id: str | None) -> None:
        if self.silent:
            return
        if client_id is None:
            for line in self._lines.values():
                line.put_nowait(frame)
        elif client_id in self._lines:
            self._lines[client_id].put_nowait(frame)

    def drop(self) -> None:
        """Close every socket."""
        self._later(self._close_all)

    def mute(self) -> None:
        """Say nothing more on the sockets that are open now; those that come are told as ever."""
        self._later(self._lines.clear)

    def _later(self, what: Callable[[], None]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

    def _close_all(self) -> None:
        for line in self._open:
            line.put_nowait(None)
