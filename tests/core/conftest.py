"""Fixtures of the ground: settings of an empty database that a test opens itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.settings import Settings
from tower_anime.core.sqlite import SqliteDatabase


@pytest.fixture
def settings(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty database, on SQLite and on PostgreSQL."""
    url = request.getfixturevalue("new_postgresql")() if dialect == "postgresql" else None
    return Settings(data_dir=tmp_path, database_url=url)


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    """The path of a SQLite file with nothing in it but its tables."""
    open_database(Settings(data_dir=tmp_path)).close()
    return tmp_path / DATABASE_FILE


@pytest.fixture
def sqlite_db(new_file: Path) -> Iterator[SqliteDatabase]:
    """An empty database, with access to what SQLite's alone has."""
    db = SqliteDatabase(new_file)
    yield db
    db.close()
