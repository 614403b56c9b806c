"""Promises of tower_anime.renders.waiting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.renders.approved_story import Json, approve, change_shot, read, staged, write
from tests.support.rendering import DESK
from tower_anime.core.database import Database, Transaction
from tower_anime.core.paging import Page
from tower_anime.core.sql import Statement
from tower_anime.renders import runs, takes, waiting
from tower_anime.renders.schemas import RenderRequest, TakeRequest
from tower_anime.renders.waiting import Room


def a_crowd(tx: Transaction) -> Json:
    """More takes of the first shot than are looked at at once, and after them one of the second;
    all wait for their keyframes.
    """
    project = staged(tx)
    for name in ("first", "second"):
        takes.withdraw(tx, project[name], "keyframe")
    for _ in range(waiting.AT_ONCE // 32 + 1):
        takes.request(tx, project["first"], TakeRequest(stage="video", count=32), DESK)
    return project


def digests(db: Database) -> list[str | None]:
    """Of every take that is queued."""
    found = db.read_now(takes.listed, Page(10_000), status="queued")
    return [json.loads(one)["digest"] for one in found.documents]


def test_a_take_is_planned_however_many_wait_before_it(db: Database) -> None:
    project = write(db, a_crowd)

    def last(tx: Transaction) -> Json:
        change_shot(tx, project["second"], inputs={})
        [made] = takes.request(tx, project["second"], TakeRequest(stage="video"), DESK)
        told: Json = json.loads(made)
        return told

    waits = write(db, last)
    write(db, approve, project["second"], "keyframe")

    write(db, Room().look)

    now = read(db.read_now(takes.take_rows.get, waits["id"]))
    assert (now["waits_for"], now["status"]) == (None, "queued")
    assert now["digest"] is not None
    assert digests(db).count(None) > waiting.AT_ONCE


class Fails(Exception):
    """What a test has a transaction fail with."""


def test_what_was_not_committed_is_looked_at_again(db: Database) -> None:
    room = Room()
    project = write(db, a_crowd)
    write(db, approve, project["first"], "keyframe")

    def fail(tx: Transaction) -> None:
        room.look(tx)
        raise Fails

    with pytest.raises(Fails):
        write(db, fail)
    write(db, room.look)

    assert len(digests(db)) > waiting.AT_ONCE
    assert None not in digests(db)


# --- what a run tells of takes that wait for people


def waiting_of(db: Database, project: Json) -> int:
    """How many takes of the project's newest run wait for a person."""
    [newest, *_] = db.read_now(runs.listed, Page(10), project["id"]).documents
    told: int = json.loads(newest)["waiting"]
    return told


def asks(tx: Transaction, project: Json, **fields: Any) -> None:
    asked = RenderRequest.model_validate({"what": "all", "stage": "video", **fields})
    runs.render(tx, project["id"], asked, DESK)


def without_keyframe(tx: Transaction) -> Json:
    """A project whose first shot's keyframe is not approved any more."""
    project = staged(tx)
    takes.withdraw(tx, project["first"], "keyframe")
    return project


def test_a_take_that_needs_an_approval_waits_for_a_person(db: Database) -> None:
    project = write(db, without_keyframe)
    write(db, asks, project)

    before = waiting_of(db, project)
    write(db, approve, project["first"], "keyframe")
    write(db, Room().look)

    assert (before, waiting_of(db, project)) == (1, 0)


def test_a_take_that_may_start_from_any_waits_for_what_is_being_rendered(db: Database) -> None:
    project = write(db, without_keyframe)
    write(db, takes.reject, 1)  # the first shot's only keyframe
    write(db, asks, project, through=True)
    write(db, cancel_what_is_planned)
    alone = waiting_of(db, project)

    write(db, takes.request, project["first"], TakeRequest(stage="keyframe", seed=99), DESK)

    assert (alone, waiting_of(db, project)) == (1, 0)


def cancel_what_is_planned(tx: Transaction) -> None:
    """All that could be rendered now."""
    for one in tx.rows(_PLANNED):
        takes.stop(tx, one)


_PLANNED = Statement(
    takes.takes.select().where(takes.t.status == "queued", takes.t.waits.is_(None))
)
