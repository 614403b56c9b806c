"""The first service's databases, taken over, and looks into what they have become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import tower_anime.app  # noqa: F401 - with it, every table there is
from tests.ops import first_service
from tests.ops.first_service import LENIENT, insert, rows
from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt

COPY = f"{DATABASE_FILE}.before-adoption"


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
