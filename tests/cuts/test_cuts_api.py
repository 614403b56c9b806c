"""Promises of cuts: a branch's approved takes in order, edited, and assembled into a film."""

import httpx2

from tests.support.factories import Json, make_scene, make_shot, ok
from tests.support.rendering import (
    FPS,
    approve,
    approved,
    bytes_of,
    decoded,
    first_shot,
    rendered,
    small_project,
    small_shot,
)
from tests.support.services import Service, until

OVER = {"done", "failed", "cancelled"}


def make_cut(api: httpx2.Client, project: Json, name: str = "Rough cut") -> Json:
    return ok(api.post("/cuts", json={"project_id": project["id"], "name": name}))


def get_cut(api: httpx2.Client, cut: Json) -> Json:
    return ok(api.get(f"/cuts/{cut['id']}"))


def edit(api: httpx2.Client, cut: Json, items: list[Json] | None) -> Json:
    return ok(api.put(f"/cuts/{cut['id']}", json={"items": items}))


def assembling(api: httpx2.Client, cut: Json) -> Json:
    """The cut once a frame of its film is there."""
    ok(api.post(f"/cuts/{cut['id']}/assemble"))
    until(lambda: get_cut(api, cut)["progress"] > 0, "the film's first frame")
    return get_cut(api, cut)


def over(api: httpx2.Client, cut: Json) -> Json:
    until(lambda: get_cut(api, cut)["status"] in OVER, "the end of the assembling")
    return get_cut(api, cut)


def assembled(api: httpx2.Client, cut: Json) -> Json:
    ok(api.post(f"/cuts/{cut['id']}/assemble"))
    done = over(api, cut)
    assert done["status"] == "done", done["error"]
    return done


def item(shot: Json, take: Json | None, duration: float) -> Json:
    return {"shot_id": shot["id"], "take_id": take and take["id"], "duration": duration}


def shown(cut: Json) -> list[tuple[int, int | None, float, float]]:
    names = ("shot_id", "take_id", "start", "duration")
    return [tuple(one[name] for name in names) for one in cut["items"]]


# --- items


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


# --- films


def test_a_film_lasts_the_sum_of_its_items_frames_with_slates_for_missing_takes(
    api: httpx2.Client,
) -> None:
    project = small_project(api)
    durations = [0.7, 0.3, 0.55]
    shots = [small_shot(api, project, duration=duration) for duration in durations]
    for shot in (shots[0], shots[2]):
        approved(api, shot)

    cut = assembled(api, make_cut(api, project))

    frames = sum(round(duration * FPS) for duration in durations)
    film = decoded(bytes_of(api, cut["media_id"]))
    assert len(film) == frames
    assert {(frame.width, frame.height) for frame in film} == {(160, 90)}
    assert cut["report"] == {
        "frames": frames,
        "copied": 2,
        "encoded": 0,
        "slates": 1,
        "unreadable": [],
        "sound": False,
    }
    assert (cut["progress"], cut["error"]) == (1.0, None)


def test_an_edited_film_trims_and_holds_its_takes(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project, duration=1)
    take = rendered(api, shot)
    cut = make_cut(api, project)

    edit(api, cut, [item(shot, take, 0.5), item(shot, take, 2), item(shot, take, 1)])
    done = assembled(api, cut)

    assert len(decoded(bytes_of(api, done["media_id"]))) == 3.5 * FPS
    assert (done["report"]["copied"], done["report"]["encoded"]) == (1, 2)


def test_a_take_may_begin_later_than_its_first_frame(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project, duration=1)
    take = rendered(api, shot)
    cut = make_cut(api, project)

    whole, late = item(shot, take, 1), {**item(shot, take, 0.5), "skip": 0.5}
    edited = edit(api, cut, [whole, late])
    done = assembled(api, cut)

    assert ["skip" in one for one in edited["items"]] == [False, True]
    assert edited["items"][1]["skip"] == 0.5
    assert len(decoded(bytes_of(api, done["media_id"]))) == 1.5 * FPS
    assert (done["report"]["copied"], done["report"]["encoded"]) == (1, 1)
    refused = api.put(f"/cuts/{cut['id']}", json={"items": [{**late, "skip": -1}]})
    assert refused.status_code == 422


def test_an_export_leads_to_the_film(api: httpx2.Client) -> None:
    project = small_project(api)
    small_shot(api, project)
    cut = make_cut(api, project)

    early = api.get(f"/cuts/{cut['id']}/export")
    done = assembled(api, cut)
    export = api.get(f"/cuts/{cut['id']}/export", params={"format": "mp4"})

    assert (early.status_code, early.json()["detail"]) == (404, "This cut has not been assembled")
    assert export.status_code == 307
    assert export.headers["Location"] == f"/api/anime/media/{done['media_id']}/file"
    assert ok(api.get(f"/media/{done['media_id']}"))["name"] == "Rough cut.mp4"


