"""Promises of takes: how they are asked for and what becomes of them."""

import httpx2
import pytest

from tests.support.factories import make_character, make_scene, ok
from tests.support.rendering import (
    FPS,
    begun,
    bytes_of,
    decoded,
    finished,
    first_shot,
    get_take,
    rendered,
    request_takes,
    small_project,
    small_shot,
)
from tests.support.services import Service, until

LONG = 600  # seconds of film: such a take is still running when the test looks


def test_a_take_becomes_a_film_of_the_shots_frames(api: httpx2.Client) -> None:
    shot = small_shot(api, duration=1.3)

    take = rendered(api, shot)

    assert (take["progress"], take["attempt"], take["error"]) == (1.0, 1, None)
    assert take["queued_at"] < take["started_at"] < take["finished_at"]
    assert take["outputs"] == [{"media_id": take["media_id"], "node": None, "index": 0}]
    film = decoded(bytes_of(api, take["media_id"]))
    assert len(film) == round(1.3 * FPS)
    assert {(frame.width, frame.height) for frame in film} == {(160, 90)}
    medium = ok(api.get(f"/media/{take['media_id']}"))
    assert (medium["frames"], medium["fps"], medium["mime"]) == (16, "12/1", "video/mp4")


def test_progress_goes_forward_from_nothing_to_one(api: httpx2.Client) -> None:
    take = request_takes(api, small_shot(api, duration=200))[0]
    seen = [(take["status"], take["progress"])]

    def over() -> bool:
        now = get_take(api, take)
        if (now["status"], now["progress"]) != seen[-1]:
            seen.append((now["status"], now["progress"]))
        return now["status"] == "done"

    until(over, "the end of the take")

    assert seen[0] == ("queued", 0.0)
    assert seen[-1] == ("done", 1.0)
    assert seen == sorted(seen, key=lambda one: (["queued", "running", "done"].index(one[0]), one))
    assert any(status == "running" and 0 < progress < 1 for status, progress in seen)


def test_takes_are_numbered_for_each_shot_and_stage(api: httpx2.Client) -> None:
    project = small_project(api, stages=[{"name": "keyframe"}, {"name": "video"}])
    one, other = small_shot(api, project), small_shot(api, project)

    takes = [
        request_takes(api, one, count=2)[1],
        request_takes(api, one, stage="video")[0],
        request_takes(api, one)[0],
        request_takes(api, other)[0],
    ]

    found = [(take["stage"], take["number"]) for take in takes]
    assert found == [("keyframe", 2), ("video", 1), ("keyframe", 3), ("keyframe", 1)]


# --- seeds


def test_a_given_seed_is_counted_up_over_the_takes(api: httpx2.Client) -> None:
    takes = request_takes(api, small_shot(api), count=3, seed=41)

    assert [take["seed"] for take in takes] == [41, 42, 43]
    assert len({finished(api, take)["media_id"] for take in takes}) == 3


def test_a_shots_own_seed_is_used_unless_another_is_given(api: httpx2.Client) -> None:
    shot = small_shot(api, seed=7)

    assert [take["seed"] for take in request_takes(api, shot, count=2)] == [7, 8]
    assert request_takes(api, shot, seed=0)[0]["seed"] == 0


def test_seeds_beyond_what_javascript_counts_travel_as_text(api: httpx2.Client) -> None:
    takes = request_takes(api, small_shot(api), count=2, seed=str(2**64 - 1))

    assert [take["seed"] for take in takes] == [str(2**64 - 1), 0]


def test_drawn_seeds_differ_and_are_numbers_that_javascript_counts(api: httpx2.Client) -> None:
    seeds = [take["seed"] for take in request_takes(api, small_shot(api), count=32)]

    assert len(set(seeds)) == 32
    assert all(isinstance(seed, int) and 0 <= seed < 2**53 for seed in seeds)
    assert max(seeds) > 2**40  # not drawn from a small range: 32 such draws are less than 10^-120


# --- the same again


def test_the_same_plan_and_seed_are_not_rendered_again(api: httpx2.Client) -> None:
    shot = small_shot(api, seed=20_101)
    first = rendered(api, shot)

    again = request_takes(api, shot)[0]

    assert (again["status"], again["reused_from"]) == ("done", first["id"])
    assert again["media_id"] == first["media_id"]
    assert (again["attempt"], again["started_at"]) == (0, None)
    told = ok(api.get(f"/takes/{again['id']}/provenance"))["sentences"]
    assert f"The same plan and seed had been rendered as take {first['id']}." in told


