"""Three stories in, one story out, and what both sides changed differently. Pure.

Scenes and shots are found again by their lineage, and merged field by field: what one side changed
is taken, what both changed alike is taken once, what both changed differently is a conflict. What
one side deleted is gone where the other left it alone, and a conflict where it did not. Without
conflicts the two directions come to the same story.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from tower_anime.story.content import (
    DIALOGUE,
    PLACE,
    SHOT_NUMBER,
    VIDEO_PATH,
    Fields,
    Story,
    scene_in,
)
from tower_anime.story.lines import merged_order
from tower_anime.story.numbers import distinct

Value = Any  # any JSON value; null is what is not there
Kind = Literal["scene", "shot"]
Side = Literal["ours", "theirs"]

DELETED = "deleted"
SHOTS = "shots"  # which shots a scene has, where it would be left without any


@dataclass(frozen=True)
class Conflict:
    """What both sides changed differently; `lineage` is the scene's or the shot's."""

    kind: Kind
    lineage: int
    field: str
    base: Value
    ours: Value
    theirs: Value

    @property
    def id(self) -> str:
        """What a resolution names it by; the same each time that it is found."""
        return f"{self.kind}-{self.lineage}.{self.field}"


class Given(NamedTuple):
    """A resolution that is neither side's: a value of its own."""

    value: Value


Resolution = Side | Given


class Merged(NamedTuple):
    """The story that came of a merge; while a conflict is unresolved, ours stands in its place."""

    story: Story
    conflicts: list[Conflict]
    resolved: frozenset[str] = frozenset()  # the ids of the conflicts that had a resolution


def merge(
    base: Story,
    ours: Story,
    theirs: Story,
    resolutions: Mapping[str, Resolution] | None = None,
    *,
    unmerged: frozenset[str] = frozenset({VIDEO_PATH}),
) -> Merged:
    """Merge two stories that came of one. `unmerged` are fields of which each side keeps its own.

    Parts of stories will do, if they have the same scenes, each with its shots.
    """
    merging = _Merging(base, ours, theirs, resolutions or {}, unmerged)
    return Merged(merging.story(), merging.conflicts, frozenset(merging.resolved))


