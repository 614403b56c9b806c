"""The first service's database opens in place, and nothing in it is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory

import tower_anime.app  # noqa: F401 - with it, every table there is
from tests.ops import first_service
from tests.ops.first_service import LENIENT, everything, insert, rows, sample
from tower_anime.core.database import write_now
from tower_anime.core.errors import CannotStart
from tower_anime.core.opening import DATABASE_FILE, MIGRATIONS, open_database
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneUpdate

COPY = f"{DATABASE_FILE}.before-adoption"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The sample, not adopted yet."""
    return sample(tmp_path)


def adopted(path: Path) -> Path:
    """The file after a start."""
    adopt(Settings(data_dir=path.parent))
    open_database(Settings(data_dir=path.parent)).close()
    return path


def scene(path: Path, scene_id: int) -> dict[str, Any]:
    """A scene as callers see it."""
    [row] = rows(path, "SELECT shown FROM scenes WHERE id = ?", scene_id)
    document: dict[str, Any] = json.loads(row["shown"])
    return document


def oddity(path: Path, subject: str, subject_id: int, field: str) -> dict[str, Any]:
    query = "SELECT * FROM oddities WHERE subject = ? AND subject_id = ? AND field = ?"
    [found] = rows(path, query, subject, subject_id, field)
    return found


def lenient(folder: Path, table: str, **cells: object) -> Path:
    """A database of one project and one row, adopted."""
    path = first_service.database(folder, LENIENT)
    if table != "projects":
        insert(path, "projects", [{"id": 1, "name": "Moonlit Delivery"}])
        cells = {"project_id": 1, **cells}
    insert(path, table, [cells])
    return adopted(path)


def test_an_exact_copy_stays_beside_the_adopted_file(old: Path) -> None:
    before = old.read_bytes()
    adopted(old)
    assert {path.name for path in old.parent.iterdir()} == {DATABASE_FILE, COPY}
    assert old.with_name(COPY).read_bytes() == before


@pytest.mark.parametrize("table", ["projects", "characters", "scenes", "studio_notes"])
def test_every_row_keeps_its_id(old: Path, table: str) -> None:
    before = {row["id"] for row in rows(old, f"SELECT id FROM {table}")}
    after = {row["id"] for row in rows(adopted(old), f"SELECT id FROM {table}")}
    assert before
    assert after - before <= {999, 1000}
    assert before <= after


def test_the_texts_of_every_row_are_what_they_were(old: Path) -> None:
    for table, columns in (
        ("projects", "id, name, description, status"),
        ("characters", "id, name, description, version, image_path, comfyui_workflow"),
        ("scenes", "id, scene_number, coalesce(description, '') AS d, video_path, status"),
    ):
        query = f"SELECT {columns} FROM {table} WHERE id < 999 ORDER BY id"
        before = rows(old.parent / COPY if (old.parent / COPY).exists() else old, query)
        assert rows(adopted(old), query) == before


def test_both_formats_of_time_become_ours(tmp_path: Path) -> None:
    path = lenient(
        tmp_path,
        "scenes",
        scene_number=1,
        created_at="2025-10-05 04:57:46",
        updated_at="2025-10-05T04:57:46.802250",
    )
    assert scene(path, 1)["created_at"] == "2025-10-05T04:57:46.000000Z"
    assert scene(path, 1)["updated_at"] == "2025-10-05T04:57:46.802250Z"


def test_a_time_that_is_none_is_told_and_the_other_stands_in(tmp_path: Path) -> None:
    path = lenient(
        tmp_path, "scenes", scene_number=1, created_at="soon", updated_at="2025-10-05T04:57:46"
    )
    assert scene(path, 1)["created_at"] == "2025-10-05T04:57:46.000000Z"
    assert oddity(path, "scene", 1, "created_at")["stored"] == "soon"


@pytest.mark.parametrize(
    "stored",
    [
        "Hero, Sidekick",
        "[broken",
        "",
        '["Hero", 3]',
        '{"0": "Hero"}',
        "NaN",
        '["Hero", Infinity]',
        '["\\ud83d"]',
        '["a\\u0000b"]',
        "[" * 300 + "]" * 300,
    ],
)
def test_characters_that_cannot_be_read_are_none_and_their_text_is_kept(
    tmp_path: Path, stored: str
) -> None:
    path = lenient(tmp_path, "scenes", scene_number=1, characters=stored)
    assert scene(path, 1)["characters"] == []
    assert oddity(path, "scene", 1, "characters")["stored"] == stored