def test_an_empty_cut_is_not_assembled(api: httpx2.Client) -> None:
    project = small_project(api)
    scene = make_scene(api, project)
    cut = make_cut(api, project)
    ok(api.delete(f"/scenes/{scene['id']}"))

    refused = api.post(f"/cuts/{cut['id']}/assemble")

    assert refused.status_code == 409
    assert refused.json()["detail"] == "This cut is empty: its branch has no scenes."


def test_a_cut_of_a_shot_in_the_trash_says_which(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    cut = make_cut(api, project)
    edit(api, cut, [item(shot, None, 1)])
    ok(api.delete(f"/scenes/{shot['scene_id']}"))

    refused = api.post(f"/cuts/{cut['id']}/assemble")

    assert refused.status_code == 409
    assert refused.json()["detail"] == (
        f"Shot {shot['id']} of this cut is in the trash; restore it, or edit the cut."
    )


# --- while it is being made


def long_cut(api: httpx2.Client) -> Json:
    """A cut whose film is still being made when the test looks: slates for ten minutes each."""
    project = small_project(api)
    shot = small_shot(api, project)
    return edit(api, make_cut(api, project), [item(shot, None, 600)] * 8)


def test_a_cut_is_assembled_once_at_a_time_and_can_be_cancelled(own_service: Service) -> None:
    api = own_service.api
    cut = assembling(api, long_cut(api))

    again = api.post(f"/cuts/{cut['id']}/assemble")
    ok(api.post(f"/cuts/{cut['id']}/cancel"))
    stopped = over(api, cut)

    assert (again.status_code, again.json()["detail"]) == (
        409,
        "This cut is being assembled already.",
    )
    assert (stopped["status"], stopped["media_id"]) == ("cancelled", None)
    assert list((own_service.data_dir / "media" / "incoming").iterdir()) == []


def test_a_film_that_a_killed_service_was_making_is_made_after_a_restart(
    own_service: Service,
) -> None:
    api = own_service.api
    project = small_project(api)
    shot = small_shot(api, project, duration=1)
    take = approve(api, shot, rendered(api, shot))["approved_take_id"]
    cut = make_cut(api, project)
    edit(api, cut, [{"shot_id": shot["id"], "take_id": take, "duration": 60}] * 4)
    assembling(api, cut)

    own_service.kill()
    api = own_service.restart().api

    done = over(api, cut)
    assert (done["status"], done["progress"], done["report"]["encoded"]) == ("done", 1.0, 4)
    assert ok(api.get(f"/media/{done['media_id']}"))["frames"] == 4 * 60 * FPS


# --- a film, and the items by now


def test_the_film_that_there_is_stays_until_another_is_done(own_service: Service) -> None:
    api = own_service.api
    project = small_project(api)
    shot = small_shot(api, project)
    first = assembled(api, make_cut(api, project))
    edit(api, first, [item(shot, None, 600)] * 8)

    running = assembling(api, first)
    ok(api.post(f"/cuts/{first['id']}/cancel"))
    stopped = over(api, first)
    edit(api, first, [item(shot, None, 1)])
    second = assembled(api, first)

    for cut, status in ((running, "running"), (stopped, "cancelled")):
        assert (cut["status"], cut["media_id"]) == (status, first["media_id"])
        assert cut["report"] == first["report"]
    assert second["media_id"] != first["media_id"]
    assert second["report"]["frames"] == FPS


def test_a_cut_whose_items_were_edited_is_a_draft(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    done = assembled(api, make_cut(api, project))

    same = edit(api, done, [item(shot, None, 0.5)])
    other = edit(api, done, [item(shot, None, 0.75)])

    assert (done["status"], same["status"], other["status"]) == ("done", "done", "draft")
    assert (other["progress"], other["media_id"]) == (0.0, done["media_id"])


def test_editing_ends_the_assembling_of_the_items_before(own_service: Service) -> None:
    api = own_service.api
    cut = assembling(api, long_cut(api))
    shot = {"id": cut["items"][0]["shot_id"]}

    edited = edit(api, cut, [item(shot, None, 0.5)])
    done = assembled(api, cut)

    assert edited["status"] == "draft"
    assert done["report"]["frames"] == 0.5 * FPS


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


def test_a_film_longer_than_what_is_accepted_is_not_begun(api: httpx2.Client) -> None:
    project = small_project(api)
    shot = small_shot(api, project)
    cut = edit(api, make_cut(api, project), [item(shot, None, 3600)] * 5)

    refused = api.post(f"/cuts/{cut['id']}/assemble")

    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "This film would last 18,000.0 seconds; 14,400.0 are accepted here."
    )
    assert get_cut(api, cut) == cut


def test_a_branchs_cuts_are_found_however_its_name_is_composed(api: httpx2.Client) -> None:
    project = small_project(api)
    make_scene(api, project, branch_name="caf\u00e9")
    new = {"project_id": project["id"], "branch_name": "cafe\u0301", "name": "Rough cut"}
    cut = ok(api.post("/cuts", json=new))

    for name in ("caf\u00e9", "cafe\u0301"):
        query = {"project_id": project["id"], "branch_name": name}
        assert ok(api.get("/cuts", params=query)) == [cut]
