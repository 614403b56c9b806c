"""Pictures first, then films: what waits for what, and what is brought to the server for it."""

from __future__ import annotations

import json

from tests.renders.comfyui.studio import (
    FILM,
    HERO_FILM,
    Studio,
    a_hero,
    a_shot,
    film,
    fresh,
    is_of,
    picture_of,
    sent_for,
    staged,
    still,
)
from tests.support.factories import Json, make_scene, make_shot, ok, png
from tests.support.rendering import (
    approve,
    approved,
    finished,
    first_shot,
    get_take,
    rendered,
    request_takes,
)

RED, BLUE = (255, 0, 0), (0, 0, 255)


def in_two_stages(studio: Studio) -> Json:
    """A project of pictures and films."""
    api = studio.api
    return staged(api, ("keyframe", still(api)), ("video", film(api, FILM)))


def uploaded(studio: Studio, shot: Json, stage: str, colour: str) -> Json:
    """A picture of one colour, as a take that was made elsewhere."""
    picture = {"file": ("drawn.png", png(colour=colour), "image/png")}
    answer = studio.api.post(
        f"/shots/{shot['id']}/takes/upload", files=picture, params={"stage": stage}
    )
    take: Json = ok(answer)
    return take


def stale(studio: Studio, project: Json) -> list[tuple[str, list[str]]]:
    found = ok(studio.api.get(f"/projects/{project['id']}/stale"))
    return [(one["stage"], [cause["text"] for cause in one["causes"]]) for one in found]


def test_a_film_waits_until_its_picture_is_approved_and_begins_with_it(studio: Studio) -> None:
    api = studio.api
    shot = a_shot(api, in_two_stages(studio))
    [waits] = request_takes(api, shot, stage="video", seed=fresh())
    assert (waits["status"], waits["digest"]) == ("queued", None)
    assert waits["waits_for"] == "It waits for a take of its stage keyframe to be approved."
    told = ok(api.get(f"/takes/{waits['id']}/provenance"))
    assert (told["plan"], told["sentences"]) == (None, [waits["waits_for"]])
    keyframe = uploaded(studio, shot, "keyframe", "red")
    assert get_take(api, waits)["status"] == "queued"

    approve(api, shot, keyframe)

    done = finished(api, waits)
    assert (done["status"], done["waits_for"]) == ("done", None)
    assert is_of(RED, picture_of(api, done))


def test_another_picture_makes_the_film_stale_and_the_stale_one_is_rendered(
    studio: Studio,
) -> None:
    api = studio.api
    project = in_two_stages(studio)
    shot = a_shot(api, project)
    red, blue = (uploaded(studio, shot, "keyframe", colour) for colour in ("red", "blue"))
    approve(api, shot, red)
    approved(api, shot, stage="video", seed=fresh())
    assert stale(studio, project) == []

    approve(api, shot, blue)

    assert stale(studio, project) == [("video", ["keyframe: take"])]
    asked = {"what": "stale", "stage": "video"}
    [again] = ok(api.post(f"/projects/{project['id']}/render", json=asked))["takes"]
    done = finished(api, again)
    assert is_of(BLUE, picture_of(api, done))
    approve(api, shot, done)
    assert stale(studio, project) == []


def test_through_takes_the_newest_picture_and_says_so(studio: Studio) -> None:
    api = studio.api
    shot = a_shot(api, in_two_stages(studio))
    uploaded(studio, shot, "keyframe", "red")
    newest = uploaded(studio, shot, "keyframe", "blue")

    film_take = rendered(api, shot, stage="video", seed=fresh(), through=True)

    assert is_of(BLUE, picture_of(api, film_take))
    plan = ok(api.get(f"/takes/{film_take['id']}/provenance"))["plan"]
    [source] = plan["sources"]["first_frame"]
    assert source[3] == f"take {newest['number']}, the newest"


