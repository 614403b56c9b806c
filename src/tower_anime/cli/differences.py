"""Differences and conflicts of two branches as people read them: a table, a field a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.story.branch_schemas import (
        ConflictShown,
        FieldDifference,
        SceneDifference,
        ShotDifference,
        WordChange,
    )

Value = Any  # any JSON value; null is what is not there

ONE_SIDED = ("added", "removed")
AS_LONG = 16  # characters of what both sides have that are told between their differences


class Difference(NamedTuple):
    """One line: a field of a scene, or of a shot in it; or what became of all of it."""

    scene: int | None
    shot: int | None
    field: str
    ours: object
    theirs: object


DIFFERENCES: list[Column[Difference]] = [
    Column("scene", lambda d: d.scene),
    Column("shot", lambda d: d.shot),
    Column("field", lambda d: d.field, wide=True),
    Column("ours", lambda d: d.ours, wide=True),
    Column("theirs", lambda d: d.theirs, wide=True),
]
CONFLICTS: list[Column[ConflictShown]] = [
    Column("conflict", lambda c: c.id),
    Column("scene", lambda c: c.scene_number),
    Column("shot", lambda c: c.shot_number),
    Column("ours", lambda c: _pair(c.field, c.ours, c.theirs)[0], wide=True),
    Column("theirs", lambda c: _pair(c.field, c.ours, c.theirs)[1], wide=True),
]


def lines(scenes: Iterable[SceneDifference]) -> Iterator[Difference]:
    """The lines of a table of differences."""
    for scene in scenes:
        yield from _lines(scene, scene.scene_number, None)
        for shot in scene.shots if scene.change not in ONE_SIDED else ():
            yield from _lines(shot, scene.scene_number, shot.shot_number)


def _lines(
    told: SceneDifference | ShotDifference, scene: int | None, shot: int | None
) -> Iterator[Difference]:
    """A field a line; of what is on one side alone, just its words."""
    if told.change in ONE_SIDED:
        words = told.fields.get("description")
        sides = (words.ours, words.theirs) if words else (None, None)
        yield Difference(scene, shot, f"({told.change})", *sides)
    elif told.change == "moved" and not told.fields:
        yield Difference(scene, shot, "(moved away)", None, None)
    else:
        for name, field in told.fields.items():
            if _is_other_scene(field.ours, field.theirs):
                yield Difference(scene, shot, "(moved here)", None, None)
            elif not (name == "dialogue" and _has_other_lines(told.fields)):
                yield Difference(scene, shot, name, *_sides(name, field))


def _is_other_scene(ours: Value, theirs: Value) -> bool:
    """Whether two places of a shot are in different scenes."""
    match ours, theirs:
        case {"scene": one, "position": _}, {"scene": other, "position": _}:
            return bool(one != other)
        case _:
            return False


def _has_other_lines(fields: Mapping[str, FieldDifference]) -> bool:
    """Whether a line was added or removed, from which another order of the lines follows."""
    return any(
        name.startswith("dialogue.") and None in (field.ours, field.theirs)
        for name, field in fields.items()
    )


def _sides(name: str, field: FieldDifference) -> tuple[object, object]:
    if field.words is None:
        return _pair(name, field.ours, field.theirs)
    return _beside(field.words, "removed"), _beside(field.words, "added")


def _beside(words: Iterable[WordChange], own: str) -> str:
    """A side's text around what differs; long parts that both have are left out."""
    parts = (_shortened(w) for w in words if w.change in {"same", own})
    return "".join(parts)


def _shortened(words: WordChange) -> str:
    if words.change != "same" or len(words.text) <= AS_LONG:
        return words.text
    return "…"


def _pair(name: str, ours: Value, theirs: Value) -> tuple[object, object]:
    """Two values in few words, if those can tell them apart."""
    if _is_other_scene(ours, theirs):
        return ours, theirs
    return _told(name, ours), _told(name, theirs)


def _told(name: str, value: Value) -> object:
    """A value in few words: a place by its number, a line as it is spoken."""
    match value:
        case {"scene_number": number}:
            return number
        case {"position": position}:
            return position
        case {"line": line, "speaker": speaker} if name.startswith("dialogue."):
            return f"{speaker}: {line}" if speaker else line
        case _:
            return value
