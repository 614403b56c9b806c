"""`tower-anime workflows`, as people and as programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2

from tests.support.commands import Tower, as_json, refused, told
from tests.support.factories import Json, make_project, ok
from tests.workflows.material import STILL
from tower_anime.workflows.examples import GRAPH


def imported(tower: Tower, api: httpx2.Client, folder: Path) -> Json:
    path = folder / "Keyframe.json"
    path.write_text(json.dumps(GRAPH))
    project = make_project(api)
    found: Json = as_json(tower("workflows", "import", path, "-p", project["id"], "--json"))
    return found


def test_a_file_is_imported_under_its_own_name_and_exported_as_it_was(
    tower: Tower, api: httpx2.Client, tmp_path: Path
) -> None:
    workflow = imported(tower, api, tmp_path)
    assert workflow == ok(api.get(f"/workflows/{workflow['id']}"))
    assert workflow["name"] == "Keyframe"
    assert as_json(tower("workflows", "export", workflow["id"])) == GRAPH
    told(tower("workflows", "export", workflow["id"], tmp_path / "again.json"))
    assert json.loads((tmp_path / "again.json").read_text()) == GRAPH
    still = as_json(tower("workflows", "import", STILL, "--name", "Still", "--json"))
    assert (still["origin"], still["project_id"]) == ("png", None)


def test_a_workflow_is_found_by_its_name_in_a_project(
    tower: Tower, api: httpx2.Client, tmp_path: Path
) -> None:
    workflow = imported(tower, api, tmp_path)
    shown = told(tower("workflows", "show", "Keyframe", "-p", workflow["project_id"]))
    assert "Nothing is bound yet" in shown
    assert "Keyframe" in told(tower("workflows", "list", "-p", workflow["project_id"]))
    assert "no workflow named" in refused(tower("workflows", "show", "no such workflow"))


def test_bindings_are_suggested_confirmed_and_put_right(
    tower: Tower, api: httpx2.Client, tmp_path: Path
) -> None:
    number = imported(tower, api, tmp_path)["id"]
    path = f"/workflows/{number}/suggested-bindings"
    assert as_json(tower("workflows", "suggest", number, "--json")) == ok(api.get(path))
    told(tower("workflows", "bind", number, "--suggested", "--set", "filename_prefix="))
    told(tower("workflows", "bind", number, "--set", "prompt=6.text", "--set", "output=9"))
    bindings = ok(api.get(f"/workflows/{number}"))["bindings"]
    assert (bindings["prompt"], bindings["output"]) == (
        [{"node": "6", "input": "text"}],
        [{"node": "9"}],
    )
    assert "filename_prefix" not in bindings
    assert "seed: node 3, seed" in told(tower("workflows", "show", number))
    (tmp_path / "bindings.json").write_text('{"seed": [{"node": "3", "input": "seed"}]}')
    told(tower("workflows", "bind", number, "--file", tmp_path / "bindings.json"))
    assert ok(api.get(f"/workflows/{number}"))["bindings"].keys() == {"seed"}
    assert "has no input 'words'" in refused(
        tower("workflows", "bind", number, "--set", "prompt=6.words")
    )
    (tmp_path / "bindings.json").write_text("[")
    assert "not valid JSON" in refused(
        tower("workflows", "bind", number, "--file", tmp_path / "bindings.json")
    )


def test_the_trash(tower: Tower, api: httpx2.Client, tmp_path: Path) -> None:
    workflow = imported(tower, api, tmp_path)
    project = ("-p", workflow["project_id"])
    told(tower("workflows", "delete", workflow["id"]))
    listed = as_json(tower("workflows", "list", *project, "--deleted", "--json"))
    assert workflow["id"] in {found["id"] for found in listed}
    told(tower("workflows", "restore", "Keyframe", *project))
    assert ok(api.get(f"/workflows/{workflow['id']}"))["deleted_at"] is None


def test_a_check_without_a_server_ends_with_1_and_says_so(
    tower: Tower, api: httpx2.Client, tmp_path: Path
) -> None:
    workflow = imported(tower, api, tmp_path)
    result = tower("workflows", "check", workflow["id"])
    assert result.exit_code == 1
    assert "no engine" in result.stdout
