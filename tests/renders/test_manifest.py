"""Promises of tower_anime.renders.manifest."""

from dataclasses import fields, replace
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from tower_anime.media.frames import frames_of
from tower_anime.renders.manifest import Facts, Plan, Role, animatic_plan, causes

WORDS = st.text(max_size=20)
NAMES = st.text(min_size=1, max_size=10)
HASHES = st.none() | st.sampled_from(["a" * 64, "b" * 64, "c" * 64])
ROLES = st.builds(Role, NAMES, st.none() | st.integers(1, 99), HASHES)
CASTS = st.lists(ROLES, max_size=4, unique_by=lambda role: role.name).map(tuple)
SIDES = st.integers(8, 2048).map(lambda half: 2 * half)
FACTS = st.builds(
    Facts,
    description=WORDS,
    dialogue=st.lists(st.tuples(NAMES, WORDS), max_size=3).map(tuple),
    camera=WORDS,
    duration=st.floats(0.05, 600),
    cast=CASTS,
    style=WORDS,
    width=SIDES,
    height=SIDES,
    fps=st.builds(Fraction, st.integers(1, 120_000), st.integers(1, 1_001)),
    language=st.sampled_from(["en", "ja", "zh-Hans"]),
)
# Each fact that is one part of the plan by itself, and that part.
PARTS = {
    "description": "description",
    "dialogue": "dialogue",
    "camera": "camera",
    "style": "style",
    "width": "size",
    "height": "size",
    "language": "language",
}


def changed_parts(before: Facts, after: Facts) -> list[str]:
    return [cause.part for cause in causes(animatic_plan(before), animatic_plan(after))]


@given(FACTS)
def test_the_same_facts_have_the_same_digest(facts: Facts) -> None:
    assert animatic_plan(facts).digest == animatic_plan(replace(facts)).digest
    assert changed_parts(facts, replace(facts)) == []


@given(FACTS, FACTS, st.sampled_from(sorted(PARTS)))
def test_a_changed_fact_is_another_digest_and_one_cause_of_its_part(
    facts: Facts, others: Facts, name: str
) -> None:
    assume(getattr(facts, name) != getattr(others, name))
    changed = replace(facts, **{name: getattr(others, name)})

    assert animatic_plan(facts).digest != animatic_plan(changed).digest
    assert changed_parts(facts, changed) == [PARTS[name]]


@given(FACTS, st.floats(0.05, 600))
def test_a_duration_decides_only_by_its_frames(facts: Facts, duration: float) -> None:
    same = frames_of(facts.duration, facts.fps) == frames_of(duration, facts.fps)

    assert changed_parts(facts, replace(facts, duration=duration)) == ([] if same else ["frames"])


@given(FACTS, st.integers(1, 120_000))
def test_a_frame_rate_decides_beside_the_frames_that_it_makes(facts: Facts, rate: int) -> None:
    fps = Fraction(rate, 1_001)
    assume(fps != facts.fps)

    found = changed_parts(facts, replace(facts, fps=fps))

    same = frames_of(facts.duration, facts.fps) == frames_of(facts.duration, fps)
    assert found == (["fps"] if same else ["fps", "frames"])


@given(FACTS, NAMES, st.lists(HASHES, min_size=2, max_size=2, unique=True))
def test_a_characters_picture_is_one_cause_that_names_the_versions(
    facts: Facts, name: str, pictures: list[str | None]
) -> None:
    old, new = pictures
    before = replace(facts, cast=(Role(name, 1, old),))
    after = replace(facts, cast=(Role(name, 2, new),))

    found = causes(animatic_plan(before), animatic_plan(after))

    assert [cause.part for cause in found] == [f"character:{name}"]
    assert (found[0].before, found[0].after) == ({"image": old}, {"image": new})
    assert found[0].text.endswith(": version 1 → 2 (image)")


@given(FACTS, NAMES)
def test_who_comes_into_a_shot_or_leaves_it_is_named(facts: Facts, name: str) -> None:
    assume(name not in {role.name for role in facts.cast})
    without = animatic_plan(facts)
    among = animatic_plan(replace(facts, cast=(*facts.cast, Role(name))))

    coming, leaving = causes(without, among), causes(among, without)

    assert [cause.part for cause in coming] == ["cast", f"character:{name}"]
    assert [cause.part for cause in leaving] == ["cast", f"character:{name}"]
    assert coming[1].text.endswith(": now in the shot")
    assert leaving[1].text.endswith(": no longer in the shot")


@given(FACTS, FACTS)
def test_changing_everything_back_is_not_stale(facts: Facts, others: Facts) -> None:
    back = others
    for field in fields(Facts):
        back = replace(back, **{field.name: getattr(facts, field.name)})

    assert animatic_plan(back).digest == animatic_plan(facts).digest
    assert changed_parts(facts, back) == []


@given(FACTS, st.integers(1, 99))
def test_version_numbers_never_change_the_digest(facts: Facts, version: int) -> None:
    relabelled = replace(facts, cast=tuple(replace(r, version=version) for r in facts.cast))

    assert animatic_plan(relabelled).digest == animatic_plan(facts).digest
    assert changed_parts(facts, relabelled) == []


@given(FACTS, FACTS)
def test_digests_and_causes_tell_the_same(facts: Facts, others: Facts) -> None:
    same = animatic_plan(facts).digest == animatic_plan(others).digest

    assert same == (changed_parts(facts, others) == [])


@given(FACTS)
def test_a_stored_plan_comes_back_whole(facts: Facts) -> None:
    plan = animatic_plan(facts)

    stored = Plan.from_json(plan.as_json())

    assert stored == plan
    assert stored.digest == plan.digest
