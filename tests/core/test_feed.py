"""The change log as it is read: its shape, its filters, and pages that miss nothing."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.core.following import ALL, record
from tower_anime.core import changes, feed, schemas
from tower_anime.core.database import Context, Database, Transaction, write, write_now
from tower_anime.core.feed import Asked
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate


def make_project(tx: Transaction) -> None:
    projects.create(tx, ProjectCreate(name="P"))


def make_scene(tx: Transaction, project_id: int, branch: str = "main") -> None:
    new = SceneCreate(project_id=project_id, scene_number=1, description="", branch_name=branch)
    scenes.create(tx, new)


def told(db: Database, asked: Asked = ALL, after: int = 0, limit: int = 100) -> list[str]:
    page = db.read_now(feed.page, asked, after, limit)
    return [json.loads(document)["text"] for document in page.documents]


def test_each_change_is_shown_in_its_documented_shape(db: Database) -> None:
    write_now(db, make_project)
    write_now(db, make_scene, 1)
    page = db.read_now(feed.page, ALL, 0, 100)
    shown = [schemas.Change.model_validate_json(document) for document in page.documents]
    assert [change.id for change in shown] == page.ids
    assert [(c.subject, c.verb, c.project_id, c.branch_name) for c in shown] == [
        ("project", "created", 1, None),
        ("branch", "created", 1, "main"),
        ("scene", "created", 1, "main"),
    ]


@pytest.fixture
def two_productions(db: Database) -> Database:
    """Two projects with a scene on `main` each, one with another on `café`."""
    for project_id in (1, 2):
        write_now(db, make_project)
        write_now(db, make_scene, project_id)
    write_now(db, make_scene, 1, "cafe\u0301")
    return db


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), 8),
        (Asked(project_id=1), 5),
        (Asked(branch_name="main"), 4),
        (Asked(branch_name="caf\u00e9"), 2),
        (Asked(project_id=2, branch_name="caf\u00e9"), 0),
        (Asked(subject="scene"), 3),
        (Asked(subject="scene", subject_id=1), 1),
        (Asked(subject_id=1), 3),
        (Asked(project_id=1, subject="scene"), 2),
        (Asked(project_id=1, branch_name="main", subject="scene", subject_id=1), 1),
        (Asked(actor="Mika"), 0),
    ],
)
def test_filters_combine(two_productions: Database, asked: Asked, found: int) -> None:
    assert len(told(two_productions, asked)) == found
    assert two_productions.read_now(feed.count, asked) == found


def test_who_changed_something_is_found_by_name(db: Database) -> None:
    asyncio.run(write(db, Context(actor="Mika"), record, "by Mika"))
    write_now(db, record, "by nobody")
    assert told(db, Asked(actor="Mika")) == ["by Mika"]


def test_what_changed_outside_all_projects_is_in_the_log_and_listeners_hear_of_it(
    db: Database,
) -> None:
    heard: list[set[int]] = []
    db.listeners.append(heard.append)
    write_now(db, record, "an engine")
    assert told(db) == ["an engine"]
    assert told(db, Asked(project_id=1)) == []
    db.close()
    assert heard == [{changes.NO_PROJECT}]


def test_what_has_grown_is_told_by_project_and_from_the_logs_end_where_that_went_back(
    db: Database,
) -> None:
    write_now(db, record, "a", "b", project_id=1)
    write_now(db, record, "c", project_id=2)
    write_now(db, record, "d")
    assert db.read_now(feed.grown, 1) == (4, {1, 2, changes.NO_PROJECT})
    assert db.read_now(feed.grown, 4) == (4, set())
    assert db.read_now(feed.grown, 9) == (4, set())


def test_a_page_ends_where_the_next_begins(db: Database) -> None:
    write_now(db, record, *"abcde", project_id=1)
    assert told(db, ALL, 0, 2) == ["a", "b"]
    assert told(db, ALL, 2, 2) == ["c", "d"]
    first, exact = (db.read_now(feed.page, ALL, after, 2) for after in (0, 3))
    assert (first.reached, first.more) == (2, True)
    assert (exact.reached, exact.more) == (5, False)
    nothing = db.read_now(feed.page, ALL, 3, 0)
    assert (nothing.ids, nothing.reached, nothing.more) == ([], 3, True)


def test_a_page_reaches_over_what_was_not_asked_for(db: Database) -> None:
    write_now(db, record, "mine", project_id=1)
    write_now(db, record, "another's", "another's", project_id=2)
    page = db.read_now(feed.page, Asked(project_id=1), 0, 10)
    assert (page.ids, page.reached, page.more) == ([1], 3, False)


def test_a_reader_who_goes_on_after_the_last_id_misses_nothing_while_eight_write(
    db: Database,
) -> None:
    def write_some(writer: int) -> None:
        for n in range(30):
            write_now(db, record, f"{writer}-{n}", project_id=writer)

    seen: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write_some, writer) for writer in range(8)]
        over = False
        while not over:
            over = all(writer.done() for writer in writers)
            page = db.read_now(feed.page, ALL, seen[-1] if seen else 0, 7)
            seen += page.ids
            over = over and not page.more
    for writer in writers:
        writer.result(0)
    assert seen == db.read_now(feed.page, ALL, 0, 1000).ids
    assert len(seen) == 240
