"""Two moments of branches brought together: what differs, and what both come from. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tower_anime.core.database import Reader
from tower_anime.core.sql import Row
from tower_anime.story import edges, history, shot_rows
from tower_anime.story.ancestry import Graph, Point
from tower_anime.story.content import EMPTY, Fields, Story, scene_in
from tower_anime.story.history import Standings
from tower_anime.story.merge import DELETED, SHOTS, merge

_UNKNOWN = "$unknown"  # a value of a base that two sides brought about differently: nobody has it


class Party(NamedTuple):
    """A branch at a point, and the scenes that it has there."""

    point: Point
    there: Standings


def party(reader: Reader, branch: Row, at: int | None = None) -> Party:
    """A branch as it is, or as it was after a change. Raises `NotFound`."""
    if at is not None:
        point = history.require_point(reader, branch, at)
        return Party(point, history.standings(reader, *point))
    there = history.standings(reader, branch["id"], history.NOW)
    return Party(Point(branch["id"], history.tip(reader, branch["id"], there)), there)


@dataclass(frozen=True)
class Meeting:
    """Two sides, and the scenes of which they may tell another story."""

    reader: Reader
    project_id: int
    our_side: Party
    their_side: Party

    @property
    def ours(self) -> Point:
        """Our point."""
        return self.our_side.point

    @property
    def theirs(self) -> Point:
        """Their point."""
        return self.their_side.point

    @cached_property
    def lineages(self) -> list[int]:
        """The scenes that may differ."""
        return history.differing(self.our_side.there, self.their_side.there)

    @cached_property
    def our_story(self) -> Story:
        """Our side of what may differ."""
        return history.story(self.reader, self.our_side.there, self.lineages)

    @cached_property
    def their_story(self) -> Story:
        """Their side of what may differ."""
        return history.story(self.reader, self.their_side.there, self.lineages)

    @cached_property
    def graph(self) -> Graph:
        """How the branches of the project hang together."""
        return edges.graph(self.reader, self.project_id)

    @cached_property
    def bases(self) -> list[Point]:
        """The newest points that both come from."""
        return self.graph.bases(self.ours, self.theirs)

    @cached_property
    def base_story(self) -> Story:
        """What both come from, of what may differ.

        A shot that was moved from a scene in which both agree is found in the whole base.
        """
        found = self._base(self.bases, self.lineages)
        new = (self.our_story.shots.keys() | self.their_story.shots.keys()) - found.shots.keys()
        moved = {n for n in new if any(self._has_borne(p.branch, n) for p in self.bases)}
        if moved:
            everything = self._base(self.bases, None)
            known = {n: everything.shots[n] for n in moved if n in everything.shots}
            found = Story(found.scenes, {**found.shots, **known})
        return found

    def _has_borne(self, branch_id: int, shot: int) -> bool:
        """Whether a shot is, or was, in a branch: most that the base lacks are new."""
        return shot_rows.has_borne(self.reader, branch_id, shot)

    def _base(self, points: list[Point], lineages: Iterable[int] | None) -> Story:
        """The story at a point; of several points, the story that they would merge into."""
        if not points:
            return EMPTY
        found = self._story_at(points[0], lineages)
        for point in points[1:]:
            before = self._base(self.graph.bases(points[0], point), lineages)
            found = _without_conflicts(before, found, self._story_at(point, lineages))
        return found

    def _story_at(self, point: Point, lineages: Iterable[int] | None) -> Story:
        there = history.standings(self.reader, *point, lineages)
        return history.story(self.reader, there, there)


def _without_conflicts(base: Story, ours: Story, theirs: Story) -> Story:
    """A merge in which what was a conflict has a value that nobody else has."""
    merged = merge(base, ours, theirs)
    scenes, shots = dict(merged.story.scenes), dict(merged.story.shots)
    for conflict in merged.conflicts:
        parts: dict[int, Fields] = scenes if conflict.kind == "scene" else shots
        if conflict.lineage in parts and conflict.field not in {DELETED, SHOTS, "dialogue"}:
            unknown: Fields = {conflict.field: {_UNKNOWN: conflict.id}}
            if conflict.field == "place" and conflict.kind == "shot":
                unknown["place"] |= {"scene": scene_in(parts[conflict.lineage]), "position": 0.0}
            parts[conflict.lineage] = {**parts[conflict.lineage], **unknown}
    return Story(scenes, shots)
