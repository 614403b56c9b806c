"""What callers see of media."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Medium(BaseModel):
    """A picture, a film or a sound; its id is the SHA-256 of its bytes."""

    id: str
    mime: str
    kind: Literal["image", "video", "audio"]
    bytes: int
    width: int | None
    height: int | None
    duration: float | None
    frames: int | None
    fps: str | None
    has_audio: bool
    name: str | None
    present: bool
    created_at: str
