"""Promises of tower_anime.renders.waiting."""

from __future__ import annotations

import json

import pytest

from tests.renders.approved_story import Json, approve, change_shot, read, write
from tests.renders.test_staleness import staged
from tests.support.rendering import DESK
from tower_anime.core.database import Database, Transaction
from tower_anime.core.paging import Page
from tower_anime.renders import takes, waiting
from tower_anime.renders.schemas import TakeRequest
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
