"""Where two branches come from in common. Pure.

A branch is a line of changes. A fork begins a line at a point of another, a merge brings a point
of another line into one: together they are a graph, and every point has a set of ancestors. Of each
branch these are all its changes up to one, so that the set is told by that change of each branch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Point(NamedTuple):
    """A branch as it was after a change."""

    branch: int
    change: int


class Merge(NamedTuple):
    """A point of another branch came into one, with a change; what was undone has an end."""

    branch: int
    change: int
    source: Point
    ended: int | None = None


@dataclass(frozen=True)
class Graph:
    """How the branches of a project hang together."""

    forks: Mapping[int, Point]  # where each branch that was forked began
    merges: tuple[Merge, ...] = ()

    def ancestors(self, point: Point) -> dict[int, int]:
        """The newest change of each branch that a point has in it, its own among them."""
        found: dict[int, int] = {}
        seen = set[Point]()
        waiting = [point]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            found[one.branch] = max(found.get(one.branch, 0), one.change)
            waiting.extend(self._parents(one))
        return found

    def _parents(self, point: Point) -> Iterator[Point]:
        fork = self.forks.get(point.branch)
        if fork is not None:
            yield fork
        for merge in self._merges_into.get(point.branch, ()):
            is_open = merge.ended is None or merge.ended > point.change
            if merge.change <= point.change and is_open:
                yield merge.source

    @cached_property
    def _merges_into(self) -> dict[int, list[Merge]]:
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            found.setdefault(merge.branch, []).append(merge)
        return found

    def bases(self, one: Point, other: Point) -> list[Point]:
        """The newest points that both have in them: mostly one, none where nothing is shared.

        There are several after merges across each other, and none of them is in another. A point
        is always newer than what it has in it.
        """
        left, right = self.ancestors(one), self.ancestors(other)
        shared = [Point(b, min(left[b], right[b])) for b in left.keys() & right.keys()]
        found: list[Point] = []
        within: dict[int, int] = {}
        for point in sorted(shared, key=lambda point: point.change, reverse=True):
            if within.get(point.branch, 0) < point.change:
                found.append(point)
                for branch, change in self.ancestors(point).items():
                    within[branch] = max(within.get(branch, 0), change)
        return sorted(found)
