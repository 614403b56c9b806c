"""A branch written as a script and read again is the same branch, whatever is written in it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.story.script.carrying_out import carry_out
from tests.story.script.stories import BRANCHES, NAMES
from tower_anime.story.script.formats import FORMATS
from tower_anime.story.script.plan import plan
from tower_anime.story.script.steps import Plan, StoredScene
from tower_anime.story.script.stored import script_of

TITLE = "Moonlit Delivery"
# Whole branches take a while to draw, and how long says nothing about scripts.
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def exported(name: str, there: list[StoredScene], title: str = TITLE) -> str:
    return FORMATS[name].write(script_of(there).scenes, title)


def imported(name: str, text: str, there: list[StoredScene], known: list[str]) -> Plan:
    return plan(FORMATS[name].read(text, None), there, known)


def rewritten(name: str, text: str) -> str:
    """The export of an empty project that has read a script."""
    return exported(name, carry_out(imported(name, text, [], []), []))


def changes(planned: Plan) -> list[object]:
    """Every step that is not nothing."""
    steps = [*planned.scenes, *(shot for scene in planned.scenes for shot in scene.shots)]
    return [step for step in steps if step.action in ("create", "update")]


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(there=BRANCHES, known=st.lists(NAMES, max_size=3))
def test_importing_what_was_exported_changes_nothing(
    name: str, there: list[StoredScene], known: list[str]
) -> None:
    planned = imported(name, exported(name, there), there, known)
    assert changes(planned) == []
    assert planned.characters == ()
    assert [step.action for step in planned.scenes] == ["unchanged"] * len(there)


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(there=BRANCHES)
def test_a_script_read_into_an_empty_project_is_written_as_it_is(
    name: str, there: list[StoredScene]
) -> None:
    # The first import spells names as the project does, and lists who speaks.
    text = rewritten(name, exported(name, there))
    assert rewritten(name, text) == text


@pytest.mark.parametrize("name", FORMATS)
@FEW
@given(there=BRANCHES, other=BRANCHES)
def test_a_script_over_another_branch_keeps_all_of_it_and_changes_nothing_the_second_time(
    name: str, there: list[StoredScene], other: list[StoredScene]
) -> None:
    text = exported(name, other)
    first = imported(name, text, there, [])
    after = carry_out(first, there)
    assert {scene.id for scene in there} <= {scene.id for scene in after}
    assert {s.id for scene in there for s in scene.shots} <= {
        s.id for scene in after for s in scene.shots
    }
    assert changes(imported(name, text, after, list(first.characters))) == []
