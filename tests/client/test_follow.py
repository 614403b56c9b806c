"""Following the change log: each change once and in order, whatever drops."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from tests.client.scripted import Answer, answering
from tower_anime.client import Tower, Unreachable

STREAM = {"Content-Type": "text/event-stream"}


def told(*ids: int, stands_at: int) -> bytes:
    """A stream's beginning and these changes."""
    blocks = [f"id: {stands_at}\n\n"]
    for change_id in ids:
        change = {
            **dict.fromkeys(("actor", "project_id", "branch_name", "revision", "data")),
            "id": change_id,
            "at": "",
            "subject": "scene",
            "subject_id": 1,
            "verb": "changed",
            "text": "Scene 1 changed",
        }
        blocks.append(f"event: change\ndata: {json.dumps(change)}\nid: {change_id}\n\n")
    return "".join(blocks).encode()


def test_what_happens_is_told_in_order(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    for number in range(5):
        tower.scenes.create(project.id, number, "A roof")
    logged = [change.id for change in tower.changes.list(project_id=project.id)]

    following = tower.changes.follow(after=logged[0] - 1, project_id=project.id)

    assert [change.id for change in islice(following, len(logged))] == logged


def test_only_what_is_asked_for_is_told(tower: Tower) -> None:
    project = tower.projects.create("Moonlit Delivery")
    *_, last = (change.id for change in tower.changes.list(project_id=project.id))
    following = tower.changes.follow(after=last, project_id=project.id, subject="project")

    tower.scenes.create(project.id, 1, "A roof")
    tower.projects.update(project, status="finished")

    assert next(following).text.startswith("Project Moonlit Delivery")


def test_a_dropped_stream_is_taken_up_after_the_last_change() -> None:
    first, second = told(5, 6, stands_at=4), told(7, stands_at=6)
    with (
        answering(Answer(200, first, STREAM), Answer(200, second, STREAM)) as scripted,
        Tower(scripted.url) as tower,
    ):
        ids = [change.id for change in islice(tower.changes.follow(after=4), 3)]
        asked = [request.headers.get("Last-Event-ID") for request in scripted.asked]

    assert ids == [5, 6, 7]
    assert asked == ["4", "6"]


def test_a_stream_that_dropped_before_any_change_is_taken_up_where_it_stood() -> None:
    nothing, then = told(stands_at=4), told(5, stands_at=4)
    with (
        answering(Answer(200, nothing, STREAM), Answer(200, then, STREAM)) as scripted,
        Tower(scripted.url) as tower,
    ):
        assert next(tower.changes.follow()).id == 5
        asked = [request.headers.get("Last-Event-ID") for request in scripted.asked]

    assert asked == [None, "4"]


def test_a_proxy_whose_service_starts_again_is_waited_for() -> None:
    first, second = told(5, stands_at=4), told(6, stands_at=5)
    away = Answer(502, b"<html>")
    with (
        answering(Answer(200, first, STREAM), away, Answer(200, second, STREAM)) as scripted,
        Tower(scripted.url) as tower,
    ):
        assert [change.id for change in islice(tower.changes.follow(after=4), 2)] == [5, 6]


def test_a_service_that_went_back_is_followed_from_there() -> None:
    back = b'event: reset\ndata: {"newest": 3}\nid: 3\n\n'
    then = told(4, stands_at=3)
    with (
        answering(Answer(200, back, STREAM), Answer(200, then, STREAM)) as scripted,
        Tower(scripted.url) as tower,
    ):
        assert next(tower.changes.follow(after=9)).id == 4
        asked = [request.headers.get("Last-Event-ID") for request in scripted.asked]

    assert asked == ["9", "3"]


def test_a_service_that_stays_away_is_given_up() -> None:
    with (
        answering(Answer(200, told(5, stands_at=4), STREAM)) as scripted,
        Tower(scripted.url, retries=0) as tower,
    ):
        following = tower.changes.follow(patience=0)
        assert next(following).id == 5
        with pytest.raises(Unreachable):
            next(following)


def test_nobody_to_follow_is_told_at_once() -> None:
    with (
        answering() as scripted,
        Tower(scripted.url, retries=0) as tower,
        pytest.raises(Unreachable),
    ):
        next(tower.changes.follow())
