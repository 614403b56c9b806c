"""Breaking a text into lines, Latin and CJK, with simple kinsoku. Pure, given a measure.

Rules: Latin words stay whole; CJK letters may part anywhere, but closing marks and small kana do
not begin a line and opening marks do not end one (JIS X 4051, the common subset).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

_NOT_FIRST = frozenset(
    "、。，．,.・：；:;？！?!）)」』】〕》〉］]｝}ーゝゞ々…‥”’〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST = frozenset("「『（(【〔《〈［[｛{“‘")
_PIECES = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]+|\s+"
)
_SHRINKS = (1.0, 0.88, 0.78)
_LONGEST = 600  # letters looked at: more than any caption holds


@dataclass(frozen=True)
class Setting:
    """Lines that fit, at a font size in pixels."""

    lines: tuple[str, ...]
    size: int


def units(text: str) -> list[str]:
    """The pieces of a text between which a line may break; spaces end the piece before them."""
    found: list[str] = []
    for piece in _PIECES.findall(text):
        glued = found and (piece.isspace() or piece[0] in _NOT_FIRST or found[-1][-1] in _NOT_LAST)
        if glued:
            found[-1] += piece
        else:
            found.append(piece)
    return found


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines no wider than `width`; a piece wider than that is cut between letters."""
    lines, line, used = [], "", 0.0
    for unit in units(text):
        for piece in [unit] if measure(unit.rstrip()) <= width else unit:
            extent = measure(piece)
            if line and used + measure(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line, used = line + piece, used + extent
    return [*lines, line.rstrip()] if line.strip() else lines


def _balanced(text: str, width: float, measure: Measure, count: int) -> list[str]:
    """The narrowest wrapping that takes no more lines, so that the last is not one lone word."""
    widest = max((measure(unit.rstrip()) for unit in units(text)), default=0.0)
    low, high = max(width * 0.5, min(widest, width)), width
    while high - low > width * 0.03:
        middle = (low + high) / 2
        low, high = (low, middle) if len(wrap(text, middle, measure)) <= count else (middle, high)
    return wrap(text, high, measure)


def _elide(lines: Sequence[str], width: float, measure: Measure) -> list[str]:
    last = lines[-1]
    while last and measure(last + "…") > width:
        last = last[:-1]
    return [*lines[:-1], last.rstrip(" 、。，,.") + "…"]


def fit(
    text: str, width: float, most: int, size: int, measure_at: Callable[[int], Measure]
) -> Setting:
    """Set a text in at most `most` lines: shrink the font a little, then end with an ellipsis.

    `measure_at(size)` measures a text's width in pixels at a font size.
    """
    head, lines, smallest, measure = text[:_LONGEST], [""], size, measure_at(size)
    pieces = [unit.rstrip() for unit in units(head)]
    for shrink in _SHRINKS:
        smallest = max(1, round(size * shrink))
        measure = measure_at(smallest)
        lines = wrap(head, width, measure)
        whole = shrink == _SHRINKS[-1] or all(measure(piece) <= width for piece in pieces)
        if whole and len(lines) <= most and head == text:
            return Setting(tuple(_balanced(text, width, measure, len(lines))), smallest)
    return Setting(tuple(_elide(lines[:most], width, measure)), smallest)
