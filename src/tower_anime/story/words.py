"""What differs between two texts, word by word. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Literal, NamedTuple

# Of what is not the same at the beginning and the end: the time grows with the square.
MOST_WORDS = 500

# A word with the spaces after it; a single sign of a script that puts no spaces between words
# (kana, ideographs); one mark, or a run of spaces.
_SIGNS = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_SIGNS}]|[^\W{_SIGNS}]+\s*|[^\w\s]\s*|\s+", re.DOTALL)

Change = Literal["same", "removed", "added"]


class Piece(NamedTuple):
    """A part of a text: in both, or only in one of the two."""

    change: Change
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """How a text came to be another: what stayed, what was removed, what was added, in order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    begin = _shared(old, new)
    end = _shared(old[begin:][::-1], new[begin:][::-1])
    middle = _between(old[begin : len(old) - end], new[begin : len(new) - end])
    found = [("same", old[:begin]), *middle, ("same", old[len(old) - end :])]
    return [Piece(change, "".join(words)) for change, words in found if words]


def _shared(old: list[str], new: list[str]) -> int:
    """How many words two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _between(old: list[str], new: list[str]) -> list[tuple[Change, list[str]]]:
    if max(len(old), len(new)) > MOST_WORDS:
        return [("removed", old), ("added", new)]
    found: list[tuple[Change, list[str]]] = []
    for tag, i, j, k, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", old[i:j]))
        else:
            found += [("removed", old[i:j]), ("added", new[k:n])]
    return found
