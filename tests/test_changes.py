"""The change log over HTTP, as a list: in order, in pages, filtered."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.changes import changes_of
from tests.support.factories import make_project, make_scene, ok
from tests.support.refusals import refused
from tower_anime.core.schemas import Change as ShownChange


def test_changes_are_listed_in_order_and_tell_who_what_and_where(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project, description="Dusk")
    named = {"X-Actor": "Mika"}
    ok(api.put(f"/scenes/{scene['id']}", json={"description": "Night"}, headers=named))
    found = changes_of(api, project)
    assert all(ShownChange.model_validate(change) for change in found)
    assert [change["id"] for change in found] == sorted(change["id"] for change in found)
    assert [(change["subject"], change["verb"]) for change in found] == [
        ("project", "created"),
        ("branch", "created"),
        ("scene", "created"),
        ("scene", "changed"),
    ]
    last = found[-1]
    assert (last["subject_id"], last["revision"], last["actor"]) == (scene["id"], 2, "Mika")
    assert (last["project_id"], last["branch_name"]) == (project["id"], "main")
    assert last["text"] == "Scene 1: description changed"
    assert last["data"] == {"fields": ["description"]}


def test_the_pages_of_a_list_are_the_list(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in range(1, 6):
        make_scene(api, project, number)
    whole = changes_of(api, project)
    address, pages = f"/api/anime/changes?project_id={project['id']}&limit=3", []
    while address:
        answer = api.get(httpx2.URL(api.base_url).join(address))
        pages.append(ok(answer))
        address = answer.links.get("next", {}).get("url", "")
    assert [change for page in pages for change in page] == whole
    assert [len(page) for page in pages] == [3, 3, 1]
    answer = api.get("/changes", params={"project_id": project["id"], "limit": 0, "count": "true"})
    assert (ok(answer), answer.headers["x-total-count"], answer.links) == ([], "7", {})


def test_a_list_is_read_backwards_in_pages(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in range(1, 6):
        make_scene(api, project, number)
    whole = changes_of(api, project)
    address = f"/api/anime/changes?project_id={project['id']}&newest_first=true&limit=3"
    pages = []
    while address:
        answer = api.get(httpx2.URL(api.base_url).join(address))
        pages.append(ok(answer))
        address = answer.links.get("next", {}).get("url", "")
    assert [change for page in pages for change in page] == whole[::-1]
    assert [len(page) for page in pages] == [3, 3, 1]
    found = changes_of(
        api, project, newest_first="true", before=whole[4]["id"], after=whole[1]["id"]
    )
    assert found == [whole[3], whole[2]]
    found = changes_of(api, project, newest_first="true", branch_name="main", limit=1)
    assert found == [whole[-1]]


def test_filters_combine(api: httpx2.Client) -> None:
    project = make_project(api)
    scene = make_scene(api, project, branch_name="alt-ending")
    make_scene(api, project)
    assert len(changes_of(api, project, branch_name="alt-ending")) == 2
    assert len(changes_of(api, project, subject="scene")) == 2
    [found] = changes_of(api, project, branch_name="alt-ending", subject="scene")
    assert found["subject_id"] == scene["id"]
    [found] = changes_of(api, project, subject="scene", subject_id=scene["id"])
    assert found["branch_name"] == "alt-ending"
    assert changes_of(api, project, actor="Nobody") == []


def test_changes_of_what_is_in_the_trash_stay_listed(api: httpx2.Client) -> None:
    project = make_project(api)
    make_scene(api, project)
    before = changes_of(api, project)
    ok(api.delete(f"/projects/{project['id']}"))
    after = changes_of(api, project)
    assert after[:-1] == before
    assert after[-1]["verb"] == "deleted"


@pytest.mark.parametrize(
    "query",
    [
        "after=-1",
        "after=x",
        f"after={2**63}",
        "before=3",
        "project_id=x",
        "limit=10001",
        "actor=%00",
    ],
)
def test_what_cannot_be_asked_is_refused(api: httpx2.Client, query: str) -> None:
    refused(api.get(f"/changes?{query}"), 422)


def test_a_list_after_a_change_that_the_log_never_had_is_refused(api: httpx2.Client) -> None:
    assert "The change log ends at" in refused(api.get(f"/changes?after={2**60}"), 409)
