"""Promises of cuts: a branch's approved takes in order, followed until they are edited."""

import httpx2

from tests.cuts.cutting import assembled, edit, get_cut, item, make_cut, shown
from tests.support.factories import Json, make_scene, make_shot, ok
from tests.support.rendering import approved, first_shot, rendered, small_project, small_shot


def test_a_cut_is_its_branchs_shots_in_the_order_of_the_story(api: httpx2.Client) -> None:
    project = small_project(api)
    third = first_shot(api, make_scene(api, project, 1, episode=2))
    second = make_scene(api, project, 2, episode=1)
    first = first_shot(api, make_scene(api, project, 1, episode=1))
    two = first_shot(api, second), make_shot(api, second, duration=0.5, shot_number=5)
    no_episode = small_shot(api, project)
    take = approved(api, two[1])

    cut = make_cut(api, project)

    order = [no_episode, first, *two, third]
    assert [one["shot_id"] for one in cut["items"]] == [shot["id"] for shot in order]
    assert [one["take_id"] for one in cut["items"]] == [None, None, None, take["id"], None]
    assert [one["start"] for one in cut["items"]] == [0, 0.5, 1.0, 1.5, 2.0]
    assert (cut["duration"], cut["status"], cut["follows_branch"]) == (2.5, "draft", True)


def test_a_cut_follows_its_branch_until_its_items_are_edited(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    cut = make_cut(api, project)
    take = approved(api, shot)

    followed = assembled(api, cut)
    edited = edit(api, cut, [item(shot, take, 1.5), item(shot, None, 0.25)])
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 3}))
    kept = assembled(api, cut)
    back = edit(api, cut, None)

    assert shown(followed) == [(shot["id"], take["id"], 0.0, 0.5)]
    assert shown(edited) == [(shot["id"], take["id"], 0.0, 1.5), (shot["id"], None, 1.5, 0.25)]
    assert (edited["follows_branch"], edited["duration"]) == (False, 1.75)
    assert shown(kept) == shown(edited)
    assert shown(back) == [(shot["id"], take["id"], 0.0, 3.0)]
    assert back["follows_branch"]


def test_items_are_of_the_cuts_own_branch_and_shots(api: httpx2.Client) -> None:
    project = small_project(api)
    shot, other = small_shot(api, project), small_shot(api, project)
    elsewhere = first_shot(api, make_scene(api, project, branch_name="other ending"))
    cut = make_cut(api, project)
    take = rendered(api, other)

    def refused(items: list[Json]) -> tuple[int, str]:
        response = api.put(f"/cuts/{cut['id']}", json={"items": items})
        return response.status_code, response.json()["detail"]

    assert refused([item(shot, take, 1)]) == (
        409,
        f"Take {take['id']} is no finished take of shot {shot['id']}.",
    )
    assert refused([item(elsewhere, None, 1)]) == (
        409,
        f"Shot {elsewhere['id']} is not on this cut's branch.",
    )
    assert refused([item(shot, None, 0)])[0] == 422
    assert get_cut(api, cut)["revision"] == cut["revision"]


def test_a_cut_whose_items_were_edited_is_a_draft(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    done = assembled(api, make_cut(api, project))

    same = edit(api, done, [item(shot, None, 0.5)])
    other = edit(api, done, [item(shot, None, 0.75)])

    assert (done["status"], same["status"], other["status"]) == ("done", "done", "draft")
    assert (other["progress"], other["media_id"]) == (0.0, done["media_id"])


def test_a_cut_that_follows_its_branch_shows_it_as_it_is_now(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    done = assembled(api, make_cut(api, project))
    unchanged = get_cut(api, done)

    ok(api.put(f"/shots/{shot['id']}", json={"duration": 2}))
    changed = get_cut(api, done)
    [listed] = ok(api.get("/cuts", params={"project_id": project["id"]}))
    ok(api.put(f"/shots/{shot['id']}", json={"duration": 0.5}))

    assert unchanged == done
    assert (changed["status"], changed["duration"]) == ("draft", 2.0)
    assert shown(changed) == [(shot["id"], None, 0.0, 2.0)]
    assert listed == changed
    assert get_cut(api, done) == done  # its film is of these items again


def test_a_branchs_cuts_are_found_however_its_name_is_composed(api: httpx2.Client) -> None:
    project = small_project(api)
    make_scene(api, project, branch_name="caf\u00e9")
    new = {"project_id": project["id"], "branch_name": "cafe\u0301", "name": "Rough cut"}
    cut = ok(api.post("/cuts", json=new))

    for name in ("caf\u00e9", "cafe\u0301"):
        query = {"project_id": project["id"], "branch_name": name}
        assert ok(api.get("/cuts", params=query)) == [cut]
