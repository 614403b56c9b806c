"""Places for what is inserted or moved, so that as little as possible changes. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from tower_anime.core.errors import NotFound, Unprocessable

Place = tuple[float, int]  # a position, and the lineage that decides between equal ones
T = TypeVar("T")


def arranged(members: Sequence[int], chosen: Sequence[int]) -> list[int]:
    """Members in a new order: those chosen, in their order, in the places that they have now.

    Raises `NotFound` for one that is no member, `Unprocessable` for one that is chosen twice.
    """
    waiting = iter(chosen)
    others = set(chosen) - set(members)
    if others:
        raise NotFound(f"{min(others)} is not one of those that are ordered here.")
    if len(set(chosen)) < len(chosen):
        raise Unprocessable("One is named twice; each has one place.")
    taken = set(chosen)
    return [next(waiting) if member in taken else member for member in members]


def numbered(there: Sequence[tuple[int, float, int]]) -> list[tuple[int, float]]:
    """Numbers and positions for scenes in this order, given what each has, and its lineage.

    One that moved gets the number of the one before it, and a position after that one's.
    """
    stays = _longest_rising(there)
    kept = [place if n in stays else None for n, place in enumerate(there)]
    found: list[tuple[int, float]] = []
    for own, following in zip(kept, _following(kept), strict=True):
        after = following and following[:2]
        found.append(own[:2] if own else _after(found[-1] if found else None, after))
    if _rises([(*place, t[2]) for place, t in zip(found, there, strict=True)]):
        return found
    return [(number, float(n)) for n, (number, _) in enumerate(found, 1)]


def _after(
    before: tuple[int, float] | None, following: tuple[int, float] | None
) -> tuple[int, float]:
    if before is None:
        return (following[0], following[1] - 1) if following else (1, 1.0)
    if following is None or following[0] != before[0]:
        return before[0], before[1] + 0.5
    return before[0], (before[1] + following[1]) / 2


def _rises(places: Sequence[tuple[float, ...]]) -> bool:
    """Whether places are in order: between two that have been halved too often is no other."""
    return all(one < other for one, other in pairwise(places))


def positions(there: Sequence[Place | None]) -> list[float]:
    """Positions in order: each keeps its own where it can; `None` is new, and gets one.

    A moved one gets a position between its neighbours.
    """
    stays = _longest_rising(there)
    kept = [place[0] if place and n in stays else None for n, place in enumerate(there)]
    found: list[float] = []
    for own, following in zip(kept, _following(kept), strict=True):
        before = found[-1] if found else None
        found.append(_between(before, following) if own is None else own)
    return found


def reordered(there: Sequence[Place]) -> list[float]:
    """Positions for what is there, in this order; counted anew where there is no room left."""
    found = positions(there)
    if _rises([(position, place[1]) for position, place in zip(found, there, strict=True)]):
        return found
    return [float(n) for n, _ in enumerate(found, 1)]


def _between(before: float | None, following: float | None) -> float:
    if before is None:
        return 1.0 if following is None else following - 1
    return before + 1 if following is None else (before + following) / 2


def _following(values: Sequence[T | None]) -> list[T | None]:
    """For each place, the first value after it."""
    found: list[T | None] = []
    latest: T | None = None
    for value in reversed(values):
        found.append(latest)
        latest = latest if value is None else value
    return found[::-1]


def _longest_rising(places: Sequence[tuple[float, ...] | None]) -> set[int]:
    """The indexes of the longest part that is in order (patience sorting)."""
    tails: list[tuple[float, ...]] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for n, place in enumerate(places):
        if place is None:
            continue
        at = bisect_left(tails, place)
        before[n] = ends[at - 1] if at else None
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [n]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


def scene_numbers(said: Sequence[int | None], there: Sequence[int | None]) -> list[int]:
    """Numbers of scenes in order: what the script says, else what is there, else counted on.

    A scene between 3 and 4 gets 3: it is 3A. One that was moved is counted like a new one.
    """
    known = [t if s is None else s for s, t in zip(said, there, strict=True)]
    stays = _longest_rising([None if k is None else (k, n) for n, k in enumerate(known)])
    kept = [k if n in stays or said[n] is not None else None for n, k in enumerate(known)]
    rising = [k if n in stays else None for n, k in enumerate(known)]
    found: list[int] = []
    for own, following in zip(kept, _following(rising), strict=True):
        found.append(_counted(found, following) if own is None else own)
    return found


def _counted(found: Sequence[int], following: int | None) -> int:
    before = found[-1] if found else 0
    if following is None:
        return before + 1
    counted = min(before + 1, following - 1)
    return max(counted, before) if found else counted


def shot_numbers(said: Sequence[int | None], there: Sequence[int | None]) -> list[int]:
    """Numbers of shots in order: as for scenes, but by tens, and 15 between 10 and 20."""
    known = [t if s is None else s for s, t in zip(said, there, strict=True)]
    found: list[int] = []
    for own, following in zip(known, _following(known), strict=True):
        before = found[-1] if found else 0
        if own is not None:
            found.append(own)
        elif following is None or following <= before:
            found.append((before // 10 + 1) * 10)
        else:
            found.append((before + following) // 2)
    return found
