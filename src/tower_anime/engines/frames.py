"""What a ComfyUI server sends over its websocket: events as JSON, previews as bytes. Pure.

A binary frame begins with two unsigned integers of 32 bits, big endian. Event 1 is a preview: its
second number is the format (1 JPEG, 2 PNG), and the image follows. Event 4 is a preview that says
of what: its second number is the length of a JSON object (`prompt_id`, `node_id`, …), which the
image follows; it is sent to those who announced `supports_preview_metadata`. Whatever else comes,
cut short or of a kind of its own, is none of ours and is passed over.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANNOUNCEMENT = json.dumps(
    {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
)  # what a client sends first

_HEAD = struct.Struct(">II")
_PREVIEW, _PREVIEW_OF = 1, 4
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_FORMATS = {1: "image/jpeg", 2: "image/png"}


@dataclass(frozen=True)
class Event:
    """One message: `executing`, `progress`, `execution_success`… and of which prompt it is."""

    kind: str
    prompt_id: str | None
    data: Mapping[str, Any]  # any JSON object


@dataclass(frozen=True)
class Preview:
    """A picture of what is being made; older servers do not say of which prompt and node."""

    mime: str
    image: bytes
    prompt_id: str | None = None
    node: str | None = None


def parse(message: str | bytes) -> Event | Preview | None:
    """What a frame says; `None` where it says nothing that we know."""
    return _event(message) if isinstance(message, str) else _preview(message)


def _event(message: str) -> Event | None:
    found = _object(message)
    kind, data = found.get("type"), found.get("data")
    if not isinstance(kind, str) or not isinstance(data, dict):
        return None
    return Event(kind, _text(data.get("prompt_id")), data)


def _preview(message: bytes) -> Preview | None:
    if len(message) < _HEAD.size:
        return None
    event, second = _HEAD.unpack_from(message)
    rest = message[_HEAD.size :]
    if event == _PREVIEW:
        mime = _mime(rest)
        return Preview(mime, rest) if mime is not None and _FORMATS.get(second) == mime else None
    if event != _PREVIEW_OF or second > len(rest):
        return None
    about, image = _object(rest[:second]), rest[second:]
    mime = _mime(image)
    if mime is None:
        return None
    return Preview(mime, image, _text(about.get("prompt_id")), _text(about.get("node_id")))


def _mime(image: bytes) -> str | None:
    return next((mime for start, mime in _BEGINNINGS.items() if image.startswith(start)), None)


def _object(written: str | bytes) -> Mapping[str, Any]:  # any JSON object
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