def same(one: Value, other: Value) -> bool:
    """Whether two JSON values are the same; for Python, 1 is 1.0 and True as well."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


class _Merging:
    """One merge on its way."""

    def __init__(
        self,
        base: Story,
        ours: Story,
        theirs: Story,
        resolutions: Mapping[str, Resolution],
        unmerged: frozenset[str],
    ) -> None:
        self.base, self.ours, self.theirs = base, ours, theirs
        self.resolutions = resolutions
        self.unmerged = unmerged
        self.conflicts: list[Conflict] = []
        self.resolved: set[str] = set()

    def story(self) -> Story:
        scenes = dict(self._scenes())
        shots = dict(self._shots(scenes))
        return self._with_numbers_of_their_own(self._with_shots_in_each(Story(scenes, shots)))

    # --- scenes

    def _scenes(self) -> Iterator[tuple[int, Fields]]:
        for lineage in sorted({*self.ours.scenes, *self.theirs.scenes}):
            base, ours, theirs = (side.scenes.get(lineage) for side in self._sides())
            if ours is not None and theirs is not None:
                yield lineage, self._fields("scene", lineage, base or {}, ours, theirs)
                continue
            side = self.ours if theirs is None else self.theirs
            if base is None or self._keeps("scene", lineage, self._edited(side, lineage)):
                yield lineage, side.scenes[lineage]

    def _sides(self) -> tuple[Story, Story, Story]:
        return self.base, self.ours, self.theirs

    def _edited(self, side: Story, lineage: int) -> bool:
        """Whether a side changed a scene, or a shot in it, or put one there."""
        return not same(side.scenes[lineage], self.base.scenes[lineage]) or any(
            not same(side.shots[shot], self.base.shots.get(shot)) for shot in side.shots_of(lineage)
        )

    def _keeps(self, kind: Kind, lineage: int, edited: bool) -> bool:
        """Whether something stays that one side deleted; a conflict where the other edited it."""
        if not edited:
            return False
        ours, theirs = (
            lineage not in (side.scenes if kind == "scene" else side.shots)
            for side in (self.ours, self.theirs)
        )
        gone = self._resolved(Conflict(kind, lineage, DELETED, False, ours, theirs), False)
        return not gone

    # --- shots

    def _shots(self, scenes: Mapping[int, Fields]) -> Iterator[tuple[int, Fields]]:
        for lineage in sorted({*self.ours.shots, *self.theirs.shots}):
            base, ours, theirs = (side.shots.get(lineage) for side in self._sides())
            if ours is not None and theirs is not None:
                found = self._fields("shot", lineage, base or {}, ours, theirs)
                yield from self._placed(lineage, found, scenes, (ours, theirs))
                continue
            shot, other = (ours, self.theirs) if theirs is None else (theirs, self.ours)
            assert shot is not None  # noqa: S101 - for the types: it is in one of the two
            if self._stays(lineage, base, shot, other) and scene_in(shot) in scenes:
                yield lineage, shot

    def _stays(self, lineage: int, base: Fields | None, shot: Fields, other: Story) -> bool:
        """Whether a shot stays that the other side has not; its scene's fate is decided apart."""
        scene = scene_in(shot)
        scene_was_deleted = scene in self.base.scenes and scene not in other.scenes
        if base is None or scene_was_deleted:
            return True
        return self._keeps("shot", lineage, not same(shot, base))

    def _placed(
        self,
        lineage: int,
        shot: Fields,
        scenes: Mapping[int, Fields],
        sides: tuple[Fields, Fields],
    ) -> Iterator[tuple[int, Fields]]:
        """A shot where its scene is there, or where a side has it; else it goes with its scene."""
        for place in (shot[PLACE], *(side[PLACE] for side in sides)):
            if place["scene"] in scenes:
                yield lineage, {**shot, PLACE: place}
                return

    def _with_shots_in_each(self, story: Story) -> Story:
        """Every scene has a shot: what would leave one without any is a conflict.

        To fill one may leave another bare, which is then decided too, but each only once.
        """
        decided: set[int] = set()
        while left := [n for n in _bare(story) if n not in decided]:
            decided.update(left)
            for lineage in left:
                story = self._filled(story, lineage)
        bare = set(_bare(story))
        return Story({n: f for n, f in story.scenes.items() if n not in bare}, story.shots)

    def _filled(self, story: Story, lineage: int) -> Story:
        """The story with one side's shots in a scene that has none."""
        base, ours, theirs = (side.shots_of(lineage) for side in self._sides())
        chosen = self._resolved(Conflict("scene", lineage, SHOTS, base, ours, theirs), ours)
        side = self.theirs if chosen == theirs else self.ours
        shots = dict(story.shots)
        for shot in chosen:
            shots[shot] = {**shots.get(shot, side.shots[shot]), PLACE: side.shots[shot][PLACE]}
        return Story(story.scenes, shots)

    def _with_numbers_of_their_own(self, story: Story) -> Story:
        """The story with no number twice among shots of a scene that came of both sides."""
        shots = dict(story.shots)
        for scene in story.scenes:
            there = story.shots_of(scene)
            if there in (self.ours.shots_of(scene), self.theirs.shots_of(scene)):
                continue
            numbers = distinct(shots[shot][SHOT_NUMBER] for shot in there)
            for shot, number in zip(there, numbers, strict=True):
                if shots[shot][SHOT_NUMBER] != number:
                    shots[shot] = {**shots[shot], SHOT_NUMBER: number}
        return Story(story.scenes, shots)

    # --- fields

    def _fields(
        self, kind: Kind, lineage: int, base: Fields, ours: Fields, theirs: Fields
    ) -> Fields:
        found: Fields = {}
        for name in _names(base, ours, theirs):
            values = base.get(name), ours.get(name), theirs.get(name)
            value = self._field(kind, lineage, name, *values)
            if value is not None:
                found[name] = value
        self._order_lines(lineage, found, base, ours, theirs)
        return next((side for side in (theirs, ours) if same(side, found)), found)

    def _field(
        self, kind: Kind, lineage: int, name: str, base: Value, ours: Value, theirs: Value
    ) -> Value:
        if name in self.unmerged or same(ours, theirs) or same(base, theirs):
            return ours
        if same(base, ours):
            return theirs
        if name == SHOT_NUMBER:  # a label, which is told apart afterwards
            return min(ours, theirs)
        if name == DIALOGUE:
            return ours  # see `_order_lines`
        return self._resolved(Conflict(kind, lineage, name, base, ours, theirs), ours)

    def _order_lines(
        self, lineage: int, found: Fields, base: Fields, ours: Fields, theirs: Fields
    ) -> None:
        """Put the lines that there are in order; `found` has ours where both sides changed it."""
        kept = [name.removeprefix("dialogue.") for name in found if name.startswith("dialogue.")]

        def decide(values: tuple[Value, Value, Value]) -> Value:
            return self._resolved(Conflict("shot", lineage, DIALOGUE, *values), values[1])

        was, is_ours, is_theirs = (side.get(DIALOGUE, []) for side in (base, ours, theirs))
        order = merged_order(was, is_ours, is_theirs, kept, decide)
        if order:
            found[DIALOGUE] = order
        else:
            found.pop(DIALOGUE, None)

    def _resolved(self, conflict: Conflict, otherwise: Value) -> Value:
        if conflict.id in self.resolutions:
            self.resolved.add(conflict.id)
        match self.resolutions.get(conflict.id):
            case "ours":
                return conflict.ours
            case "theirs":
                return conflict.theirs
            case Given(value):
                return value
            case _:
                self.conflicts.append(conflict)
                return otherwise


def _bare(story: Story) -> list[int]:
    return [lineage for lineage in story.scenes if not story.shots_of(lineage)]


def _names(base: Fields, ours: Fields, theirs: Fields) -> list[str]:
    """The names of all fields: those of the base in its order, then what came to it."""
    return [*base, *sorted({*ours, *theirs} - base.keys())]
