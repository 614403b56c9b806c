"""The page "Your first workflow": its commands do as it says, and print what it shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

from PIL import Image

from tests.support import comfyui, pages
from tests.support.factories import ok
from tests.support.services import Service
from tower_anime.workflows.examples import GRAPH

PAGE = Path(__file__).parents[2] / "docs/guide/your-first-workflow.md"
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SIMULATOR = "tower-anime comfyui-simulator "


def shown() -> list[str]:
    """What the page shows as answers."""
    lines = "".join(SESSION.findall(PAGE.read_text(encoding="utf-8"))).splitlines()
    return [line for line in lines if not line.startswith(("$ ", "> "))]


def test_the_page_goes_from_an_export_to_a_scene_that_is_rendered(
    own_service: Service, tmp_path: Path
) -> None:
    (tmp_path / "keyframe.json").write_text(json.dumps(GRAPH))
    environment = {"TOWER_URL": own_service.url, "COLUMNS": "120"}

    with comfyui.running(checkpoints=["anime.safetensors"], step_seconds=0.0) as server:
        address = server.url.removeprefix("http://")
        typed = [command.replace("127.0.0.1:8188", address) for command in pages.commands(PAGE)]
        typed = [command for command in typed if not command.startswith(SIMULATOR)]
        said = "".join(pages.run([command], tmp_path, **environment) for command in typed)

    printed = [line.rstrip() for line in said.splitlines()]
    assert len(shown()) > 10
    assert [line for line in shown() if line not in printed] == []
    assert "There is no engine to check it against." in printed
    workflow = ok(own_service.api.get("/workflows/1"))
    assert workflow["project_id"] == 1
    assert workflow["bindings"].keys() == {
        *("prompt", "negative_prompt", "seed", "width", "height", "output"),
    }
    with Image.open(tmp_path / "rooftop.png") as picture:
        assert picture.size == (1280, 720)
