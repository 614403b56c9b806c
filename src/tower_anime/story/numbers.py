"""Numbers that a merge brought together, told apart. Pure.

Numbers may repeat, and order comes from places. So only numbers that are the same *because* two
sides were merged are counted on, those of scenes only into a number that nobody has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tower_anime.core.text import LARGEST


class Numbered(NamedTuple):
    """A scene's number, within its episode, and its position among scenes of that number."""

    episode: int | None
    number: int
    position: float


Numbering = Mapping[int, Numbered]  # by lineage


def told_apart(ours: Numbering, theirs: Numbering, merged: Numbering) -> dict[int, int]:
    """New numbers for scenes that got the same one by a merge; the same from either direction."""
    groups: dict[tuple[int | None, int], list[int]] = defaultdict(list)
    for lineage in sorted(merged, key=lambda n: (merged[n].position, n)):
        groups[merged[lineage][:2]].append(lineage)
    found: dict[int, int] = {}
    used = set(groups)
    for (episode, number), members in groups.items():
        following = (episode, number + 1)
        for n, lineage in enumerate(members[1:], 1):
            known = any(_share(side, lineage, members[:n]) for side in (ours, theirs))
            if not known and following not in used and number < LARGEST:
                found[lineage] = number + 1
                used.add(following)
    return found


def _share(side: Numbering, lineage: int, others: Iterable[int]) -> bool:
    """Whether a side gave a scene the number of one of the others itself."""
    return lineage in side and any(
        other in side and side[other][:2] == side[lineage][:2] for other in others
    )


def distinct(numbers: Iterable[int]) -> list[int]:
    """Numbers of shots in order, each only once: one that was there is five more, or the next ten.

    Shots are numbered by tens, and there is room between two.
    """
    given = list(numbers)
    used: set[int] = set()
    found = []
    for number in given:
        new = number
        if new in used:
            taken = used.union(given)
            new = number + 5 if number + 5 not in taken else (max(taken) // 10 + 1) * 10
            new = new if new <= LARGEST else number
        used.add(new)
        found.append(new)
    return found
