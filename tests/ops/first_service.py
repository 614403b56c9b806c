"""Databases of the first service: the sample with every oddity, and any that a test dreams up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tower_anime.core.opening import DATABASE_FILE

SAMPLE = Path(__file__).parent / "legacy/anime.sql"

# As the first service made them, but that nothing is refused: people had theirs changed by hand.
LENIENT = """
    CREATE TABLE projects (id INTEGER PRIMARY KEY, name, description, status, created_at,
        updated_at, metadata);
    CREATE TABLE characters (id INTEGER PRIMARY KEY, project_id, name, description, version,
        image_path, comfyui_workflow, created_at, updated_at);
    CREATE TABLE scenes (id INTEGER PRIMARY KEY, project_id, branch_name, scene_number,
        description, characters, video_path, status, created_at, updated_at);
"""

Rows = list[dict[str, Any]]  # a cell is whatever SQLite keeps


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A file to write to; it is committed in the end."""
    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        yield db


def sample(folder: Path, more: str = "") -> Path:
    """The sample in a data folder, and `more` SQL on top of it; the file's path."""
    return database(folder, SAMPLE.read_text(encoding="utf-8") + more)


def database(folder: Path, sql: str) -> Path:
    """A file that SQL makes, as `anime.db` of a data folder; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DATABASE_FILE
    with opened(path) as db:
        db.executescript(sql)
    return path


def insert(path: Path, table: str, rows: Rows) -> None:
    with opened(path) as db:
        for row in rows:
            marks = ", ".join("?" * len(row))
            query = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
            db.execute(query, list(row.values()))


def rows(path: Path, sql: str, *values: object) -> Rows:
    """What a file answers, looked at without leaving a trace."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(sql, values)]


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, byte for byte."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
