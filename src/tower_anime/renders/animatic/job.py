"""What an animatic is drawn from: plain JSON, because it crosses into a child process."""

from typing import TypedDict

VERSION = 1
"""Which drawing this is. Part of a take's plan: raise it whenever the picture changes."""


class CastMember(TypedDict):
    """A character in the shot; `image` is the path of a PNG, JPEG or WebP, or None."""

    name: str
    image: str | None


class DialogueLine(TypedDict):
    """One spoken line; `speaker` may be "" and need not be in the cast."""

    speaker: str
    line: str


class Job(TypedDict):
    """One animatic.

    `output` is the mp4 to write, `width` and `height` are 16 to 4096 pixels (an odd size loses its
    last row or column: yuv420p halves both sides), `fps` a fraction such as "24/1", `frames` at
    least 1. `description`, `camera`, `style` are free words and may be empty; `seed` varies the
    picture; `language` is a BCP 47 tag and chooses between the Chinese and Japanese forms of a
    letter.
    """

    output: str
    width: int
    height: int
    fps: str
    frames: int
    description: str
    camera: str
    cast: list[CastMember]
    dialogue: list[DialogueLine]
    style: str
    seed: int
    language: str
