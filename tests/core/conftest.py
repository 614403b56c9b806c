"""Fixtures of the ground: settings of an empty database that a test opens itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tower_anime.core.settings import Settings


@pytest.fixture
def settings(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty database, on SQLite and on PostgreSQL."""
    url = request.getfixturevalue("new_postgresql")() if dialect == "postgresql" else None
    return Settings(data_dir=tmp_path, database_url=url)