def test_what_is_asked_for_three_times_at_once_is_rendered_once(api: httpx2.Client) -> None:
    shot = small_shot(api, seed=20_102, duration=60)

    takes = [finished(api, take) for take in [request_takes(api, shot)[0] for _ in range(3)]]

    assert [take["status"] for take in takes] == ["done"] * 3
    assert [take["reused_from"] for take in takes] == [None, takes[0]["id"], takes[0]["id"]]
    assert {take["media_id"] for take in takes} == {takes[0]["media_id"]}
    told = ok(api.get(f"/takes/{takes[2]['id']}/provenance"))["sentences"]
    assert f"The same plan and seed had been rendered as take {takes[0]['id']}." in told


def test_another_plan_or_another_seed_is_rendered(api: httpx2.Client) -> None:
    shot = small_shot(api, seed=1, description="Rendered by no other test of this service")
    first = rendered(api, shot)

    reseeded = rendered(api, shot, seed=2)
    ok(api.put(f"/shots/{shot['id']}", json={"camera": "slow push in"}))
    replanned = rendered(api, shot)

    assert reseeded["digest"] == first["digest"] != replanned["digest"]
    assert [take["reused_from"] for take in (reseeded, replanned)] == [None, None]
    assert len({take["media_id"] for take in (first, reseeded, replanned)}) == 3


def test_retry_renders_the_same_plan_as_a_new_take(api: httpx2.Client) -> None:
    shot = small_shot(api, seed=1)
    first = rendered(api, shot)
    ok(api.put(f"/shots/{shot['id']}", json={"description": "Something else by now"}))

    new = finished(api, ok(api.post(f"/takes/{first['id']}/retry")))

    assert (new["number"], new["digest"], new["seed"]) == (2, first["digest"], 1)
    assert (new["reused_from"], new["attempt"]) == (None, 1)
    assert new["media_id"] == first["media_id"]
    assert get_take(api, first) == first


# --- cancelling


@pytest.mark.usefixtures("one_worker")
def test_a_queued_take_is_cancelled_at_once_and_a_running_one_soon(own_service: Service) -> None:
    api = own_service.api
    shot = small_shot(api, duration=LONG)
    running, queued = request_takes(api, shot, count=2)
    begun(api, running)

    at_once = ok(api.post(f"/takes/{queued['id']}/cancel"))
    ok(api.post(f"/takes/{running['id']}/cancel"))
    soon = finished(api, running)

    assert (at_once["status"], at_once["attempt"]) == ("cancelled", 0)
    assert (soon["status"], soon["media_id"], soon["error"]) == ("cancelled", None, None)
    assert 0 < soon["progress"] < 1
    incoming = own_service.data_dir / "media" / "incoming"
    assert list(incoming.iterdir()) == []
    assert rendered(api, small_shot(api))["status"] == "done"  # the worker is free again


def test_a_finished_take_stays_when_it_is_cancelled(api: httpx2.Client) -> None:
    take = rendered(api, small_shot(api))

    assert ok(api.post(f"/takes/{take['id']}/cancel")) == take


@pytest.mark.usefixtures("one_worker")
def test_a_take_that_goes_on_is_not_retried(own_service: Service) -> None:
    api = own_service.api
    take = begun(api, request_takes(api, small_shot(api, duration=LONG))[0])

    refused = api.post(f"/takes/{take['id']}/retry")
    ok(api.post(f"/takes/{take['id']}/cancel"))
    finished(api, take)
    new = ok(api.post(f"/takes/{take['id']}/retry"))

    assert refused.status_code == 409
    assert refused.json()["detail"] == "This take is not finished; cancel it first."
    assert (new["number"], new["digest"], new["seed"]) == (2, take["digest"], take["seed"])


# --- refused, and told


@pytest.mark.parametrize("name", ["stage", "engine"])
def test_a_stage_or_engine_that_is_not_here_is_refused(api: httpx2.Client, name: str) -> None:
    shot = small_shot(api)

    refused = api.post(f"/shots/{shot['id']}/takes", json={name: "elsewhere"})

    assert refused.status_code == 422
    assert f"no {name} 'elsewhere'" in refused.json()["detail"]
    assert ok(api.get(f"/shots/{shot['id']}/takes")) == []


def test_provenance_tells_which_version_of_each_character_was_drawn(api: httpx2.Client) -> None:
    project = small_project(api)
    hero = make_character(api, project, "Hero")
    ok(api.put(f"/characters/{hero['id']}", json={"prompt": "red scarf"}))
    shot = first_shot(api, make_scene(api, project, characters=["Hero", "Stranger"]))
    take = rendered(api, shot, seed=5)

    told = ok(api.get(f"/takes/{take['id']}/provenance"))

    assert told["plan"]["labels"] == {"character:Hero": "version 2"}
    assert told["plan"]["parts"]["cast"] == ["Hero", "Stranger"]
    assert (told["digest"], told["seed"]) == (take["digest"], 5)
    assert told["sentences"][:2] == [
        "Drawn by the engine animatic with seed 5: 6 frames of 160x90 at 12 a second.",
        "Hero in version 2.",
    ]
    assert told["execution"]["worker"] == "local"
