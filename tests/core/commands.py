"""Commands that the tests of the database give it, and ways to give them."""

from __future__ import annotations

import asyncio
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
    brief,
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


def make_here(tx: Transaction, name: str) -> str:
    """Make a project; the name of the thread that did."""
    make(tx, name)
    return threading.current_thread().name


@brief
def fail_briefly(tx: Transaction) -> None:
    make_and_fail(tx)


@brief
def refuse_briefly(_: Transaction) -> None:
    raise NotFound("nothing was written")


async def together(db: Database, *commands: Callable[[Transaction], object]) -> list[object]:
    """What commands come to that are asked for at the same moment."""
    asked = (database.write(db, NOBODY, command) for command in commands)
    return await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), PATIENCE)


def brief_make(name: str) -> Callable[[Transaction], object]:
    """A brief command of its own."""
    return brief(lambda tx: make_here(tx, name))
