"""What is made of another stage or shot is stale with it: frames, pictures, and what waits."""

from __future__ import annotations

import pytest

from tests.renders.approved_story import (
    OTHER,
    PICTURE,
    Json,
    approve,
    change_shot,
    read,
    staged,
    stale,
    write,
)
from tests.support.rendering import DESK
from tower_anime.core.database import Database, Transaction
from tower_anime.renders import runs, takes
from tower_anime.renders.schemas import RenderRequest


def told(db: Database, project: Json) -> list[tuple[int, str, list[str]]]:
    """Each stale place: the shot, its stage, and the causes in words."""
    return [
        (one["shot_id"], one["stage"], [cause["text"] for cause in one["causes"]])
        for one in stale(db, project)
    ]


@pytest.mark.parametrize(
    ("stage", "stale_shot", "cause"),
    [
        ("keyframe", "first", "keyframe: take"),
        ("video", "second", "scene 1, shot 10: last frame"),  # which goes on from that frame
    ],
)
def test_another_take_makes_stale_what_is_made_from_it_and_back_does_not(
    db: Database, stage: str, stale_shot: str, cause: str
) -> None:
    project = write(db, staged)

    def choose(tx: Transaction, medium: str) -> None:
        approve(tx, project["first"], stage, medium)

    write(db, choose, OTHER)
    changed = told(db, project)
    write(db, choose, PICTURE)

    assert changed == [(project[stale_shot], "video", [cause])]
    assert told(db, project) == []


def test_a_keyframe_that_was_taken_back_is_waited_for(db: Database) -> None:
    project = write(db, staged)

    write(db, takes.withdraw, project["first"], "keyframe")

    assert told(db, project) == [
        (project["first"], "video", ["It waits for a take of its stage keyframe to be approved."])
    ]


def test_what_waits_for_its_keyframe_is_not_asked_for_twice(db: Database) -> None:
    project = write(db, staged)
    write(db, takes.withdraw, project["first"], "keyframe")
    again = RenderRequest(what="stale", stage="video")

    first = read(write(db, runs.render, project["id"], again, DESK))
    second = read(write(db, runs.render, project["id"], again, DESK))

    assert (first["shots"], second["shots"]) == (1, 0)
    assert told(db, project) == []


def test_the_stages_are_told_in_their_order(db: Database) -> None:
    project = write(db, staged)

    write(db, change_shot, project["first"], duration=1.0, description="A cellar")

    assert [(shot, stage) for shot, stage, _ in told(db, project)] == [
        (project["first"], "keyframe"),
        (project["first"], "video"),
    ]
