"""Entity tags: what has not changed is not sent again, and nobody writes over what they missed."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.factories import (
    Json,
    make_character,
    make_project,
    make_scene,
    ok,
    png,
)


@pytest.fixture
def scene(api: httpx2.Client) -> Json:
    return make_scene(api, make_project(api))


def path_of(scene: Json) -> str:
    return f"/scenes/{scene['id']}"


def first_shot(api: httpx2.Client, scene: Json) -> Json:
    shot: Json = ok(api.get(f"/scenes/{scene['id']}/shots"))[0]
    return shot


def every_row(api: httpx2.Client) -> dict[str, Json]:
    """One row of each kind that has a revision, by its path."""
    project = make_project(api)
    character, scene = make_character(api, project), make_scene(api, project)
    branch = ok(api.get(f"/projects/{project['id']}/branches"))[0]
    cut = ok(api.post("/cuts", json={"project_id": project["id"], "name": "c"}))
    return {
        f"/projects/{project['id']}": project,
        f"/characters/{character['id']}": character,
        path_of(scene): scene,
        f"/shots/{first_shot(api, scene)['id']}": first_shot(api, scene),
        f"/branches/{branch['id']}": branch,
        f"/cuts/{cut['id']}": cut,
    }


def test_every_single_row_has_a_tag_and_is_not_sent_twice(api: httpx2.Client) -> None:
    for path, row in every_row(api).items():
        answer = api.get(path)
        tag = answer.headers["etag"]
        assert tag.startswith(f'"{row["revision"]}-')
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = api.get(path, headers={"If-None-Match": known})
            assert again.status_code == 304
            assert again.content == b""
            assert again.headers["etag"] == tag
        assert api.get(path, headers={"If-None-Match": '"other"'}).json() == answer.json()


def test_a_write_answers_with_the_tag_of_what_it_wrote(api: httpx2.Client, scene: Json) -> None:
    written = api.put(path_of(scene), json={"description": "Rain"})
    assert written.headers["etag"] == api.get(path_of(scene)).headers["etag"]
    before = api.get(path_of(scene)).headers["etag"]
    ok(api.put(f"/shots/{first_shot(api, scene)['id']}", json={"camera": "pan"}))
    changed = api.get(path_of(scene), headers={"If-None-Match": before})
    assert changed.status_code == 200  # its shot changed, and a scene holds its shots


def test_a_write_with_the_newest_tag_goes_through(api: httpx2.Client) -> None:
    for path, row in every_row(api).items():
        if "/branches/" in path:
            continue
        for expected in (api.get(path).headers["etag"], f'"{row["revision"] + 1}"', "*"):
            body = {"description": expected} if "/cuts/" not in path else {"name": expected}
            ok(api.put(path, json=body, headers={"If-Match": expected}))


def test_a_write_over_what_somebody_changed_is_refused_and_says_who_changed_what(
    api: httpx2.Client, scene: Json
) -> None:
    old = api.get(path_of(scene)).headers["etag"]
    ok(api.put(path_of(scene), json={"description": "Rain"}, headers={"X-Actor": "Ana"}))
    ok(api.put(path_of(scene), json={"status": "done"}, headers={"X-Actor": "Björn".encode()}))
    for method, body in (("PUT", {"description": "Snow"}), ("DELETE", None)):
        refused = api.request(method, path_of(scene), json=body, headers={"If-Match": old})
        assert refused.status_code == 412
        assert refused.headers["content-type"] == "application/problem+json"
        sentence = refused.json()["detail"]
        for told in ("Ana", "Björn", "description", "status", "revision 3"):
            assert told in sentence
    now = ok(api.get(path_of(scene)))
    assert (now["description"], now["status"], now["revision"]) == ("Rain", "done", 3)


def test_a_shot_has_a_revision_of_its_own(api: httpx2.Client, scene: Json) -> None:
    shot = first_shot(api, scene)
    path = f"/shots/{shot['id']}"
    ok(api.put(path_of(scene), json={"description": "Rain"}))
    ok(api.put(path, json={"camera": "pan"}, headers={"If-Match": '"1"', "X-Actor": "Ana"}))
    refused = api.put(path, json={"camera": "tilt"}, headers={"If-Match": '"1"'})
    assert refused.status_code == 412
    assert "camera changed (Ana" in refused.json()["detail"]
    assert ok(api.get(path))["revision"] == 2


def test_verbs_on_a_row_heed_if_match_too(api: httpx2.Client, scene: Json) -> None:
    ok(api.delete(path_of(scene)))
    stale = {"If-Match": '"1"'}
    assert api.post(f"{path_of(scene)}/restore", headers=stale).status_code == 412
    ok(api.post(f"{path_of(scene)}/restore", headers={"If-Match": '"2"'}))
    shot = first_shot(api, scene)
    refused = api.post(
        f"/shots/{shot['id']}/withdraw", json={"stage": "video"}, headers={"If-Match": '"9"'}
    )
    assert refused.status_code == 412


def test_a_condition_that_fits_no_row_is_not_passed_over(api: httpx2.Client) -> None:
    project = make_project(api)
    body = {"project_id": project["id"], "scene_number": 1, "description": ""}
    refused = api.post("/scenes", json=body, headers={"If-Match": '"1"'})
    assert refused.status_code == 412
    assert ok(api.get("/scenes", params={"project_id": project["id"]})) == []


def test_of_many_who_write_over_the_same_state_one_gets_through(api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api))
    tag = api.get(path_of(scene)).headers["etag"]
    answers = [
        api.put(path_of(scene), json={"description": str(n)}, headers={"If-Match": tag})
        for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [200, 412, 412, 412, 412]


@pytest.mark.parametrize("known", ['"1"', "1", '"None"', '"null"'])
def test_only_a_whole_tag_saves_an_answer(api: httpx2.Client, scene: Json, known: str) -> None:
    """A cut's progress goes on without a new revision."""
    assert api.get(path_of(scene), headers={"If-None-Match": known}).status_code == 200


def test_a_row_without_a_revision_is_not_expected_at_none(api: httpx2.Client, scene: Json) -> None:
    path = f"/shots/{first_shot(api, scene)['id']}/takes/upload"
    take = ok(api.post(path, files={"file": ("a.png", png())}))
    for expected in ('"None"', "None", '"null"', '""'):
        refused = api.post(f"/takes/{take['id']}/reject", headers={"If-Match": expected})
        assert refused.status_code == 412
    tag = api.get(f"/takes/{take['id']}").headers["etag"]
    ok(api.post(f"/takes/{take['id']}/reject", headers={"If-Match": tag}))


@pytest.mark.parametrize("expected", ["9" * 5_000, "0", "-1", "1e3", ",", '"', "W/"])
def test_whatever_names_no_state_is_refused(api: httpx2.Client, scene: Json, expected: str) -> None:
    answer = api.put(path_of(scene), json={"status": "done"}, headers={"If-Match": expected})
    assert answer.status_code == 412
    assert "created" in answer.json()["detail"]


def test_of_many_changes_a_refusal_tells_the_newest_and_how_many_more(
    api: httpx2.Client, scene: Json
) -> None:
    for n in range(5):
        ok(api.put(path_of(scene), json={"status": str(n)}, headers={"X-Actor": f"P{n}"}))
    refused = api.put(path_of(scene), json={"status": "done"}, headers={"If-Match": '"1"'})
    sentence = refused.json()["detail"]
    assert [f"P{n}" in sentence for n in range(5)] == [False, False, True, True, True]
    assert sentence.endswith("and 2 more")
