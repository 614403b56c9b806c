"""The large production of the benchmarks fits the tables that there are."""

from __future__ import annotations

from pathlib import Path

from benchmarks import productions
from tests.support.factories import ok
from tests.support.services import serving


def test_a_production_has_its_scenes_takes_and_approvals(tmp_path: Path) -> None:
    productions.fill(tmp_path / "data", 3)

    with serving(tmp_path / "data") as service:
        board = ok(service.api.get("/projects/1/board"))
        takes = ok(service.api.get("/takes", params={"project_id": 1, "limit": 100}))

    assert [one["scene_number"] for one in board] == [1, 2, 3]
    assert len(takes) == 3 * productions.TAKES
    assert {take["status"] for take in takes} == {"done"}
