"""Properties of merging: what holds for any story, and whatever two people made of it.

Run them by hand for longer: `TOWER_TEST_STORIES=50000 pytest tests/property/test_merge.py`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from tests.property.stories import sides
from tower_anime.story.content import DIALOGUE, PLACE, SHOT_NUMBER, Fields, Story
from tower_anime.story.merge import Conflict, Merged, Resolution, Side, merge, same

EXAMPLES = int(os.environ.get("TOWER_TEST_STORIES", "2000"))

Sides = tuple[Story, Story, Story]
CHOICES: tuple[Side, Side] = ("ours", "theirs")


def like(one: Story, other: Story) -> bool:
    return same(one.scenes, other.scenes) and same(one.shots, other.shots)


def resolved(base: Story, ours: Story, theirs: Story, choice: Side) -> Merged:
    """A merge of which every conflict, also one that comes of a resolution, is decided so."""
    resolutions: dict[str, Resolution] = {}
    merged = merge(base, ours, theirs, resolutions)
    while merged.conflicts:
        resolutions |= dict.fromkeys((c.id for c in merged.conflicts), choice)
        merged = merge(base, ours, theirs, resolutions)
    return merged


def merging_a_story_into_itself_changes_nothing(three: Sides) -> None:
    _, story, _ = three
    merged = merge(story, story, story)
    assert not merged.conflicts
    assert like(merged.story, story)


def where_one_side_did_nothing_the_other_comes_of_it(three: Sides) -> None:
    base, ours, _ = three
    for merged in (merge(base, ours, base), merge(base, base, ours)):
        assert not merged.conflicts
        assert like(merged.story, ours)


def without_conflicts_the_two_directions_give_the_same_story(three: Sides) -> None:
    base, ours, theirs = three
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    # Which shots a scene is left with, and which lines there are to be ordered, come of what stands
    # in for other conflicts meanwhile; all else that is in doubt is so from both sides.
    assert bool(one.conflicts) == bool(other.conflicts)
    assert independent(one) == independent(other)
    if not one.conflicts:
        assert like(one.story, other.story)


def independent(merged: Merged) -> list[str]:
    """The conflicts that do not come of how others are resolved."""
    return [c.id for c in merged.conflicts if c.field not in {"shots", DIALOGUE}]


def a_merged_story_is_a_story(three: Sides) -> None:
    for merged in (merge(*three), resolved(*three, "ours"), resolved(*three, "theirs")):
        story = merged.story
        assert {fields[PLACE]["scene"] for fields in story.shots.values()} == story.scenes.keys()
        for fields in story.shots.values():
            lines = {n.removeprefix("dialogue.") for n in fields if n.startswith("dialogue.")}
            order = fields.get(DIALOGUE, [])
            assert sorted(order) == sorted(lines)
            assert DIALOGUE not in fields or order


def a_merge_whose_base_has_moved_on_finds_nothing_more(three: Sides) -> None:
    _, _, theirs = three
    for choice in CHOICES:
        result = resolved(*three, choice).story
        again = merge(theirs, result, theirs)
        assert not again.conflicts
        assert like(again.story, result)


def nothing_that_either_side_wrote_is_lost(three: Sides) -> None:
    base, ours, theirs = three
    merged = merge(base, ours, theirs)
    for side in (ours, theirs):
        for kind in ("scenes", "shots"):
            of_kind = [getattr(story, kind) for story in (base, side, merged.story)]
            for lineage, fields in of_kind[1].items():
                was, now = of_kind[0].get(lineage), of_kind[2].get(lineage)
                for name, value in fields.items():
                    if was is None or not same(was.get(name), value):
                        assert (now is not None and kept(name, value, now)) or is_told(
                            merged.conflicts, base, side, kind[:-1], lineage, name
                        ), (kind, lineage, name)


def kept(name: str, value: object, now: Fields) -> bool:
    """Whether what one side wrote is in the result; the other may have added to the lines."""
    if name == DIALOGUE:  # the order of what is left of the lines
        return True
    if name == SHOT_NUMBER:  # a label: the lower one is taken, and counted on where it is twice
        return True
    return same(now.get(name), value)


def is_told(
    conflicts: list[Conflict], base: Story, side: Story, kind: str, lineage: int, name: str
) -> bool:
    """Whether a conflict tells of it: its own, that of its whole, or that of its shot's scene."""
    told = {(c.kind, c.lineage, c.field) for c in conflicts}
    whole = {(kind, lineage, name), (kind, lineage, "deleted"), (kind, lineage, "shots")}
    if kind == "shot":
        scenes = {side.shots[lineage][PLACE]["scene"]}
        if lineage in base.shots:
            scenes.add(base.shots[lineage][PLACE]["scene"])
        whole |= {("scene", scene, field) for scene in scenes for field in ("deleted", "shots")}
    return bool(told & whole)


def what_only_one_side_deleted_and_the_other_left_alone_is_gone(three: Sides) -> None:
    base, ours, _ = three
    merged = merge(base, ours, base)
    assert merged.story.scenes.keys() == ours.scenes.keys()
    assert merged.story.shots.keys() == ours.shots.keys()


def every_conflict_can_be_resolved(three: Sides) -> None:
    assert not any(resolved(*three, choice).conflicts for choice in CHOICES)


def conflicts_name_themselves_once(three: Sides) -> None:
    ids = [conflict.id for conflict in merge(*three).conflicts]
    assert len(ids) == len(set(ids))


PROMISES = (
    merging_a_story_into_itself_changes_nothing,
    where_one_side_did_nothing_the_other_comes_of_it,
    without_conflicts_the_two_directions_give_the_same_story,
    a_merged_story_is_a_story,
    a_merge_whose_base_has_moved_on_finds_nothing_more,
    nothing_that_either_side_wrote_is_lost,
    what_only_one_side_deleted_and_the_other_left_alone_is_gone,
    every_conflict_can_be_resolved,
    conflicts_name_themselves_once,
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="TOWER_TEST_STORIES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(sides())
def test_merges_keep_every_promise(three: Sides) -> None:
    for promise in PROMISES:  # each sees each story: to draw one takes longer than to merge it
        promise(three)
