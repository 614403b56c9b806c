"""Random stories for properties: one to begin with, and what people do to it on their side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tower_anime.story.content import DIALOGUE, PLACE, SHOT_NUMBER, Fields, Story

WORDS = st.sampled_from(["", "rain", "snow", "rain on the roof", "雨", "a\nb"])
NAMES = st.sampled_from(["Kaguya", "Cutter", "Emperor"])
NEW = iter(range(10_000, 10**9))  # lineages that nobody else has

Draw = Callable[[st.SearchStrategy[Any]], Any]


def new_shot(draw: Draw, scene: int, position: float) -> Fields:
    """A shot with some of the fields that one may have."""
    fields: Fields = {
        PLACE: {"scene": scene, "position": position},
        SHOT_NUMBER: int(position * 10),
        "description": draw(WORDS),
        "duration": draw(st.sampled_from([2.0, 4.0])),
        "camera": "",
    }
    if lines := draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=3)):
        fields[DIALOGUE] = lines
        fields |= {f"dialogue.{line}": {"id": line, "line": draw(WORDS)} for line in lines}
    if draw(st.booleans()):
        fields["cast.Kaguya"] = {"version": None, "look": None}
    return fields


def new_scene(draw: Draw, number: int) -> Fields:
    """A scene's fields."""
    return {
        PLACE: {"scene_number": number, "position": float(number)},
        "description": draw(WORDS),
        "characters": draw(st.lists(NAMES, unique=True, max_size=2)),
        "status": "pending",
    }


@st.composite
def stories(draw: Draw) -> Story:
    """A story of a few scenes, each with a few shots."""
    scenes, shots = {}, {}
    for scene in range(1, draw(st.integers(0, 4)) + 1):
        scenes[scene] = new_scene(draw, scene)
        for n in range(1, draw(st.integers(1, 3)) + 1):
            shots[scene * 100 + n] = new_shot(draw, scene, float(n))
    return Story(scenes, shots)


def edited(draw: Draw, story: Story) -> Story:
    """One thing that a person does to a story."""
    if not story.scenes:
        return with_scene(draw, story)
    edit: Callable[[Draw, Story], Story] = draw(st.sampled_from(EDITS))
    return edit(draw, story)


def with_scene(draw: Draw, story: Story) -> Story:
    lineage, first = next(NEW), next(NEW)
    scenes = {**story.scenes, lineage: new_scene(draw, draw(st.integers(1, 6)))}
    return Story(scenes, {**story.shots, first: new_shot(draw, lineage, 1.0)})


def without_scene(draw: Draw, story: Story) -> Story:
    gone = any_scene(draw, story)
    scenes = {n: fields for n, fields in story.scenes.items() if n != gone}
    shots = {n: fields for n, fields in story.shots.items() if fields[PLACE]["scene"] != gone}
    return Story(scenes, shots)


def with_moved_scene(draw: Draw, story: Story) -> Story:
    position = draw(st.sampled_from([0.5, 2.5, 9.0]))
    return with_scene_field(
        draw, story, PLACE, {"scene_number": int(position), "position": position}
    )


def with_edited_scene(draw: Draw, story: Story) -> Story:
    name, values = draw(st.sampled_from(SCENE_FIELDS))
    return with_scene_field(draw, story, name, draw(values))


def with_scene_field(draw: Draw, story: Story, name: str, value: object) -> Story:
    scene = any_scene(draw, story)
    changed = with_value(story.scenes[scene], name, value)
    return Story({**story.scenes, scene: changed}, story.shots)


def with_shot(draw: Draw, story: Story) -> Story:
    shot = new_shot(draw, any_scene(draw, story), draw(st.sampled_from([0.5, 2.5, 7.0])))
    return Story(story.scenes, {**story.shots, next(NEW): shot})


