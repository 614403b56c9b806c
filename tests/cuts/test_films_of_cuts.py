"""Promises of the films of cuts: how long they are, while they are made, and what is refused."""

import httpx2

from tests.cuts.cutting import assembled, assembling, edit, get_cut, item, make_cut, over
from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import (
    FPS,
    approve,
    approved,
    bytes_of,
    decoded,
    rendered,
    small_project,
    small_shot,
)
from tests.support.services import Service

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


# --- while one is made


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


def test_editing_ends_the_assembling_of_the_items_before(own_service: Service) -> None:
    api = own_service.api
    cut = assembling(api, long_cut(api))
    shot = {"id": cut["items"][0]["shot_id"]}

    edited = edit(api, cut, [item(shot, None, 0.5)])
    done = assembled(api, cut)

    assert edited["status"] == "draft"
    assert done["report"]["frames"] == 0.5 * FPS
