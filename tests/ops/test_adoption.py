"""The first service's database opens in place, keeps its ids, and has an exact copy beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.ops import first_service
from tests.ops.adopted import COPY, adopted, lenient
from tests.ops.first_service import LENIENT, everything, insert, rows, sample
from tower_anime.core.errors import CannotStart
from tower_anime.core.opening import DATABASE_FILE
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt


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
