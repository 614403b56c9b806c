"""Workflows through the API: imported, bound, changed, listed, trashed, and every state kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.branches import newest_change, undo
from tests.support.factories import Json, make_project, ok, png
from tests.support.services import Service
from tests.workflows.material import CLIP, STILL, editor, recorded, saved
from tower_anime.workflows.examples import BINDINGS, GRAPH


def make_workflow(api: httpx2.Client, project: Json | None, **fields: Any) -> Json:
    body = {"name": "Keyframe", "project_id": project and project["id"], "graph": GRAPH}
    made: Json = ok(api.post("/workflows", json={**body, **fields}))
    return made


def bound(api: httpx2.Client, workflow: Json, bindings: Json) -> httpx2.Response:
    return api.put(f"/workflows/{workflow['id']}/bindings", json=bindings)


def upload(api: httpx2.Client, path: Path, **query: Any) -> httpx2.Response:
    with path.open("rb") as file:
        return api.post("/workflows/upload", params=query, files={"file": (path.name, file)})


def test_a_workflow_comes_back_as_it_was_sent(api: httpx2.Client) -> None:
    project = make_project(api)
    made = make_workflow(api, project)
    assert (made["graph"], made["bindings"], made["origin"]) == (GRAPH, {}, "api")
    assert (made["project_id"], made["revision"]) == (project["id"], 1)
    assert ok(api.get(f"/workflows/{made['id']}")) == made
    change = newest_change(api, project)
    assert (change["subject"], change["text"]) == ("workflow", "Keyframe: workflow added")


def test_seeds_beyond_what_javascript_counts_are_kept_exactly(api: httpx2.Client) -> None:
    graph = {"1": {"class_type": "KSampler", "inputs": {"seed": 2**64 - 1, "cfg": 8.0}}}
    made = make_workflow(api, None, graph=graph)
    assert made["graph"]["1"]["inputs"] == {"seed": 2**64 - 1, "cfg": 8.0}


def test_a_projects_list_has_those_for_every_project_too(api: httpx2.Client) -> None:
    one, two = make_project(api, "One"), make_project(api, "Two")
    shared, own, other = (make_workflow(api, project) for project in (None, one, two))
    of_one = [w["id"] for w in ok(api.get(f"/workflows?project_id={one['id']}"))]
    assert of_one[0] == own["id"]
    assert shared["id"] in of_one
    assert other["id"] not in of_one
    assert {own["id"], other["id"]} <= {w["id"] for w in ok(api.get("/workflows?limit=1000"))}


def test_the_trash_has_a_workflow_and_gives_it_back(api: httpx2.Client) -> None:
    project = make_project(api)
    for owner in (project, None):
        path = f"/workflows/{make_workflow(api, owner)['id']}"
        trashed = ok(api.delete(path))
        assert api.get(path).status_code == 404
        assert trashed["id"] in {w["id"] for w in ok(api.get("/workflows?deleted=true"))}
        assert ok(api.post(f"{path}/restore"))["deleted_at"] is None
        assert ok(api.get(path))["revision"] == 3


def test_a_workflow_goes_with_its_project(api: httpx2.Client) -> None:
    project = make_project(api)
    workflow = make_workflow(api, project)
    ok(api.delete(f"/projects/{project['id']}"))
    assert api.get(f"/workflows/{workflow['id']}").status_code == 404
    gone = api.post("/workflows", json={"name": "W", "project_id": project["id"], "graph": GRAPH})
    assert gone.status_code == 404
    assert upload(api, STILL, name="W", project_id=project["id"]).status_code == 404


# --- bindings


def test_bindings_are_confirmed_as_a_revision_and_replace_those_before(api: httpx2.Client) -> None:
    workflow = make_workflow(api, make_project(api))
    assert ok(bound(api, workflow, BINDINGS))["bindings"] == {
        **BINDINGS,
        "width": [
            {
                "node": "5",
                "input": "width",
                "rule": {"multiple": 8, "plus": 0, "least": 256, "most": 2048},
            }
        ],
    }
    after = ok(bound(api, workflow, {"prompt": [{"node": "6", "input": "text"}], "seed": []}))
    assert after["bindings"] == {"prompt": [{"node": "6", "input": "text"}]}
    assert after["revision"] == 3


def test_a_binding_that_does_not_fit_is_refused_in_a_sentence(api: httpx2.Client) -> None:
    workflow = make_workflow(api, make_project(api))
    refused = bound(api, workflow, {"prompt": [{"node": "3", "input": "positive"}]})
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "The input 'positive' of node 3 (KSampler) comes from node 6 (Positive): bind an input of"
        " that."
    )
    assert bound(api, workflow, {"mood": []}).status_code == 422
    assert ok(api.get(f"/workflows/{workflow['id']}"))["revision"] == 1


def test_what_is_suggested_can_be_confirmed_as_it_is(api: httpx2.Client) -> None:
    workflow = make_workflow(api, make_project(api))
    suggested = ok(api.get(f"/workflows/{workflow['id']}/suggested-bindings"))
    places = [p for name in suggested["bindings"] for p in suggested["bindings"][name]]
    assert len(places) == len(suggested["reasons"])
    confirmed = ok(bound(api, workflow, suggested["bindings"]))
    assert confirmed["bindings"] == suggested["bindings"]
    assert confirmed["bindings"]["negative_prompt"] == [{"node": "7", "input": "text"}]


def test_a_new_graph_must_have_what_is_bound_or_comes_with_bindings(api: httpx2.Client) -> None:
    workflow = make_workflow(api, make_project(api))
    ok(bound(api, workflow, {"prompt": [{"node": "6", "input": "text"}]}))
    path, graph = f"/workflows/{workflow['id']}", recorded("still_512")
    refused = api.put(path, json={"graph": graph})
    assert refused.status_code == 422
    assert "node 6 (Compose) has no input 'text'" in refused.json()["detail"]
    picture = {"character_image:1": [{"node": "1", "input": "image"}]}
    after = ok(api.put(path, json={"graph": {"prompt": graph}, "bindings": picture}))
    assert (after["graph"], after["bindings"]) == (graph, picture)


def test_a_workflows_changes_are_taken_back(api: httpx2.Client) -> None:
    project = make_project(api)
    workflow = make_workflow(api, project)
    path = f"/workflows/{workflow['id']}"
    ok(bound(api, workflow, {"prompt": [{"node": "6", "input": "text"}]}))
    confirmed = newest_change(api, project)
    ok(api.put(path, json={"name": "Softer"}))
    ok(undo(api, confirmed))
    now = ok(api.get(path))
    assert (now["bindings"], now["name"]) == ({}, "Softer")
    ok(api.put(path, json={"graph": recorded("still_512")}))
    ok(undo(api, newest_change(api, project)))
    assert ok(api.get(path))["graph"] == GRAPH


def test_a_change_of_what_somebody_changed_since_is_refused(api: httpx2.Client) -> None:
    workflow = make_workflow(api, make_project(api))
    path = f"/workflows/{workflow['id']}"
    ok(api.put(path, json={"name": "Softer"}))
    late = api.put(f"{path}/bindings", json={}, headers={"If-Match": '"1"'})
    assert late.status_code == 412


# --- files


@pytest.mark.parametrize(("path", "name"), [(STILL, "still_512"), (CLIP, "video_mp4")])
def test_a_file_that_a_server_wrote_has_its_workflow_inside(
    api: httpx2.Client, service: Service, path: Path, name: str
) -> None:
    project = make_project(api)
    made = ok(upload(api, path, name="From a take", project_id=project["id"]))
    assert made["origin"] == path.suffix.removeprefix(".")
    assert made["graph"].keys() == recorded(name).keys()
    assert list((service.data_dir / "media/incoming").iterdir()) == []


def test_a_file_is_read_without_keeping_anything(api: httpx2.Client, service: Service) -> None:
    before = ok(api.get("/changes", params={"limit": 1}))
    with STILL.open("rb") as file:
        found = ok(api.post("/workflows/read", files={"file": (STILL.name, file)}))
    assert (found["graph"].keys(), found["origin"]) == (recorded("still_512").keys(), "png")
    assert ok(api.get("/changes", params={"limit": 1})) == before
    assert list((service.data_dir / "media/incoming").iterdir()) == []
    refused = api.post("/workflows/read", files={"file": ("file", b"{")})
    assert (refused.status_code, "not valid JSON" in refused.json()["detail"]) == (422, True)


def test_a_json_file_is_taken_in_any_format(api: httpx2.Client, tmp_path: Path) -> None:
    path = tmp_path / "workflow.json"
    path.write_text("\ufeff" + json.dumps({"prompt": GRAPH}))
    made = ok(upload(api, path, name="Exported"))
    assert (made["graph"], made["origin"], made["project_id"]) == (GRAPH, "api", None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(), "no workflow inside"),
        (b"{", "not valid JSON"),
        (b"PK\x03\x04 and so on", "a ZIP archive"),
    ],
)
def test_other_files_are_refused_with_the_reason(
    api: httpx2.Client, tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    refused = upload(api, path, name="W")
    assert refused.status_code == 422
    assert reason in refused.json()["detail"]


def test_the_editors_format_needs_a_server_and_says_what_to_do(own_service: Service) -> None:
    file = editor([saved(1, None)], [])
    refused = own_service.api.post("/workflows", json={"name": "W", "graph": file})
    assert refused.status_code == 422
    detail = refused.json()["detail"]
    assert "Add a server" in detail
    assert "Workflow → Export (API)" in detail


def test_without_engines_a_check_tells_of_none(own_service: Service) -> None:
    workflow = make_workflow(own_service.api, None)
    assert ok(own_service.api.post(f"/workflows/{workflow['id']}/check")) == []
    assert own_service.api.post("/workflows/99/check").status_code == 404


def test_a_graph_that_every_revision_would_keep_has_a_bound(api: httpx2.Client) -> None:
    large = {"1": {"class_type": "Note", "inputs": {"text": "x" * 2_000_000}}}
    refused = api.post("/workflows", json={"name": "W", "graph": large})
    assert refused.status_code == 413
    assert "2,000,000 characters" in refused.json()["detail"]
