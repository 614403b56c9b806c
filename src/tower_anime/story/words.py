"""What differs between two texts, word by word. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

MOST_WORDS = 2_000  # of a text; longer ones are told whole, for the time grows with the square

# A word of letters and digits, a single sign of a script that puts no spaces between words
# (kana, ideographs), a run of spaces, or one mark.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u9fff]+|\s+|[^\w\s]|.")


class Piece(NamedTuple):
    """A part of a text: in both, or only in one of the two."""

    change: Literal["same", "removed", "added"]
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """How a text came to be another: what stayed, what was removed, what was added, in order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _told([("removed", before), ("added", after)])
    found: list[tuple[Literal["same", "removed", "added"], str]] = []
    for tag, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[i:j])))
        else:
            found += [("removed", "".join(old[i:j])), ("added", "".join(new[k:n]))]
    return _told(found)


def _told(found: list[tuple[Literal["same", "removed", "added"], str]]) -> list[Piece]:
    return [Piece(change, text) for change, text in found if text]
