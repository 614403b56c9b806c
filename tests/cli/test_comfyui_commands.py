"""Rendering on a ComfyUI server from the command line: stages, engines, and what takes tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support import comfyui
from tests.support.commands import Tower, as_json, refused, told
from tests.support.factories import Json, make_scene, ok, png
from tests.support.rendering import first_shot, rendered, small_project
from tests.support.services import Service, serving
from tower_anime import sample
from tower_anime.cli.main import app

NAME = "A character in the night"


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one ComfyUI server."""
    data = tmp_path_factory.mktemp("farm")
    with comfyui.running(step_seconds=0.0) as server, serving(data) as service:
        ok(service.api.post("/engines", json={"url": server.url, "name": "gpu1"}))
        yield service


@pytest.fixture
def tower(farm: Service, monkeypatch: pytest.MonkeyPatch) -> Tower:
    monkeypatch.setenv("TOWER_URL", farm.url)
    monkeypatch.setenv("COLUMNS", "160")
    return lambda *typed: CliRunner().invoke(app, [str(word) for word in typed])


def production(farm: Service, *stages: str) -> tuple[Json, Json]:
    """A project with a workflow of its own, which no stage has yet, and a shot of its hero."""
    api = farm.api
    named = [{"name": stage} for stage in stages or ("video",)]
    project = small_project(api, stages=named)
    hero = ok(api.post("/characters", json={"project_id": project["id"], "name": "Hero"}))
    picture = {"file": ("hero.png", png(), "image/png")}
    ok(api.post(f"/characters/{hero['id']}/image", files=picture))
    given = {"name": NAME, "project_id": project["id"], "graph": sample.workflow()}
    workflow = ok(api.post("/workflows", json=given))
    ok(api.put(f"/workflows/{workflow['id']}/bindings", json=sample.bindings()))
    return project, first_shot(api, make_scene(api, project, characters=["Hero"]))


def test_a_stage_is_given_a_workflow_and_its_takes_tell_their_server(
    farm: Service, tower: Tower
) -> None:
    project, _ = production(farm)

    told(tower("projects", "stages", project["id"], f"video={NAME}"))
    assert tower("render", project["id"], "--wait").exit_code == 0
    (take,) = as_json(tower("takes", "list", "-p", project["id"], "--json"))
    listed = told(tower("takes", "list", "-p", project["id"]))
    shown = told(tower("takes", "show", take["id"]))

    assert (take["engine"], take["status"]) == ("comfyui", "done")
    assert "gpu1" in listed
    assert "Its server is gpu1." in shown


def test_stages_are_set_in_their_order_and_keep_the_workflow_that_is_not_named(
    farm: Service, tower: Tower
) -> None:
    project, _ = production(farm)
    of = ("projects", "stages", project["id"])

    (video,) = as_json(tower(*of, f"video={NAME}", "--json"))
    both = as_json(tower(*of, "keyframe", "video", "--json"))
    assert as_json(tower(*of, "--json")) == both
    none = as_json(tower(*of, "keyframe", "video=", "--json"))

    number = video["workflow_id"]
    assert number is not None
    assert [(s["name"], s["workflow_id"]) for s in both] == [("keyframe", None), ("video", number)]
    assert [(s["name"], s["workflow_id"]) for s in none] == [("keyframe", None), ("video", None)]
    assert "no workflow named 'Wan'" in refused(tower(*of, "video=Wan"))
    assert "stages" in refused(tower(*of, "video", "video"))


def test_a_run_is_rendered_by_the_engine_and_the_workflow_that_are_named(
    farm: Service, tower: Tower
) -> None:
    project, _ = production(farm)

    for words, engine in (
        (("--workflow", NAME), "comfyui"),
        (("--engine", "animatic"), "animatic"),
    ):
        typed = ("render", project["id"], "--what", "all", *words, "--json")
        (take,) = as_json(tower(*typed))["takes"]
        assert take["engine"] == engine
    assert "no engine 'blender'" in refused(
        tower("render", project["id"], "--what", "all", "--engine", "blender")
    )


def test_a_take_tells_what_it_waits_for_and_goes_through_where_it_is_told_to(
    farm: Service, tower: Tower, tmp_path: Path
) -> None:
    project, shot = production(farm, "keyframe", "video")
    workflow = ok(farm.api.get(f"/workflows?project_id={project['id']}"))[0]
    bound = {**workflow["bindings"], "first_frame": workflow["bindings"]["character_image:1"]}
    del bound["character_image:1"]
    ok(farm.api.put(f"/workflows/{workflow['id']}/bindings", json=bound))
    asked = ("takes", "request", shot["id"], "--stage", "video", "--workflow", workflow["id"])

    waits = told(tower(*asked))
    rendered(farm.api, shot, stage="keyframe", engine="animatic")
    (waiting,) = as_json(tower(*asked, "--json"))
    (through,) = as_json(tower(*asked, "--through", "--json"))

    assert "It waits for a take of its stage keyframe to be approved." in waits
    assert (waiting["status"], waiting["digest"]) == ("queued", None)
    assert through["waits_for"] is None
    assert through["digest"] is not None