def test_characters_that_can_be_read_are_what_they_were(old: Path) -> None:
    before = {row["id"]: row["characters"] for row in rows(old, "SELECT * FROM scenes")}
    adopted(old)
    [odd] = rows(old, "SELECT count(*) AS n FROM oddities WHERE field = 'characters'")
    assert odd["n"] == 20
    for scene_id, stored in before.items():
        if (stored or "").startswith('["'):
            assert scene(old, scene_id)["characters"] == json.loads(stored)


@pytest.mark.parametrize("stored", ["not json", "[1]", '{"a": NaN}', '{"a": "\\ud83d"}', "3", ""])
def test_metadata_that_cannot_be_read_is_null_and_its_text_is_kept(
    tmp_path: Path, stored: str
) -> None:
    path = lenient(tmp_path, "projects", name="Moonlit Delivery", metadata=stored)
    assert rows(path, "SELECT metadata FROM projects") == [{"metadata": None}]
    assert oddity(path, "project", 1, "metadata")["stored"] == stored


def test_metadata_that_can_be_read_comes_back_also_where_it_is_empty(old: Path) -> None:
    found = {row["id"]: row["metadata"] for row in rows(adopted(old), "SELECT * FROM projects")}
    assert json.loads(found[2]) == {"ジャンル": "日常", "tags": ["a", "b"]}
    assert found[4] == "{}"
    assert found[3] is None


def test_an_orphans_project_is_made_anew_with_its_id(old: Path) -> None:
    [project] = rows(adopted(old), "SELECT name, status FROM projects WHERE id = 999")
    assert project == {"name": "Recovered project 999", "status": "recovered"}
    assert scene(old, 208)["project_id"] == 999
    assert oddity(old, "project", 999, "id")["text"].startswith("It was gone")


def test_a_character_of_no_project_gets_one_that_no_other_had(old: Path) -> None:
    [character] = rows(adopted(old), "SELECT project_id FROM characters WHERE id = 22")
    assert character == {"project_id": 1000}
    assert oddity(old, "character", 22, "project_id")["stored"] is None


def test_a_scene_of_no_branch_is_on_main(old: Path) -> None:
    [first, *others] = rows(old, "SELECT id FROM scenes WHERE branch_name IS NULL")
    assert len(others) == 6
    adopted(old)
    assert scene(old, first["id"])["branch_name"] == "main"
    assert "'main'" in oddity(old, "scene", first["id"], "branch_name")["text"]


def test_a_description_that_was_nothing_is_empty(old: Path) -> None:
    nothing = rows(old, "SELECT id FROM scenes WHERE description IS NULL")
    adopted(old)
    assert {scene(old, row["id"])["description"] for row in nothing} == {""}


def test_two_spellings_of_a_branch_become_one_and_it_is_told(tmp_path: Path) -> None:
    path = first_service.database(tmp_path, LENIENT)
    composed, apart = "caf\u00e9", "cafe\u0301"
    cells = {"project_id": 1, "scene_number": 1, "updated_at": "2025-10-05"}
    insert(path, "projects", [{"id": 1, "name": "Moonlit Delivery"}])
    insert(path, "scenes", [{**cells, "branch_name": name} for name in (composed, apart)])
    adopted(path)
    assert rows(path, "SELECT name FROM branches") == [{"name": composed}]
    assert oddity(path, "scene", 2, "branch_name")["stored"] == apart


def test_repeated_and_negative_scene_numbers_stay(tmp_path: Path) -> None:
    path = first_service.database(tmp_path, LENIENT)
    insert(path, "scenes", [{"project_id": 1, "scene_number": n} for n in (-3, 5, 5)])
    adopted(path)
    assert [scene(path, n)["scene_number"] for n in (1, 2, 3)] == [-3, 5, 5]


def test_a_scene_between_two_numbers_stays_between_them(tmp_path: Path) -> None:
    path = lenient(tmp_path, "scenes", scene_number=2.5)
    assert (scene(path, 1)["scene_number"], scene(path, 1)["position"]) == (2, 2.5)
    assert oddity(path, "scene", 1, "scene_number")["stored"] == "2.5"


@pytest.mark.parametrize(
    ("table", "field", "now"),
    [
        ("projects", "name", "Project 1"),
        ("projects", "status", "active"),
        ("characters", "name", "Character 1"),
        ("scenes", "status", "pending"),
    ],
)
def test_what_cannot_be_empty_gets_a_word_and_it_is_told(
    tmp_path: Path, table: str, field: str, now: str
) -> None:
    path = lenient(tmp_path, table, **{field: ""})
    assert rows(path, f"SELECT {field} FROM {table}") == [{field: now}]
    assert oddity(path, table[:-1], 1, field)["stored"] == ""


