"""Every write has its change and its revision; the log is in the order of the commits."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate, CharacterUpdate
from tower_anime.core import changes
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.paging import Page
from tower_anime.core.sql import Statement
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate, ProjectUpdate
from tower_anime.story import scenes, shots
from tower_anime.story.schemas import SceneCreate, SceneUpdate, ShotUpdate

LOG = Statement(select(changes.changes).order_by(changes.changes.c.id))
REVISIONS = Statement(select(changes.revisions).order_by(changes.revisions.c.change_id))
TEXTS = Statement(select(changes.texts.c.body))
SIZE = Statement(select(func.max(func.length(changes.revisions.c.document))))


def log(db: Database) -> list[tuple[str, int, str, int]]:
    rows = db.read_now(lambda reader: reader.rows(LOG))
    return [(row["subject"], row["subject_id"], row["verb"], row["revision"]) for row in rows]


def make_project(db: Database, **fields: object) -> None:
    write_now(db, projects.create, ProjectCreate(name="P", **fields))


def test_every_write_has_its_change_and_its_revision(db: Database) -> None:
    make_project(db)
    write_now(db, projects.update, 1, ProjectUpdate(name="Q"))
    write_now(db, projects.trash, 1)
    write_now(db, projects.restore, 1)
    write_now(db, characters.create, CharacterCreate(project_id=1, name="Hero"))
    write_now(db, characters.update, 1, CharacterUpdate(name="Heroine"))
    expected = [
        ("project", 1, "created", 1),
        ("project", 1, "changed", 2),
        ("project", 1, "deleted", 3),
        ("project", 1, "restored", 4),
        ("character", 1, "created", 1),
        ("character", 1, "changed", 2),
    ]
    assert log(db) == expected
    kept = db.read_now(lambda reader: reader.rows(REVISIONS))
    assert [(row["subject"], row["subject_id"], row["revision"]) for row in kept] == [
        (subject, row_id, revision) for subject, row_id, _, revision in expected
    ]


def test_a_write_that_changes_nothing_leaves_no_trace(db: Database) -> None:
    make_project(db)
    write_now(db, projects.update, 1, ProjectUpdate(name="P"))
    write_now(db, projects.restore, 1)
    assert log(db) == [("project", 1, "created", 1)]


def test_a_shots_change_is_a_revision_of_its_scene(db: Database) -> None:
    make_project(db)
    write_now(db, scenes.create, SceneCreate(project_id=1, scene_number=1, description=""))
    write_now(db, shots.update, 1, ShotUpdate(camera="slow push in"))
    write_now(db, scenes.update, 1, SceneUpdate(description="Night"))
    assert log(db)[1:] == [
        ("branch", 1, "created", 1),
        ("scene", 1, "created", 1),
        ("shot", 1, "changed", 2),
        ("scene", 1, "changed", 3),
    ]


def test_a_revision_is_what_a_get_answered_then(db: Database) -> None:
    make_project(db, metadata={"a": [1.5, None, "夜"]})
    first = json.loads(db.read_now(projects.get, 1).json)
    write_now(db, projects.update, 1, ProjectUpdate(description="New"))
    second = json.loads(db.read_now(projects.get, 1).json)
    for revision, answered in ((1, first), (2, second)):
        document = db.read_now(changes.revision_of, "project", 1, revision)
        assert document is not None
        assert json.loads(document) == answered


def test_a_scenes_revision_holds_its_shots(db: Database) -> None:
    make_project(db)
    write_now(db, scenes.create, SceneCreate(project_id=1, scene_number=1, description="Dusk"))
    document = json.loads(db.read_now(changes.revision_of, "scene", 1, 1) or "")
    found = db.read_now(shots.listed, Page(100), 1, False)
    assert document.pop("shots") == [json.loads(shot) for shot in found.documents]
    assert document.pop("video_pinned") is False
    assert document == json.loads(db.read_now(scenes.get, 1).json)


def test_ids_ascend_in_the_order_of_the_commits(db: Database) -> None:
    def create(tx: Transaction) -> int:
        before = len(tx.rows(LOG))
        projects.create(tx, ProjectCreate(name="P"))
        return before

    with ThreadPoolExecutor(8) as pool:
        positions = [pool.submit(write_now, db, create) for _ in range(40)]
        assert sorted(done.result() for done in positions) == list(range(40))
    rows = db.read_now(lambda reader: reader.rows(LOG))
    assert [row["subject_id"] for row in rows] == sorted(row["subject_id"] for row in rows)


def test_a_text_over_64_kb_is_kept_once_and_comes_back_whole(db: Database) -> None:
    long = "夜の屋根で。" * 4_000  # 72,000 bytes
    make_project(db, description=long)
    write_now(db, projects.update, 1, ProjectUpdate(name="Q"))
    write_now(db, projects.update, 1, ProjectUpdate(description="short"))
    assert db.read_now(lambda reader: reader.column(TEXTS)) == [long]
    assert db.read_now(lambda reader: reader.value(SIZE)) < 10_000
    for revision, expected in ((1, long), (2, long), (3, "short")):
        document = json.loads(db.read_now(changes.revision_of, "project", 1, revision) or "")
        assert document["description"] == expected
        assert "$texts" not in document


def test_metadata_that_looks_like_our_own_marks_comes_back_as_it_is(db: Database) -> None:
    make_project(db, description="夜" * 30_000, metadata={"$text": "0", "$texts": {"name": "0"}})
    document = json.loads(db.read_now(changes.revision_of, "project", 1, 1) or "")
    assert document == json.loads(db.read_now(projects.get, 1).json)
