"""The page "Trying another ending": its commands tell its story, and print what it shows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.factories import ok
from tests.support.services import Service

PAGE = Path(__file__).parents[2] / "docs/guide/trying-another-ending.md"
LAST_TUESDAY = "2026-11-17T18:00"
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown() -> list[str]:
    """What the page shows as answers."""
    sessions = SESSION.findall(PAGE.read_text(encoding="utf-8"))
    lines = [line for session in sessions for line in session.splitlines()]
    return [line for line in lines if not line.startswith("$ ")]


@pytest.mark.parametrize("dialect", ["sqlite"], scope="session")  # it speaks HTTP to either
def test_the_story_on_the_page_is_told_by_typing_it(own_service: Service, tmp_path: Path) -> None:
    environment = {"TOWER_URL": own_service.url, "COLUMNS": "100"}
    before, *since = pages.commands(PAGE)

    pages.run([before], tmp_path, **environment)
    then = datetime.now(UTC).isoformat()
    typed = [command.replace(LAST_TUESDAY, then) for command in since]
    assert typed != since
    said = "".join(pages.run([command], tmp_path, **environment) for command in typed)

    printed = [line.rstrip() for line in said.splitlines()]
    assert [line for line in shown() if line not in printed] == []
    assert len(shown()) > 5
    [main] = ok(own_service.api.get("/projects/1/branches"))
    scenes = ok(own_service.api.get("/scenes?project_id=1&branch_name=main"))
    assert [(scene["description"], scene["characters"]) for scene in scenes] == [
        ("Night, a rooftop. Nana waits.", ["Kaguya"]),
        ("The moon gate stays shut.", []),
        ("Nana leaves through the gate.", ["Kaguya"]),
        ("The city wakes.", []),
    ]
    assert main["name"] == "main"