def test_a_name_beyond_todays_bounds_is_kept_whole_and_it_is_told(tmp_path: Path) -> None:
    path = lenient(tmp_path, "characters", name="影" * 300)
    assert rows(path, "SELECT name FROM characters") == [{"name": "影" * 300}]
    assert "255 characters" in oddity(path, "character", 1, "name")["text"]


def test_bytes_and_text_with_nul_are_shown_as_text_and_kept_exactly(tmp_path: Path) -> None:
    path = lenient(tmp_path, "characters", name=b"Hana \xff", description="a\0b")
    [character] = rows(path, "SELECT name, description FROM characters")
    assert character == {"name": "Hana �", "description": "a�b"}
    assert oddity(path, "character", 1, "name")["stored"] == "X'48616e6120ff'"
    assert oddity(path, "character", 1, "description")["stored"] == "CAST(X'610062' AS TEXT)"


def test_each_scene_has_a_shot_a_revision_and_its_place_in_the_log(old: Path) -> None:
    adopted(old)
    [counts] = rows(
        old,
        "SELECT (SELECT count(*) FROM scenes) AS scenes,"
        " (SELECT count(DISTINCT scene_id) FROM shots WHERE shot_number = 10 AND duration = 4)"
        " AS shots, (SELECT count(*) FROM revisions WHERE subject = 'scene') AS revisions,"
        " (SELECT count(*) FROM changes WHERE subject = 'scene' AND actor IS NULL) AS changes",
    )
    assert set(counts.values()) == {208}
    [kept] = rows(old, "SELECT document FROM revisions WHERE subject = 'scene' AND subject_id = 5")
    document = json.loads(kept["document"])
    assert len(document.pop("shots")) == 1
    assert document == scene(old, 5)


def test_the_change_log_is_in_the_order_of_the_rows_own_times(old: Path) -> None:
    [row] = rows(old, "SELECT scene_number, updated_at FROM scenes WHERE id = 5")
    log = rows(adopted(old), "SELECT * FROM changes ORDER BY id")
    assert [change["at"] for change in log] == sorted(change["at"] for change in log)
    [of_scene] = [c for c in log if (c["subject"], c["subject_id"]) == ("scene", 5)]
    assert of_scene["text"] == f"Scene {row['scene_number']} adopted"
    assert of_scene["at"] == row["updated_at"].replace(" ", "T") + ".000000Z"


def test_a_video_path_that_was_set_is_pinned(old: Path) -> None:
    pinned = rows(adopted(old), "SELECT DISTINCT video_pinned, video_path IS NULL AS n FROM scenes")
    assert sorted(tuple(row.values()) for row in pinned) == [(0, 1), (1, 0)]


def test_ids_are_not_used_again_where_the_first_service_remembered_them(tmp_path: Path) -> None:
    counting = LENIENT.replace("PRIMARY KEY", "PRIMARY KEY AUTOINCREMENT")
    path = first_service.database(tmp_path, counting)
    insert(path, "projects", [{"id": 70, "name": "gone"}])
    with first_service.opened(path) as db:
        db.execute("DELETE FROM projects")
    adopted(path)
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'projects'"
    assert rows(path, query) == [{"seq": 70}]


def test_a_row_with_the_largest_id_does_not_stop_the_counting(tmp_path: Path) -> None:
    path = lenient(tmp_path, "projects", id=2**63 - 1, name="far")
    query = "SELECT seq FROM sqlite_sequence WHERE name = 'projects'"
    assert rows(path, query) == [{"seq": 0}]


def test_unknown_tables_indexes_and_views_come_along(tmp_path: Path) -> None:
    more = """
        CREATE TABLE lenses (id INTEGER PRIMARY KEY, scene_id REFERENCES scenes (id), mm REAL);
        INSERT INTO lenses VALUES (1, 5, 35.5), (2, 4711, 50);
        CREATE INDEX by_scene ON lenses (scene_id) WHERE mm > 40;
        CREATE VIEW finished AS SELECT id, description FROM scenes WHERE status = 'completed';
        CREATE VIEW on_main AS SELECT id FROM scenes WHERE branch_name = 'main';
    """
    path = sample(tmp_path, more)
    finished = rows(path, "SELECT id FROM finished ORDER BY id")
    adopted(path)
    assert rows(path, "SELECT mm FROM lenses ORDER BY id") == [{"mm": 35.5}, {"mm": 50.0}]
    assert rows(path, "SELECT body FROM studio_notes") == [{"body": "keep me"}]
    assert rows(path, "SELECT id FROM finished ORDER BY id") == finished
    assert finished
    indexes = rows(path, "SELECT sql FROM sqlite_master WHERE name = 'by_scene'")
    assert indexes[0]["sql"].endswith("ON lenses (scene_id) WHERE mm > 40")
    # Ours has no column branch_name: what the view was is told.
    told = [row["stored"] for row in rows(path, "SELECT * FROM oddities WHERE field = 'on_main'")]
    assert any("branch_name = 'main'" in (stored or "") for stored in told)


