"""What callers see of media."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tower_anime.media import examples


class Medium(BaseModel):
    """A picture, a film or a sound; its id is the SHA-256 of its bytes."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MEDIUM]})

    id: Annotated[str, Field(description="The SHA-256 of its bytes.")]
    mime: str
    kind: Literal["image", "video", "audio"]
    bytes: Annotated[int, Field(description="Its size.")]
    width: int | None
    height: int | None
    duration: Annotated[float | None, Field(description="Seconds.")]
    frames: int | None
    fps: Annotated[str | None, Field(description="Frames a second, as `24/1`.")]
    has_audio: bool
    name: Annotated[str | None, Field(description="The file's name as it came.")]
    present: Annotated[bool, Field(description="Whether its bytes are still here.")]
    created_at: str
