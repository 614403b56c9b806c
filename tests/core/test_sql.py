"""Statements that a dialect writes in its own words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.settings import Settings
from tower_anime.renders import take_rows


def test_rows_among_many_ids_are_found_by_their_index(tmp_path: Path) -> None:
    open_database(Settings(data_dir=tmp_path)).close()
    sql, bind = take_rows._DECIDED.compiled("sqlite")
    with sqlite3.connect(tmp_path / DATABASE_FILE) as file:
        asked = bind({"among": "[1,2]"})
        steps = [step[3] for step in file.execute(f"EXPLAIN QUERY PLAN {sql}", asked)]
    file.close()
    assert any("SEARCH takes USING INTEGER PRIMARY KEY" in step for step in steps), steps
