"""Waiting for a run from the command line ends where only a person can move it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.renders.comfyui.studio import a_shot, comfy_with, film, staged, still, studio_with
from tests.support.commands import Tower, as_json
from tests.support.factories import Json, ok
from tests.support.rendering import rendered
from tests.support.services import Service
from tower_anime.cli.main import app


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with one ComfyUI server."""
    with ExitStack() as running:
        yield studio_with(running, tmp_path, comfy_with(running))


@pytest.fixture
def tower(service: Service, monkeypatch: pytest.MonkeyPatch) -> Tower:
    monkeypatch.setenv("TOWER_URL", service.url)
    monkeypatch.setenv("COLUMNS", "160")
    return lambda *typed: CliRunner().invoke(app, [str(word) for word in typed])


@pytest.fixture
def project(service: Service) -> Json:
    """One shot whose film begins with its keyframe, of which there is none."""
    api = service.api
    made = staged(api, ("keyframe", still(api)), ("video", film(api)))
    a_shot(api, made)
    return made


def test_a_run_that_waits_for_an_approval_is_not_waited_for(project: Json, tower: Tower) -> None:
    waited = tower("render", project["id"], "--stage", "video", "--wait")

    assert waited.exit_code == 3
    assert "1 take waits for a person; nothing else of run 1 is left." in waited.stderr
    assert "Take 1: It waits for a take of its stage keyframe to be approved." in waited.stderr
    assert "`tower-anime runs wait 1` waits again" in waited.stderr
    (told,) = as_json(tower("runs", "list", "--json"))
    assert (told["waiting"], told["counts"]) == (1, {"queued": 1})


def test_what_is_approved_is_waited_for_to_its_end(
    service: Service, project: Json, tower: Tower
) -> None:
    assert tower("render", project["id"], "--stage", "video", "--wait").exit_code == 3
    (shot,) = ok(service.api.get("/scenes/1/shots"))
    keyframe = rendered(service.api, shot, stage="keyframe")
    ok(service.api.post(f"/shots/{shot['id']}/approve", json={"take_id": keyframe["id"]}))

    waited = tower("runs", "wait", 1, "--json")

    assert waited.exit_code == 0
    told = json.loads(waited.stdout)
    assert (told["counts"], told["waiting"]) == ({"done": 1}, 0)
