"""The page "Your first workflow": its commands do as it says, and print what it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.support import pages
from tests.support.factories import ok
from tests.support.services import Service
from tower_anime.workflows.examples import GRAPH

PAGE = Path(__file__).parents[2] / "docs/guide/your-first-workflow.md"
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_goes_from_an_export_to_a_workflow_that_is_bound(
    own_service: Service, tmp_path: Path
) -> None:
    (tmp_path / "keyframe.json").write_text(json.dumps(GRAPH))
    environment = {"TOWER_URL": own_service.url, "COLUMNS": "120"}

    said = pages.run(pages.commands(PAGE), tmp_path, **environment)

    printed = [line.rstrip() for line in said.splitlines()]
    shown = [line for session in SESSION.findall(PAGE.read_text()) for line in session.splitlines()]
    assert len(shown) > 5
    assert [line for line in shown if not line.startswith("$ ") and line not in printed] == []
    assert "There is no engine to check it against." in printed
    workflow = ok(own_service.api.get("/workflows/1"))
    assert workflow["project_id"] == 1
    assert workflow["bindings"].keys() == {
        *("prompt", "negative_prompt", "seed", "width", "height", "output"),
    }
