"""Promises of a scene's own workflow: its shots take it, and it goes where the scene goes."""

import httpx2

from tests.support.factories import Json, make_project, make_scene, ok

GRAPH = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}},
}


def make_workflow(api: httpx2.Client) -> Json:
    made: Json = ok(api.post("/workflows", json={"name": "Still", "graph": GRAPH}))
    return made


def test_a_scene_has_a_workflow_of_its_own_or_none(api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api))
    assert scene["workflow_id"] is None
    workflow = make_workflow(api)

    changed = ok(api.put(f"/scenes/{scene['id']}", json={"workflow_id": workflow["id"]}))

    assert changed["workflow_id"] == workflow["id"]
    assert ok(api.get(f"/scenes/{scene['id']}")) == changed
    assert ok(api.put(f"/scenes/{scene['id']}", json={"workflow_id": None}))["workflow_id"] is None


def test_a_workflow_that_is_not_there_is_refused(api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api))

    refused = api.put(f"/scenes/{scene['id']}", json={"workflow_id": 2**31})

    assert (refused.status_code, refused.json()["detail"]) == (404, "Workflow not found")
    assert ok(api.get(f"/scenes/{scene['id']}")) == scene


def test_it_forks_with_the_scene_and_is_merged_as_a_field(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project)
    workflow = make_workflow(api)
    branch = ok(api.post(f"/projects/{project['id']}/branches", json={"name": "still"}))
    [copy] = ok(api.get(f"/scenes?project_id={project['id']}&branch_name=still"))
    ok(api.put(f"/scenes/{copy['id']}", json={"workflow_id": workflow["id"]}))
    [main] = (
        one for one in ok(api.get(f"/projects/{project['id']}/branches")) if one["name"] == "main"
    )

    merged = ok(api.post(f"/branches/{main['id']}/merge", json={"source": branch["id"]}))

    [change] = merged["changes"]
    assert change["fields"].keys() == {"workflow_id"}
    assert ok(api.get(f"/scenes/{scene['id']}"))["workflow_id"] == workflow["id"]
