"""Branches as the client forks, compares and merges them, and what it raises on the way."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tower_anime.client import Conflict, NotFound, PreconditionFailed, Tower, Unresolved
from tower_anime.client.branches import Resolution
from tower_anime.projects.schemas import Project
from tower_anime.story.branch_schemas import GivenValue
from tower_anime.story.schemas import Branch, Scene


class Story(NamedTuple):
    """A scene whose words differ on two branches that come of one."""

    project: Project
    main: Branch
    alt: Branch
    scene: Scene  # as it is on main


@pytest.fixture
def story(tower: Tower) -> Story:
    """She sings on main, and stays on alt."""
    project = tower.projects.create("Moonlit Delivery")
    scene = tower.scenes.create(project.id, 1, "She leaves.")
    (main,) = tower.branches.list(project)
    alt = tower.branches.fork(project, "alt", description="She stays")
    (there,) = tower.scenes.list(project_id=project.id, branch_name="alt")
    tower.scenes.update(there, description="She stays.")
    scene = tower.scenes.update(scene, description="She sings.")
    return Story(project, main, alt, scene)


def words(tower: Tower, story: Story) -> str:
    """The scene's description on main."""
    return tower.scenes.get(story.scene).description


def test_an_unresolved_merge_raises_its_conflicts_and_writes_nothing(
    tower: Tower, story: Story
) -> None:
    with pytest.raises(Unresolved, match="1 conflict has no resolution") as caught:
        tower.branches.merge(story.main, story.alt)

    error = caught.value
    assert (error.status, error.title) == (409, "Conflict")
    assert error.request_id
    assert not error.outcome.applied
    (conflict,) = error.conflicts
    assert conflict.id.endswith(".description")
    assert (conflict.base, conflict.ours, conflict.theirs) == (
        "She leaves.",
        "She sings.",
        "She stays.",
    )
    assert words(tower, story) == "She sings."


@pytest.mark.parametrize(
    ("resolution", "words_then"),
    [
        ("ours", "She sings."),
        ("theirs", "She stays."),
        (GivenValue(value="She hums."), "She hums."),
        ({"value": "She hums."}, "She hums."),
    ],
)
def test_a_conflict_is_resolved_by_its_id(
    tower: Tower, story: Story, resolution: Resolution, words_then: str
) -> None:
    dry = tower.branches.merge(story.main, story.alt, dry_run=True)
    chosen = {conflict.id: resolution for conflict in dry.conflicts}

    merged = tower.branches.merge(story.main, "alt", resolutions=chosen, at=dry.at)

    assert (merged.applied, merged.conflicts) == (True, [])
    assert words(tower, story) == words_then


def test_a_merge_of_what_has_moved_since_is_a_conflict_without_conflicts(
    tower: Tower, story: Story
) -> None:
    dry = tower.branches.merge(story.main, story.alt, dry_run=True)
    tower.scenes.update(story.scene, status="done")

    with pytest.raises(Conflict, match="has moved") as caught:
        tower.branches.merge(story.main, story.alt, at=dry.at)

    assert not isinstance(caught.value, Unresolved)


def test_a_branch_that_somebody_changed_is_not_written_over(tower: Tower, story: Story) -> None:
    tower.branches.update(story.alt.id, description="She stays after all")

    with pytest.raises(PreconditionFailed):
        tower.branches.update(story.alt, name="she-stays")
    with pytest.raises(PreconditionFailed):
        tower.branches.delete(story.alt)


def test_a_branch_in_the_trash_is_listed_there(tower: Tower, story: Story) -> None:
    tower.branches.delete(story.alt)

    assert [branch.name for branch in tower.branches.list(story.project)] == ["main"]
    (lost,) = tower.branches.list(story.project, deleted=True)
    assert tower.branches.restore(lost).deleted_at is None


def test_two_moments_of_one_branch_are_compared(tower: Tower, story: Story) -> None:
    then = story.alt.forked_at

    (told,) = tower.branches.compare(story.main, story.main, at=then).scenes

    field = told.fields["description"]
    assert (field.ours, field.theirs) == ("She leaves.", "She sings.")
    with pytest.raises(NotFound):
        tower.branches.at(story.alt, 1)


def test_a_character_that_somebody_changed_is_not_renamed(tower: Tower, story: Story) -> None:
    hero = tower.characters.create(story.project.id, "Nana")
    tower.characters.update(hero, prompt="a yellow coat")

    with pytest.raises(PreconditionFailed):
        tower.characters.rename(hero, "Kaguya", branches=[story.main.id])

    assert tower.characters.rename(hero.id, "Kaguya").name == "Kaguya"