def test_a_table_of_a_name_of_ours_is_put_behind_first(tmp_path: Path) -> None:
    more = """
        CREATE TABLE takes (id INTEGER PRIMARY KEY, file TEXT);
        CREATE UNIQUE INDEX ix_takes_run_id_id ON takes (file);
        INSERT INTO takes VALUES (3, 'a.mp4');
        CREATE VIEW shots AS SELECT 1 AS one;
    """
    path = adopted(sample(tmp_path, more))
    assert rows(path, "SELECT * FROM first_takes") == [{"id": 3, "file": "a.mp4"}]
    assert rows(path, "SELECT count(*) AS n FROM takes") == [{"n": 0}]
    assert rows(path, "SELECT * FROM first_shots") == [{"one": 1}]
    query = "SELECT tbl_name FROM sqlite_master WHERE name = ?"
    assert rows(path, query, "first_ix_takes_run_id_id") == [{"tbl_name": "first_takes"}]


def test_a_table_of_a_name_that_a_later_version_uses_gives_way_to_it(tmp_path: Path) -> None:
    as_a_version_without_takes_left_it = """
        CREATE TABLE alembic_version (version_num TEXT);
        CREATE TABLE oddities (id INTEGER PRIMARY KEY, subject, subject_id, field, stored, text);
        INSERT INTO oddities VALUES (1, 'table', 0, 'takes', NULL, 'It is kept.');
        CREATE TABLE takes (file TEXT);
        INSERT INTO takes VALUES ('a.mp4');
    """
    path = first_service.database(tmp_path, as_a_version_without_takes_left_it)
    for _start in range(2):
        adopt(Settings(data_dir=tmp_path))
        assert rows(path, "SELECT file FROM first_takes") == [{"file": "a.mp4"}]
        assert rows(path, "SELECT field FROM oddities") == [{"field": "first_takes"}]


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{head}", None, None


def upgrade():
    for table in ("projects", "scenes"):
        with op.batch_alter_table(table, recreate="always") as changed:
            changed.add_column(sa.Column("extra", sa.Text()))
