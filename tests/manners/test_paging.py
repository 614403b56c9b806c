"""Lists a page at a time: every row once, whatever is written between two pages."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator

import httpx2
import pytest

from tests.support.factories import (
    Json,
    make_character,
    make_project,
    make_scene,
    make_shot,
    ok,
)


def pages(api: httpx2.Client, path: str, **query: object) -> Iterator[list[Json]]:
    """Each page of a list, by the links between them."""
    answer = api.get(path, params=query)
    yield ok(answer)
    while following := answer.links.get("next"):
        answer = api.get(str(api.base_url.copy_with(path="/")).rstrip("/") + following["url"])
        yield ok(answer)


def rows(api: httpx2.Client, path: str, **query: object) -> list[Json]:
    return [row for page in pages(api, path, **query) for row in page]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_the_pages_of_a_list_are_the_list(api: httpx2.Client, limit: int) -> None:
    project = make_project(api)
    scenes = [make_scene(api, project, number) for number in (5, 1, 5, -2, 5, 1, 0)]
    expected = sorted(scenes, key=lambda scene: (scene["scene_number"], scene["id"]))
    assert rows(api, "/scenes", project_id=project["id"], limit=limit) == expected
    assert all(
        len(page) <= limit for page in pages(api, "/scenes", project_id=project["id"], limit=limit)
    )


def test_every_list_has_pages(api: httpx2.Client) -> None:
    project = make_project(api, status="paged")
    characters = [make_character(api, project, name) for name in "ABC"]
    for _ in range(2):
        ok(api.put(f"/characters/{characters[0]['id']}", json={"description": "again"}))
    scenes = [make_scene(api, project, branch_name=name) for name in ("main", "b", "c")]
    for _ in range(2):
        make_shot(api, scenes[0])
    lists = {
        "/projects": {"status": "paged"},
        "/characters": {"project_id": project["id"]},
        f"/characters/{characters[0]['id']}/versions": {},
        f"/projects/{project['id']}/branches": {},
        f"/scenes/{scenes[0]['id']}/shots": {},
        "/scenes": {"project_id": project["id"]},
    }
    for path, query in lists.items():
        whole = ok(api.get(path, params=query))
        assert rows(api, path, limit=2, **query) == whole
        assert len(whole) == 3 or path == "/projects"


def test_the_last_page_leads_nowhere(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in (1, 2):
        make_scene(api, project, number)
    assert "link" in api.get("/scenes", params={"project_id": project["id"], "limit": 1}).headers
    for limit in (2, 3):
        answer = api.get("/scenes", params={"project_id": project["id"], "limit": limit})
        assert "link" not in answer.headers


def test_what_is_written_between_two_pages_repeats_and_drops_nothing(api: httpx2.Client) -> None:
    project = make_project(api)
    scenes = [make_scene(api, project, number) for number in (1, 2, 3, 4)]
    seen: list[int] = []
    for n, page in enumerate(pages(api, "/scenes", project_id=project["id"], limit=2)):
        seen += [scene["id"] for scene in page]
        if n == 0:
            make_scene(api, project, 0)  # before what has been read
            ok(api.delete(f"/scenes/{scenes[0]['id']}"))
    assert seen == [scene["id"] for scene in scenes]


def test_a_count_is_told_only_where_it_is_asked_for(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in range(3):
        make_scene(api, project, number)
    query = {"project_id": project["id"], "limit": 1}
    assert "x-total-count" not in api.get("/scenes", params=query).headers
    for limit in (0, 1, 5):
        answer = api.get("/scenes", params={**query, "limit": limit, "count": "true"})
        assert answer.headers["x-total-count"] == "3"
        assert len(answer.json()) == min(limit, 3)


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA==", "WzFd", "ééé", "W10=", "[]"])
def test_what_is_no_cursor_is_refused(api: httpx2.Client, cursor: str) -> None:
    answer = api.get("/scenes", params={"after": cursor})
    assert answer.status_code == 422
    assert "after" in answer.json()["detail"]


def test_a_cursor_of_another_list_is_refused(api: httpx2.Client) -> None:
    project = make_project(api)
    for number in (1, 2):
        make_scene(api, project, number)
    link = api.get("/scenes", params={"project_id": project["id"], "limit": 1}).links["next"]["url"]
    cursor = httpx2.URL(link).params["after"]
    for path, query in (
        ("/scenes", {}),
        ("/scenes", {"project_id": project["id"], "branch_name": "main"}),
        ("/projects", {"project_id": project["id"]}),
    ):
        answer = api.get(path, params={**query, "after": cursor})
        assert answer.status_code == 422, path
    same = {"project_id": project["id"], "after": cursor, "limit": 50}
    assert [scene["scene_number"] for scene in ok(api.get("/scenes", params=same))] == [2]


@pytest.mark.parametrize(
    "keys",
    [
        [2**31, 1],
        [2**63, 1],
        [1, -(2**63) - 1],
        [1.0, 1],
        [True, 1],
        [1],
        [1, 1, 1],
        ["1", 1],
        [None, 1],
        [[1], 1],
    ],
)
def test_a_forged_cursor_is_refused(api: httpx2.Client, keys: list[object]) -> None:
    project = make_project(api)
    for number in (1, 2):
        make_scene(api, project, number)
    refuse_forged(api, "/scenes", {"project_id": project["id"]}, json.dumps(keys)[1:])


@pytest.mark.parametrize("key", ['"\\ud800"', '"\\u0000"', "NaN", "1e999", "[" * 1_000])
def test_a_forged_text_in_a_cursor_is_refused(api: httpx2.Client, key: str) -> None:
    for _ in range(2):
        make_project(api, status="forged")
    refuse_forged(api, "/projects", {"status": "forged"}, f"{key}, 1]")


def refuse_forged(api: httpx2.Client, path: str, query: Json, keys: str) -> None:
    link = api.get(path, params={**query, "limit": 1}).links["next"]["url"]
    filters = json.loads(urlsafe_b64decode(httpx2.URL(link).params["after"]))[0]
    cursor = urlsafe_b64encode(f'["{filters}", {keys}'.encode()).decode()
    answer = api.get(path, params={**query, "after": cursor})
    assert answer.status_code == 422, answer.text
    assert answer.json()["detail"].startswith("after:")
