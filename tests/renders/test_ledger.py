"""Promises of the ledger: each row is worked on once, and only by its newest attempt."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select

from tests.support.rendering import DESK
from tower_anime.core.changes import changes
from tower_anime.core.children import Children
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement
from tower_anime.media.room import MediaRoom
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import takes
from tower_anime.renders.ledger import Claim
from tower_anime.renders.making import Making
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.take_rows import DRAWN, find
from tower_anime.renders.take_work import TakeWork
from tower_anime.renders.work import failure, give_back
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate

_VERBS = Statement(select(changes.c.verb).where(changes.c.subject == "take").order_by(changes.c.id))
SOON, LATER = "2999-01-01T00:00:00.000000Z", "2999-01-02T00:00:00.000000Z"


def queue_takes(db: Database, count: int = 1) -> None:
    """Takes 1 to `count` of the first shot of a new database."""

    def add(tx: Transaction) -> None:
        projects.create(tx, ProjectCreate(name="Ledger"))
        scenes.create(tx, SceneCreate(project_id=1, scene_number=1, description="A roof"))
        takes.request(tx, 1, TakeRequest(count=count), DESK)

    write_now(db, add)


def claim(db: Database, worker: str = "worker") -> Claim | None:
    return write_now(db, DRAWN.claim, worker, SOON)


def test_takes_are_claimed_oldest_first_until_none_waits(db: Database) -> None:
    queue_takes(db, 3)

    assert [claim(db) for _ in range(4)] == [(1, 1), (2, 1), (3, 1), None]


def test_many_workers_never_claim_the_same_take(db: Database) -> None:
    queue_takes(db, 30)

    with ThreadPoolExecutor(8) as workers:
        found = list(workers.map(lambda n: claim(db, f"worker-{n}"), range(40)))

    assert sorted(one for one in found if one) == [(number, 1) for number in range(1, 31)]


def test_a_take_that_was_given_back_is_a_new_attempt(db: Database) -> None:
    queue_takes(db, 2)
    first = claim(db)
    assert first is not None

    write_now(db, DRAWN.give_back, first)

    assert claim(db) == (1, 2)


def test_an_older_attempt_changes_nothing_of_a_newer_one(db: Database, tmp_path: Path) -> None:
    work = TakeWork(db, Making(MediaRoom(Settings(data_dir=tmp_path)), Children(1)), "worker")
    queue_takes(db)
    stalled = claim(db)
    assert stalled is not None
    write_now(db, DRAWN.give_back, stalled)
    current = claim(db)
    assert current is not None
    before = db.read_now(find, 1)

    write_now(db, DRAWN.advance, stalled, 0.9)
    write_now(db, DRAWN.renew_leases, [stalled], LATER)
    write_now(db, DRAWN.give_back, stalled)
    write_now(db, work.finish, stalled, failure("Late", "It came too late."))

    assert db.read_now(find, 1) == before
    assert not db.read_now(DRAWN.wanted, stalled)
    assert db.read_now(DRAWN.wanted, current)


def test_the_newest_attempt_finishes_once(db: Database, tmp_path: Path) -> None:
    work = TakeWork(db, Making(MediaRoom(Settings(data_dir=tmp_path)), Children(1)), "worker")
    queue_takes(db)
    current = claim(db)
    assert current is not None

    write_now(db, work.finish, current, failure("Broken", "The first word."))
    over = db.read_now(find, 1)
    write_now(db, work.finish, current, failure("Broken", "Another word."))

    assert (over["status"], over["lease_until"]) == ("failed", None)
    assert "The first word." in over["error"]
    assert db.read_now(find, 1) == over


def test_progress_never_goes_back(db: Database) -> None:
    queue_takes(db)
    current = claim(db)
    assert current is not None

    for progress in (0.2, 0.6, 0.4):
        write_now(db, DRAWN.advance, current, progress)

    assert db.read_now(find, 1)["progress"] == 0.6


def test_a_worker_finds_its_own_takes_and_those_that_others_hold(db: Database) -> None:
    queue_takes(db, 3)
    mine, theirs = claim(db, "mine"), claim(db, "theirs")
    assert theirs is not None

    assert db.read_now(DRAWN.running, "mine") == [mine]
    assert db.read_now(DRAWN.held_by_others, "mine") == {theirs: SOON}

    write_now(db, DRAWN.renew_leases, [theirs], LATER)
    assert db.read_now(DRAWN.held_by_others, "mine") == {theirs: LATER}


# --- what is given back


def test_a_take_that_was_cancelled_and_is_given_back_is_cancelled(
    db: Database, tmp_path: Path
) -> None:
    work = TakeWork(db, Making(MediaRoom(Settings(data_dir=tmp_path)), Children(1)), "worker")
    queue_takes(db)
    current = claim(db)
    assert current is not None
    write_now(db, takes.cancel, 1)

    write_now(db, give_back, work, current)

    over = db.read_now(find, 1)
    assert (over["status"], over["lease_until"]) == ("cancelled", None)
    assert over["finished_at"] is not None
    assert db.read_now(lambda reader: reader.column(_VERBS))[-1] == "cancelled"
    assert claim(db) is None


def test_a_take_that_is_to_be_cancelled_is_not_queued_again(db: Database) -> None:
    queue_takes(db)
    current = claim(db)
    assert current is not None
    write_now(db, takes.cancel, 1)

    write_now(db, DRAWN.give_back, current)

    assert db.read_now(find, 1)["status"] == "running"
    assert claim(db) is None