def test_a_shot_goes_on_from_the_last_frame_of_the_one_before(studio: Studio) -> None:
    api = studio.api
    project = staged(api, ("video", film(api, HERO_FILM)))
    a_hero(api, project, "blue")
    scene = make_scene(api, project, characters=["Hero"])
    first = first_shot(api, scene)
    second = make_shot(api, scene, duration=0.5)
    goes_on = film(api, FILM)
    ok(
        api.put(
            f"/shots/{second['id']}",
            json={
                "inputs": {"first_frame": {"shot": "previous", "frame": "last"}},
                "stages": {"video": {"workflow_id": goes_on["id"]}},
            },
        )
    )
    [waits] = request_takes(api, second, stage="video", seed=fresh())
    assert waits["waits_for"] == (
        f"It waits for a take of shot {first['shot_number']} (stage video) to be approved."
    )

    approved(api, first, seed=fresh())

    done = finished(api, waits)
    assert done["status"] == "done", done["error"]
    assert is_of(BLUE, picture_of(api, done), below=30)  # the hero is below the middle there
    [sent] = sent_for(studio.comfy, done)
    name = sent["graph"]["1"]["inputs"]["image"]
    assert name.endswith(".png")
    assert (studio.comfy.folder / "input" / name).is_file()


def test_shots_that_wait_for_each_other_are_refused(studio: Studio) -> None:
    api = studio.api
    project = staged(api, ("video", film(api, FILM)))
    scene = make_scene(api, project)
    first = first_shot(api, scene)
    second = make_shot(api, scene, duration=0.5)
    for one, other in ((first, second), (second, first)):
        inputs = {"first_frame": {"shot": other["lineage"]}}
        ok(api.put(f"/shots/{one['id']}", json={"inputs": inputs}))

    answer = api.post(f"/shots/{first['id']}/takes", json={})

    assert answer.status_code == 422
    assert "waits for itself, by way of other shots" in answer.json()["detail"]


def test_a_waiting_take_that_cannot_be_planned_any_more_fails_and_says_why(
    studio: Studio,
) -> None:
    api = studio.api
    project = in_two_stages(studio)
    shot = a_shot(api, project)
    [waits] = request_takes(api, shot, stage="video", seed=fresh())
    film_id = project["settings"]["stages"][1]["workflow_id"]

    ok(api.delete(f"/workflows/{film_id}"))
    approve(api, shot, uploaded(studio, shot, "keyframe", "red"))

    failed = finished(api, waits)
    assert failed["status"] == "failed"
    assert failed["error"]["title"] == "It cannot be planned any more"
    [sentence] = ok(api.get(f"/takes/{waits['id']}/provenance"))["sentences"]
    assert sentence == "It was never planned, and so never rendered: Workflow not found."


def test_a_waiting_take_is_cancelled_and_waits_for_nothing(studio: Studio) -> None:
    api = studio.api
    shot = a_shot(api, in_two_stages(studio))
    [waits] = request_takes(api, shot, stage="video", seed=fresh())

    cancelled = ok(api.post(f"/takes/{waits['id']}/cancel"))

    assert (cancelled["status"], cancelled["waits_for"]) == ("cancelled", None)
    told = ok(api.get(f"/takes/{waits['id']}/provenance"))
    assert told["sentences"] == ["It was never planned, and so never rendered."]
    assert api.post(f"/takes/{waits['id']}/retry").status_code == 409


def test_previews_are_told_while_it_renders(studio: Studio) -> None:
    api = studio.api
    project = in_two_stages(studio)
    shot = a_shot(api, project)
    studio.comfy.behave(step_seconds=0.5)
    kinds: set[str] = set()
    with api.stream("GET", "/changes/stream", params={"project_id": project["id"]}) as stream:
        [take] = request_takes(api, shot, seed=fresh())
        event = ""
        for line in stream.iter_lines():
            if line.startswith("event:"):
                event = line.removeprefix("event:").strip()
            elif line.startswith("data:") and event == "preview":
                told = json.loads(line.removeprefix("data:"))
                assert (told["subject"], told["subject_id"]) == ("take", take["id"])
                kinds.add(told["mime"])
                break
    assert kinds == {"image/jpeg"}
    assert finished(api, take)["status"] == "done"
