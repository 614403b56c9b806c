"""What every format says of a story, and the spelling in which two texts are compared.

A text is compared without what no script keeps: line endings are `\\n`, spaces at both ends of a
line go, as do blank lines at both ends, and several blank lines are one. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tower_anime.core.errors import Unprocessable

Said = Mapping[str, str | float]  # fields of a shot that are said by name, such as its camera

_BLANK_LINES = re.compile(r"\n{3,}")
_CONTINUED = re.compile(r"\s*[(（](?:CONT(?:['’]?D|\.)?|CONTINUED|続き)[)）]$", re.IGNORECASE)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Number:
    """A number as scripts write it; letters tell those of one number apart: `12`, `12A`, `12B`."""

    value: int
    letters: str = ""

    def __str__(self) -> str:
        return f"{self.value}{self.letters}"


@dataclass(frozen=True)
class Line:
    """What somebody says; a parenthetical is part of it, in a line of its own."""

    speaker: str
    line: str


@dataclass(frozen=True)
class Shot:
    """A shot of a scene. `None` and what `said` does not name: the script does not speak of it."""

    number: Number | None = None
    description: str | None = ""
    dialogue: tuple[Line, ...] | None = ()
    said: Said = field(default_factory=dict)
    source: int = 0  # the line of the script where it begins


@dataclass(frozen=True)
class Scene:
    """A scene. Its description is the heading and, in the lines after that, the text."""

    heading: str | None = ""
    text: str = ""
    number: Number | None = None
    episode: int | None = None
    characters: tuple[str, ...] | None = None  # where the script lists them; speakers come besides
    shots: tuple[Shot, ...] = ()
    source: int = 0

    @property
    def description(self) -> str | None:
        """Heading and text as the scene keeps them."""
        return None if self.heading is None else f"{self.heading}\n{self.text}".strip("\n")


@dataclass(frozen=True)
class LeftOut:
    """Something of a script that a story has no place for: a note, a section, a page break."""

    line: int
    what: str
    text: str


@dataclass(frozen=True)
class Script:
    """A whole script: its scenes, and what it says besides."""

    scenes: tuple[Scene, ...]
    left_out: tuple[LeftOut, ...] = ()


def refusal(line: int, reason: str) -> Unprocessable:
    """The error for a text that is no script of its format."""
    return Unprocessable(f"Line {line}: {reason}")


def unix(text: str) -> str:
    """A text whose lines are ended by `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """A text as it is compared: see the module."""
    if "\n" not in text and "\r" not in text:
        return text.strip()
    lines = [line.strip() for line in unix(text).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines).strip("\n"))


def one_line(text: str) -> str:
    """A text in one line, single spaces between its words."""
    return " ".join(text.split())


def heading_and_text(description: str) -> tuple[str, str]:
    """A scene's description as a script writes it: the first line, and what follows it."""
    heading, _, text = clean(description).partition("\n")
    return heading, text.strip("\n")


def lines_of(dialogue: Iterable[tuple[str, str]]) -> tuple[Line, ...]:
    """Lines of dialogue as they are compared: a line without speaker and words is none.

    A speaker's `(CONT'D)` goes: it tells where the line stands on a page, not who says it.
    """
    cleaned = (Line(_CONTINUED.sub("", one_line(s)), clean(line)) for s, line in dialogue)
    return tuple(line for line in cleaned if line.speaker or line.line)


def numbers(values: Iterable[int]) -> list[Number]:
    """Numbers in order, letters telling the equal ones apart."""
    seen: dict[int, int] = {}
    found = []
    for value in values:
        found.append(Number(value, _letters(seen.get(value, 0))))
        seen[value] = seen.get(value, 0) + 1
    return found


def _letters(n: int) -> str:
    """0 is nothing, then A to Z, AA, AB and so on."""
    letters = ""
    while n:
        n, digit = divmod(n - 1, 26)
        letters = _ALPHABET[digit] + letters
    return letters


def letters_rank(letters: str) -> tuple[int, str]:
    """What orders letters: none, A to Z, AA, AB and so on."""
    return len(letters), letters.upper()


_NUMBER = re.compile(r"(-?\d{1,20})([A-Za-z]*)")  # also in full-width digits


def parse_number(text: str) -> Number | None:
    """The number of a scene or shot, or `None` for what is none."""
    found = _NUMBER.fullmatch(text.strip())
    return Number(int(found[1]), found[2].upper()) if found else None
