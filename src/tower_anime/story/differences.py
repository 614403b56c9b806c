"""What differs between two stories, told field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tower_anime.story import words
from tower_anime.story.branch_schemas import (
    Difference,
    FieldDifference,
    SceneDifference,
    ShotDifference,
    WordChange,
)
from tower_anime.story.content import PLACE, SHOT_NUMBER, Fields, Story, scene_in
from tower_anime.story.merge import same

_TEXTS = {"description", "prompt", "negative_prompt", "camera"}


def differences(
    base: Story, ours: Story, theirs: Story, *, with_words: bool = True
) -> list[SceneDifference]:
    """The scenes of which two stories tell otherwise, in the order of their numbers.

    To tell texts word by word takes long; it is for readers, not for writers.
    """
    found = [
        told
        for lineage in ours.scenes.keys() | theirs.scenes.keys()
        if (told := _scene(base, ours, theirs, lineage)) is not None
    ]
    found.sort(key=lambda scene: (scene.scene_number or 0, scene.lineage))
    if with_words:
        parts = (fields for scene in found for fields in (scene.fields, *_of_shots(scene)))
        for name, field in (one for fields in parts for one in fields.items()):
            field.words = _words(name, field.ours, field.theirs)
    return found


def _of_shots(scene: SceneDifference) -> list[dict[str, FieldDifference]]:
    return [shot.fields for shot in scene.shots]


def _scene(base: Story, ours: Story, theirs: Story, lineage: int) -> SceneDifference | None:
    sides = [side.scenes.get(lineage) for side in (base, ours, theirs)]
    fields = _fields(*sides)
    shots = [
        told
        for shot in sorted({*ours.shots_of(lineage), *theirs.shots_of(lineage)})
        if (told := _shot(base, ours, theirs, shot, lineage)) is not None
    ]
    if not fields and not shots:
        return None
    return SceneDifference(
        lineage=lineage,
        scene_number=scene_number(*sides),
        change="changed" if shots and not _is_one_sided(*sides) else _change(fields, *sides),
        fields=fields,
        shots=shots,
    )


def _shot(
    base: Story, ours: Story, theirs: Story, lineage: int, scene: int
) -> ShotDifference | None:
    """A shot's difference, told in the scene that has it now; in the one that it left, as gone."""
    sides = [side.shots.get(lineage) for side in (base, ours, theirs)]
    _, was, now = sides
    if was is not None and now is not None and scene_in(now) != scene:
        return ShotDifference(
            lineage=lineage, shot_number=was.get(SHOT_NUMBER), change="moved", fields={}
        )
    fields = _fields(*sides)
    if not fields:
        return None
    number = (now or was or {}).get(SHOT_NUMBER)
    change = _change(fields, *sides)
    return ShotDifference(lineage=lineage, shot_number=number, change=change, fields=fields)


def scene_number(*sides: Fields | None) -> int | None:
    """A scene's number on the last side that has it."""
    numbers = [side[PLACE].get("scene_number") for side in sides if side is not None]
    return numbers[-1] if numbers else None


def _is_one_sided(_base: Fields | None, ours: Fields | None, theirs: Fields | None) -> bool:
    return ours is None or theirs is None


def _change(
    fields: dict[str, FieldDifference],
    _base: Fields | None,
    ours: Fields | None,
    theirs: Fields | None,
) -> Difference:
    if ours is None:
        return "added"
    if theirs is None:
        return "removed"
    return "moved" if fields.keys() <= {PLACE, SHOT_NUMBER} else "changed"


def _fields(
    base: Fields | None, ours: Fields | None, theirs: Fields | None
) -> dict[str, FieldDifference]:
    was, one, other = base or {}, ours or {}, theirs or {}
    return {
        name: FieldDifference(base=was.get(name), ours=one.get(name), theirs=other.get(name))
        for name in _names(one, other)
        if not same(one.get(name), other.get(name))
    }


def _names(ours: Fields, theirs: Fields) -> Iterator[str]:
    yield from ours
    yield from (name for name in theirs if name not in ours)


def _words(name: str, ours: Any, theirs: Any) -> list[WordChange] | None:  # JSON values
    one, other = (_text_of(name, side) for side in (ours, theirs))
    if one is None or other is None:
        return None
    return [WordChange(change=p.change, text=p.text) for p in words.pieces(one, other)]


def _text_of(name: str, value: Any) -> str | None:  # a JSON value
    """The text of a field, or of a line of dialogue, of which the words are told."""
    text = value.get("line") if name.startswith("dialogue.") and value else value
    return text if isinstance(text, str) and (name in _TEXTS or text is not value) else None
