"""Single lines of Fountain: what each is, what is cut out of it, and how text is escaped. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tower_anime.story.script.model import one_line, refusal

Kind = Literal[
    "action",
    "heading",
    "cue",
    "lyrics",
    "section",
    "synopsis",
    "page break",
    "transition",
]

_HEADING = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I/E)[. ]", re.IGNORECASE)
_TRANSITIONS = ("FADE IN:", "FADE IN.", "FADE OUT.", "FADE OUT:", "FADE TO BLACK.")
_OPENING = re.compile(r"/\*|\[\[")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_EXTENSION = re.compile(r"[(（][^()（）]*[)）]")
_CUT = re.compile(r"(?:(?<![ \t])[ \t]+)?\0([0-9]+)\0[ \t]*")
_PAIR = r"(\[)(\\{0})(?=\[)|(\])(\\{0})(?=\])|(/)(\\{0})(?=\*)"
_TO_ESCAPE = re.compile(_PAIR.replace("{0}", "*"))
_ESCAPED = re.compile(_PAIR.replace("{0}", "+"))


@dataclass(frozen=True)
class Source:
    """A line of a script without its notes and boneyards; `number` counts the script's lines."""

    number: int
    text: str
    notes: tuple[str, ...] = ()


def sources(text: str) -> list[Source]:
    """A script's lines. A boneyard over several lines joins what is before and after it.

    Raises `Unprocessable` for a boneyard that nothing closes. A note is closed before the next
    blank line, or it is none (the published syntax).
    """
    marked, cut = _cut(text)
    found = []
    number = 1
    for line in marked.split("\n"):
        if "\0" not in line:
            found.append(Source(number, line))
            number += 1
            continue
        there = [cut[int(index)] for index in _CUT.findall(line)]
        notes = tuple(piece[2:-2] for piece in there if piece.startswith("[["))
        words = _CUT.sub(_seam, line)
        if (
            words.strip() or notes or not there
        ):  # a line of mere boneyard is as if it were not there
            found.append(Source(number, words, notes))
        number += 1 + sum(piece.count("\n") for piece in there)
    return found


def _seam(cut: re.Match[str]) -> str:
    """What stays where something was cut out: one space between words."""
    line = cut.string
    between = cut.start() > 0 and cut.end() < len(line)
    spaced = not cut[0].startswith("\0") or not cut[0].endswith("\0")
    return " " if between and spaced else ""


def _cut(text: str) -> tuple[str, list[str]]:
    """A text with each note and boneyard as `\\0index\\0`, and these pieces."""
    parts: list[str] = []
    pieces: list[str] = []
    done = close = blank = 0
    for opening in _OPENING.finditer(text):
        start = opening.start()
        if start < done:
            continue
        if opening[0] == "/*":
            end = text.find("*/", start + 2)
            if end < 0:
                raise refusal(text.count("\n", 0, start) + 1, "the boneyard `/*` is never closed.")
        else:
            # Each is looked for once, not for every opening: a text of `[[[[…` is long otherwise.
            close = close if start + 2 <= close else _find(text, "]]", start + 2)
            blank = blank if start <= blank else _blank_line(text, start)
            if close >= blank:
                continue
            end = close
        parts += [text[done:start], f"\0{len(pieces)}\0"]
        pieces.append(text[start : end + 2])
        done = end + 2
    return "".join([*parts, text[done:]]), pieces


def _find(text: str, closing: str, start: int) -> int:
    found = text.find(closing, start)
    return len(text) if found < 0 else found


def _blank_line(text: str, start: int) -> int:
    found = _BLANK_LINE.search(text, start)
    return found.start() if found else len(text)


def kind_of(text: str, *, after_blank: bool, goes_on: bool) -> Kind:
    """What a line is that is not part of a speech. `text` is stripped, and not empty."""
    if text.startswith("==="):
        return "page break"
    if forced := _forced(text):
        return forced
    if after_blank and _HEADING.match(text):
        return "heading"
    if after_blank and in_capitals(text):
        if _is_transition(text) and not goes_on:
            return "transition"
        if goes_on:
            return "cue"
    return "action"


_FORCED: dict[str, Kind] = {
    "!": "action",
    "@": "cue",
    "~": "lyrics",
    "#": "section",
    "=": "synopsis",
}


def _forced(text: str) -> Kind | None:
    if text[0] == ".":
        return "heading" if text[1:2] not in ("", ".", " ") else None
    if text[0] == ">":
        return "action" if is_centred(text) else "transition"
    return _FORCED.get(text[0])


def is_centred(text: str) -> bool:
    """Whether a line is centred text, which stays as it is."""
    return len(text) > 1 and text.startswith(">") and text.endswith("<")


def _is_transition(text: str) -> bool:
    return text.endswith("TO:") or text in _TRANSITIONS


def in_capitals(text: str) -> bool:
    """Whether a line is in capitals, extensions such as `(on the phone)` aside."""
    letters = [c for c in _EXTENSION.sub("", text) if c.isalpha()]
    return bool(letters) and all(c.isupper() for c in letters)


def is_plain_action(text: str) -> bool:
    """Whether a line is read as action wherever it stands."""
    return is_centred(text) or not (
        text[0] in ".!>@~#=" or _HEADING.match(text) or in_capitals(text)
    )


def is_plain_heading(text: str) -> bool:
    """Whether a line is read as a heading after a blank line."""
    return _HEADING.match(text) is not None


def is_plain_cue(text: str) -> bool:
    """Whether a line is read as a cue after a blank line, with a speech after it."""
    forced = text[:1] in tuple(".!>@~#=")
    other = _HEADING.match(text) or text.endswith("^")
    return in_capitals(text) and not forced and not other


def speaker(cue: str) -> str:
    """Who speaks: a cue without its `@`, and without the `^` of dual dialogue."""
    name = one_line(cue.removeprefix("@"))
    if not name.endswith("^"):
        return name
    before = name[:-1]
    return f"{before[:-1]}^" if before.endswith("\\") else before.strip()


def escape_speaker(name: str) -> str:
    """A name as a cue writes it: a `^` of its own is no mark of dual dialogue."""
    return escape(f"{name[:-1]}\\^" if name.endswith("^") else name)


def escape(text: str) -> str:
    """A text in which no note and no boneyard begins: `[[` becomes `[\\[`."""
    return _TO_ESCAPE.sub(lambda found: f"{found[0]}\\", text)


def unescape(text: str) -> str:
    """A text as it was before `escape`."""
    return _ESCAPED.sub(lambda found: found[0][:-1], text)