def without_shot(draw: Draw, story: Story) -> Story:
    gone = any_shot(draw, story)
    if len(story.shots_of(story.shots[gone][PLACE]["scene"])) == 1:
        return story
    return Story(story.scenes, {n: fields for n, fields in story.shots.items() if n != gone})


def with_moved_shot(draw: Draw, story: Story) -> Story:
    shot, scene = any_shot(draw, story), any_scene(draw, story)
    if len(story.shots_of(story.shots[shot][PLACE]["scene"])) == 1:
        return story
    place = {"scene": scene, "position": draw(st.sampled_from([0.5, 2.5]))}
    return Story(story.scenes, {**story.shots, shot: {**story.shots[shot], PLACE: place}})


def with_edited_shot(draw: Draw, story: Story) -> Story:
    shot = any_shot(draw, story)
    name, values = draw(st.sampled_from(SHOT_FIELDS))
    changed = with_value(story.shots[shot], name, draw(values))
    return Story(story.scenes, {**story.shots, shot: changed})


def with_other_lines(draw: Draw, story: Story) -> Story:
    shot = any_shot(draw, story)
    return Story(story.scenes, {**story.shots, shot: with_lines(draw, story.shots[shot])})


def any_scene(draw: Draw, story: Story) -> int:
    scene: int = draw(st.sampled_from(sorted(story.scenes)))
    return scene


def any_shot(draw: Draw, story: Story) -> int:
    shot: int = draw(st.sampled_from(sorted(story.shots)))
    return shot


def with_value(fields: Fields, name: str, value: object) -> Fields:
    """Fields with one of another value; none takes it away."""
    others = {n: v for n, v in fields.items() if n != name}
    return others if value is None else {**others, name: value}


def with_lines(draw: Draw, shot: Fields) -> Fields:
    """A shot whose lines were written again, in any order, some left out and some added."""
    there = {n.removeprefix("dialogue."): v for n, v in shot.items() if n.startswith("dialogue.")}
    lines = draw(st.lists(st.sampled_from([*there, *"efgh"]), unique=True, max_size=4))
    others = {n: v for n, v in shot.items() if not n.startswith(DIALOGUE)}
    if not lines:
        return others
    said = {
        f"dialogue.{line}": there[line]
        if line in there and draw(st.booleans())
        else {"id": line, "line": draw(WORDS)}
        for line in lines
    }
    return {**others, DIALOGUE: lines, **said}


SCENE_FIELDS: list[tuple[str, st.SearchStrategy[Any]]] = [
    ("description", WORDS),
    ("status", st.sampled_from(["pending", "completed"])),
    ("episode", st.sampled_from([None, 1, 2])),
    ("characters", st.lists(NAMES, unique=True, max_size=2)),
]
SHOT_FIELDS: list[tuple[str, st.SearchStrategy[Any]]] = [
    ("description", WORDS),
    ("prompt", st.sampled_from([None, "rain"])),
    ("duration", st.sampled_from([2.0, 4.0, 6.0])),
    ("seed", st.sampled_from([None, 1, "18446744073709551615"])),
    (SHOT_NUMBER, st.integers(1, 40)),
    ("cast.Kaguya", st.sampled_from([None, {"version": 1, "look": None}])),
    ("stages.video.settings", st.sampled_from([None, {"n": 1}, {"n": True}, {"n": 1.0}])),
    ("stages.video.approval", st.sampled_from([None, {"take_id": 1}, {"take_id": 2}])),
]
EDITS = (
    *(with_scene, without_scene, with_moved_scene, with_edited_scene),
    *(with_shot, without_shot, with_moved_shot, with_edited_shot, with_other_lines),
)


@st.composite
def sides(draw: Draw) -> tuple[Story, Story, Story]:
    """A story, and what two people made of it."""
    base = draw(stories())
    ours = theirs = base
    for _ in range(draw(st.integers(0, 5))):
        ours = edited(draw, ours)
    for _ in range(draw(st.integers(0, 5))):
        theirs = edited(draw, theirs)
    return base, ours, theirs
