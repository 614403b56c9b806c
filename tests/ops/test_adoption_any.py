"""Whatever somebody put into the first service's tables, it is adopted, and no row is lost."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tower_anime.app  # noqa: F401 - with it, every table there is
from tests.ops import first_service
from tests.ops.first_service import LENIENT, insert, rows
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.text import dump
from tower_anime.ops.adoption.schema import COLUMNS
from tower_anime.ops.adoption.service import adopt
from tower_anime.ops.adoption.values import as_stored, utc

WHOLE = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "",
        "main",
        "2025-10-05 04:57:46",
        "2025-10-05T04:57:46.802250",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "a\0b",
        '["Hero"]',
        '["Hero", null]',
        '{"a": NaN}',
        '{"a": 1e400}',
        '{"a": "\\ud800"}',
        '{"a": 123456789012345678901234567890}',
        "[" * 1000,
    ]
)
CELLS = st.none() | WHOLE | st.floats(allow_nan=False) | TEXTS | st.binary(max_size=20)
REFERENCES = st.integers(1, 4) | CELLS


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows of each table, with any cell in any column but `id`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, columns in COLUMNS.items():
        ids = draw(st.lists(st.integers(1, 5) | WHOLE, max_size=4, unique=True))
        cells = dict.fromkeys(sorted(columns - {"id", "project_id"}), CELLS)
        if "project_id" in columns:
            cells["project_id"] = REFERENCES
        found[table] = [{"id": row_id, **draw(st.fixed_dictionaries(cells))} for row_id in ids]
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_any_database_of_the_first_service_is_adopted_without_losing_a_row(
    old: dict[str, list[dict[str, Any]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = first_service.database(Path(folder), LENIENT)
        for table, found in old.items():
            insert(path, table, found)
        adopt(Settings(data_dir=path.parent))
        open_database(Settings(data_dir=path.parent)).close()
        for table, found in old.items():
            ids = {row["id"] for row in rows(path, f"SELECT id FROM {table}")}
            assert {row["id"] for row in found} <= ids
            _require_nothing_lost(path, table, found)
        _require_readable(path)


def _require_readable(path: Path) -> None:
    for row in rows(path, "SELECT shown FROM scenes"):
        assert isinstance(json.loads(row["shown"])["characters"], list)
    for row in rows(path, "SELECT json(document) AS document FROM revisions"):
        assert isinstance(json.loads(row["document"]), dict)
    times = "SELECT created_at AS at FROM {0} UNION ALL SELECT updated_at FROM {0}"
    for table in COLUMNS:
        for row in rows(path, times.format(table)):
            assert len(row["at"]) == 27


def _require_nothing_lost(path: Path, table: str, old: list[dict[str, Any]]) -> None:
    """Each cell stands where it stood, or among the oddities, exactly as it was."""
    query = f"SELECT * FROM {table} WHERE id = ?"
    odd = "SELECT stored FROM oddities WHERE subject = ? AND subject_id = ? AND field = ?"
    for before in old:
        [now] = rows(path, query, before["id"])
        if table == "scenes":
            now["branch_name"] = json.loads(now["shown"])["branch_name"]
        for field, cell in before.items():
            if cell is not None and now[field] not in (cell, utc(cell), _as_json(cell)):
                found = rows(path, odd, table[:-1], before["id"], field)
                assert as_stored(cell) in [row["stored"] for row in found], (field, cell)


def _as_json(cell: object) -> str | None:
    try:
        return dump(json.loads(cell)) if isinstance(cell, str | bytes) else None
    except (ValueError, RecursionError):
        return None