"""


def test_a_table_whose_keys_fit_nothing_keeps_its_rows_and_stops_no_change(tmp_path: Path) -> None:
    more = """
        CREATE TABLE lenses (scene_id REFERENCES scenes (id), kind REFERENCES scenes (lens));
        CREATE UNIQUE INDEX by_kind ON lenses (kind);
        INSERT INTO lenses VALUES (4711, 'wide'), (5, NULL);
    """
    path = adopted(sample(tmp_path, more))
    db = open_database(Settings(data_dir=tmp_path))
    try:
        changed = write_now(db, scenes.update, 5, SceneUpdate(description="a longer lens"))
    finally:
        db.close()
    assert changed.revision == 2
    kept = rows(path, "SELECT * FROM lenses")
    assert kept == [{"scene_id": 4711, "kind": "wide"}, {"scene_id": 5, "kind": None}]
    assert rows(path, "SELECT name FROM sqlite_master WHERE name = 'by_kind'")
    assert rows(path, "SELECT * FROM pragma_foreign_key_check") == []
    assert "REFERENCES scenes (lens)" in oddity(path, "constraint", 0, "lenses")["stored"]


def test_what_came_along_survives_later_migrations(tmp_path: Path) -> None:
    more = """
        CREATE TABLE lenses (scene_id REFERENCES scenes (id));
        INSERT INTO lenses VALUES (5);
        CREATE VIEW finished AS SELECT id FROM scenes WHERE status = 'completed';
    """
    path = adopted(sample(tmp_path / "data", more))
    finished = rows(path, "SELECT id FROM finished ORDER BY id")
    with first_service.opened(path) as db:  # SQLite itself enforces nothing
        db.execute("INSERT INTO lenses VALUES (4711)")
    later = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    (later / "versions/next.py").write_text(NEXT.format(head=head))

    open_database(Settings(data_dir=path.parent), later).close()

    assert rows(path, "SELECT extra FROM scenes WHERE id = 5") == [{"extra": None}]
    assert rows(path, "SELECT id FROM finished ORDER BY id") == finished
    assert rows(path, "SELECT scene_id FROM lenses") == [{"scene_id": 5}, {"scene_id": 4711}]


def test_columns_of_other_people_stay_in_a_whole_copy_of_their_table(tmp_path: Path) -> None:
    more = "ALTER TABLE scenes ADD COLUMN mood TEXT; UPDATE scenes SET mood = 'blue' WHERE id = 5;"
    path = adopted(sample(tmp_path, more))
    [kept] = rows(path, "SELECT mood, branch_name FROM first_scenes WHERE id = 5")
    assert kept["mood"] == "blue"
    told = rows(path, "SELECT text FROM oddities WHERE field = 'first_scenes'")
    assert told == [{"text": "scenes had more columns (mood); it is kept whole as first_scenes."}]


def test_a_trigger_is_told_and_acts_no_more(tmp_path: Path) -> None:
    sql = "CREATE TRIGGER touch AFTER UPDATE ON scenes BEGIN SELECT 1; END"
    path = adopted(sample(tmp_path, f"{sql};"))
    assert rows(path, "SELECT name FROM sqlite_master WHERE type = 'trigger'") == []
    assert oddity(path, "trigger", 0, "touch")["stored"] == sql


def test_the_adopted_file_is_whole_and_a_second_start_leaves_it(old: Path) -> None:
    adopted(old)
    with sqlite3.connect(old) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
    before = old.read_bytes()
    adopted(old)
    assert old.read_bytes() == before
    assert {path.name for path in old.parent.iterdir()} == {DATABASE_FILE, COPY}


def test_what_was_only_in_the_write_ahead_log_is_adopted_and_in_the_copy(tmp_path: Path) -> None:
    """A service that was killed leaves its log; here, it is copied while the service runs."""
    path = sample(tmp_path / "running")
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("UPDATE projects SET name = 'only in the log' WHERE id = 1")
    writer.commit()
    killed = tmp_path / "killed"
    killed.mkdir()
    for ending in ("", "-wal"):
        (killed / f"{DATABASE_FILE}{ending}").write_bytes(
            path.with_name(f"{DATABASE_FILE}{ending}").read_bytes()
        )
    writer.close()
    before = everything(killed)

    found = rows(adopted(killed / DATABASE_FILE), "SELECT name FROM projects WHERE id = 1")
    assert found == [{"name": "only in the log"}]
    assert everything(killed).keys() == {DATABASE_FILE, COPY, f"{COPY}-wal"}
    for ending in ("", "-wal"):
        assert (killed / f"{COPY}{ending}").read_bytes() == before[f"{DATABASE_FILE}{ending}"]
    with first_service.opened(killed / COPY) as copy:
        [row] = copy.execute("SELECT name FROM projects WHERE id = 1").fetchall()
        assert row["name"] == "only in the log"


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_database_of_something_else_is_refused_by_name_and_left_byte_for_byte(
    tmp_path: Path, mode: str
) -> None:
    sql = f"PRAGMA journal_mode = {mode}; CREATE TABLE projects (id INTEGER PRIMARY KEY, recipe);"
    path = first_service.database(tmp_path, sql)
    before = everything(tmp_path)
    with pytest.raises(CannotStart, match="is a database of something else") as refused:
        adopt(Settings(data_dir=tmp_path))
    assert str(path) in refused.value.detail
    assert everything(tmp_path) == before


def test_a_damaged_file_is_refused_by_name_and_left_byte_for_byte(old: Path) -> None:
    damaged = bytearray(old.read_bytes())
    damaged[4096 * 3 :] = b"\x5a" * len(damaged[4096 * 3 :])
    old.write_bytes(damaged)
    with pytest.raises(CannotStart, match="cannot be taken over") as refused:
        adopt(Settings(data_dir=old.parent))
    assert str(old) in refused.value.detail
    assert old.read_bytes() == damaged
    assert everything(old.parent).keys() == {DATABASE_FILE}


def test_beside_a_server_database_the_old_file_is_not_touched(old: Path) -> None:
    before = everything(old.parent)
    adopt(Settings(data_dir=old.parent, database_url="postgresql://db/anime"))
    assert everything(old.parent) == before
