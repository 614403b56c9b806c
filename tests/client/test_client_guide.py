"""The page "Write a client": each of its commands and programs runs against a real service."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.factories import png
from tests.support.services import PATIENCE, Service
from tower_anime.client import errors

PAGE = Path(__file__).parents[2] / "docs/guide/write-a-client.md"
ADDRESS = "http://127.0.0.1:8321"
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("dialect", ["sqlite"], scope="session")  # it speaks HTTP to either
def test_every_command_on_the_page_goes_well(own_service: Service, tmp_path: Path) -> None:
    (tmp_path / "nana.png").write_bytes(png())
    typed = [line.replace(ADDRESS, own_service.url) for line in pages.commands(PAGE)]

    said = pages.run(typed, tmp_path)

    assert len(re.findall(r'"name" ?: ?"Once"', said)) == 2
    assert len(own_service.api.get("/projects").json()) == 2
    assert 'rel="next"' in said
    assert (tmp_path / "openapi.json").stat().st_size > 0


@pytest.mark.parametrize("dialect", ["sqlite"], scope="session")  # it speaks HTTP to either
def test_every_program_on_the_page_runs(own_service: Service, tmp_path: Path) -> None:
    (tmp_path / "nana.png").write_bytes(png())
    programs = PROGRAM.findall(PAGE.read_text(encoding="utf-8"))
    assert len(programs) == 4

    said = [
        subprocess.run(
            [sys.executable, "-c", program.replace(ADDRESS, own_service.url)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout
        for program in programs
    ]

    assert b"ftyp" in (tmp_path / "episode.mp4").read_bytes()[:12]
    assert said[1].startswith("404 Scene not found")
    assert "Ana" in said[2]
    assert "Watched" in said[3]


def test_the_table_of_errors_is_the_client_s() -> None:
    rows = re.findall(r"^\| ([0-9, ]+) \| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)
    told = {int(status): name for statuses, name in rows for status in statuses.split(", ")}
    assert told == {status: error.__name__ for status, error in errors.BY_STATUS.items()}


def test_the_tree_of_errors_names_every_one() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or ""))
    raised = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert drawn == raised - {"TowerClientError"}
