"""Shot marks: Fountain notes such as `[[shot 20, 4.5s, camera: slow push in]]`. Pure.

Any part may stand alone: `[[4.5s]]`, `[[shot]]`, `[[camera: pan left]]`. Printed scripts leave
notes out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tower_anime.story.script.model import Number, one_line, parse_number
from tower_anime.story.script.timing import decimal

# Single spaces only, so that no text takes long to be no mark.
_APART = " ?[,;]? ?"
_MARK = re.compile(
    r"(?P<shot>shot\b ?(?P<number>-?\d{1,20}(?-i:[A-Z]*))?)?"
    rf"{_APART}(?:(?P<seconds>\d+(?:\.\d+)?) ?(?:seconds|second|sec|s|秒))?"
    rf"{_APART}(?:camera ?[:：] ?(?P<camera>.*))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mark:
    """What a note says of a shot; `begins` where it begins one."""

    begins: bool
    number: Number | None = None
    seconds: float | None = None
    camera: str | None = None


def read(note: str) -> Mark | None:
    """What a note says of a shot; `None` for any other note."""
    found = _MARK.fullmatch(one_line(note))
    if found is None or not any(found.groupdict().values()):
        return None
    seconds, camera = found["seconds"], found["camera"]
    return Mark(
        begins=found["shot"] is not None,
        number=parse_number(found["number"]) if found["number"] else None,
        seconds=None if seconds is None else float(seconds),
        camera=camera or None,
    )


def write(mark: Mark) -> str:
    """The words of a note that says so."""
    parts = ["shot" if mark.number is None else f"shot {mark.number}"] if mark.begins else []
    if mark.seconds is not None:
        parts.append(f"{decimal(mark.seconds)}s")
    if mark.camera:
        parts.append(f"camera: {mark.camera}")
    return ", ".join(parts)
