"""Commands that the tests of the database give it, and ways to give them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future

from tests.support.services import PATIENCE
from tower_anime.core import changes, database
from tower_anime.core.database import (
    NOBODY,
    Database,
    Job,
    Reader,
    Size,
    Transaction,
)
from tower_anime.core.errors import NotFound
from tower_anime.core.paging import Page
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate


def make(tx: Transaction, name: str = "P") -> int:
    row_id: int = json.loads(projects.create(tx, ProjectCreate(name=name)).json)["id"]
    return row_id


def make_and_fail(tx: Transaction) -> None:
    make(tx, "never seen")
    raise NotFound("no such thing")


def make_twice_with_one_id(tx: Transaction) -> None:
    tx.insert(changes._INSERT_TEXT, {"sha256": "same", "body": "a"})
    tx.insert(changes._INSERT_TEXT, {"sha256": "same", "body": "b"})


def names(reader: Reader) -> list[str]:
    found = projects.listed(reader, Page(10_000), None, deleted=False)
    return sorted(json.loads(row)["name"] for row in found.documents)


def submit(
    db: Database, command: Callable[[Transaction], object], size: Size = Size.USUAL
) -> Future:
    future: Future[object] = Future()

    def settle(result: object, error: BaseException | None) -> None:
        future.set_result(result) if error is None else future.set_exception(error)

    db.submit(Job(command, NOBODY, size, settle))
    return future


def at_once(db: Database, *commands: Callable[[Transaction], object]) -> list[Future]:
    """Have commands wait behind another, so that they may share a commit."""
    opened = threading.Event()
    gate = submit(db, lambda _: opened.wait(PATIENCE))
    waiting = [submit(db, command, database.size_of(command)) for command in commands]
    opened.set()
    assert gate.result(PATIENCE) is True
    return waiting
