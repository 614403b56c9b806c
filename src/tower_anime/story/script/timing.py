"""How long a shot lasts where nobody says: as long as its words take to speak. Pure.

Japanese, Chinese and Korean letters at 6 a second (announcers read 5, actors 7), other words at
2.5 a second (150 a minute), half a second of air for each line; at least 2 seconds and in halves.
Without words it is the 4 seconds of every new shot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal

from tower_anime.story.script.model import Line

SILENT_SECONDS = 4.0
SHORTEST_SECONDS = 2.0
LONGEST_SECONDS = 600.0
LETTERS_A_SECOND = 6.0
WORDS_A_SECOND = 2.5
AIR_SECONDS = 0.5

_LETTERS = re.compile(r"[぀-ヿ㐀-䶿一-鿿가-힣豈-﫿ｦ-ﾟ々〆]")
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PARENTHETICAL = re.compile(r"^[(（].*[)）]$")


def estimate(dialogue: Iterable[Line]) -> float:
    """The seconds that lines of dialogue take; parentheticals are not spoken."""
    spoken = [_seconds(line.line) + AIR_SECONDS for line in dialogue]
    if not spoken:
        return SILENT_SECONDS
    halves = math.ceil(sum(spoken) * 2 - 1e-9) / 2
    return min(max(halves, SHORTEST_SECONDS), LONGEST_SECONDS)


def _seconds(line: str) -> float:
    said = " ".join(p for p in line.split("\n") if not _PARENTHETICAL.match(p.strip()))
    letters = len(_LETTERS.findall(said))
    words = len(_WORDS.findall(_LETTERS.sub(" ", said)))
    return letters / LETTERS_A_SECOND + words / WORDS_A_SECOND


def decimal(seconds: float) -> str:
    """Seconds as a script writes them: `4`, `4.5`."""
    text = format(Decimal(repr(float(seconds))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
