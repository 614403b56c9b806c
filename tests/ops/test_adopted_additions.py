"""What other people put into the first service's database: tables, views, columns, triggers."""

from __future__ import annotations

import shutil
from pathlib import Path

from alembic.script import ScriptDirectory

from tests.ops import first_service
from tests.ops.adopted import adopted, oddity
from tests.ops.first_service import rows, sample
from tower_anime.core.database import write_now
from tower_anime.core.opening import MIGRATIONS, open_database
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneUpdate


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
