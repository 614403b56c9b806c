"""What is enormous, hostile or broken, and a full disk: no view breaks, and no words are lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import approved, first_shot, rendered, small_project
from tests.support.services import Service

HOSTILE = '<script>window.hacked = true</script><img src=x onerror="window.hacked = true">'
LETTERS = "\u05d0\u05d1\u05d2"  # that run from right to left
TURNED = f"{LETTERS}\u202e reversed"  # and a mark that has the rest do so
ENORMOUS = "W" * 5_000
LONG_NAME = (LETTERS + HOSTILE + "N" * 255)[:255]
MOST_FREE = 2**60  # bytes: no disk has them
LAST = {  # what comes last in views that ask for more than once
    "/scenes/1": ".about ul li",
    "/story": ".history li",
    "/characters/1": ".about li .badge",
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def hostile_story(studio: Service) -> Json:
    """A production whose every word is meant to break the page."""
    project = small_project(studio.api, LONG_NAME)
    make_character(studio.api, project, LONG_NAME, description=ENORMOUS)
    scene = make_scene(
        studio.api, project, description=HOSTILE + ENORMOUS, characters=[LONG_NAME], status=LETTERS
    )
    line = {"speaker": LONG_NAME, "line": ENORMOUS}
    approved(studio.api, first_shot(studio.api, scene, dialogue=[line], camera=TURNED + HOSTILE))
    fork = {"name": LONG_NAME, "description": HOSTILE + ENORMOUS}
    ok(studio.api.post(f"/projects/{project['id']}/branches", json=fork))
    return project


@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_and_enormous_words_are_words_in_every_view(
    studio: Service, page: Page, width: int
) -> None:
    project = hostile_story(studio)
    page.set_viewport_size({"width": width, "height": 844})
    board = f"/projects/{project['id']}"
    others = ("", "/story/compare/1/2", "/characters", "/workflows", "/cut", "/renders", "/morning")
    for address in ("/", *(f"{board}{view}" for view in (*LAST, *others, "/settings"))):
        page.goto(address)
        last = LAST.get(address.removeprefix(board), "main > *")
        expect(page.locator(last).first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert (address, page.evaluate(TOO_WIDE)) == (address, 0)
        assert page.evaluate("window.hacked") is None
    page.goto(board)
    expect(page.locator("article .words").first).to_contain_text(HOSTILE)


def test_a_picture_and_a_film_that_are_none_are_refused_in_a_sentence(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = small_project(studio.api)
    make_character(studio.api, project, "Kaguya")
    shot = first_shot(studio.api, make_scene(studio.api, project))
    film = studio.api.get(f"/media/{rendered(studio.api, shot, seed=1)['media_id']}/file").content

    page.goto(f"/projects/{project['id']}/characters/1")
    half = {"name": "half.png", "mimeType": "image/png", "buffer": png(300, 400)[:200]}
    page.get_by_label("Upload a picture").set_input_files([half])
    expect(page.locator(".toast")).to_contain_text("The file is cut off")
    page.goto(f"/projects/{project['id']}/scenes/1")
    cut_off = {"name": "cut.mp4", "mimeType": "video/mp4", "buffer": film[: len(film) // 2]}
    page.get_by_label("Upload a take of your own").set_input_files([cut_off])
    expect(page.locator(".toast")).to_contain_text("The file is cut off")
    assert len(ok(studio.api.get("/takes"))) == 1
    said.clear()  # of the two refusals


def test_a_film_whose_file_is_gone_leaves_a_frame_and_a_page_that_works(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = small_project(studio.api)
    take = rendered(studio.api, first_shot(studio.api, make_scene(studio.api, project)), seed=1)
    [file] = studio.data_dir.glob(f"media/**/{take['media_id']}*")
    file.unlink()
    page.goto(f"/projects/{project['id']}")
    expect(page.locator("article .still .app-icon")).to_be_visible()
    page.goto(f"/projects/{project['id']}/scenes/1")
    expect(page.get_by_text("This browser cannot show this film.")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Take back the approval")).to_be_visible()
    said.clear()  # of the file that is gone


def test_words_that_a_full_disk_refuses_are_kept_until_there_is_room(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = small_project(studio.api)
    make_scene(studio.api, project)
    studio.port = int(studio.url.rpartition(":")[2])
    studio.stop()
    crowded = Service(studio.data_dir, min_free_bytes=MOST_FREE)
    crowded.port = studio.port
    crowded.start()
    page.goto(f"/projects/{project['id']}")
    page.locator("article .words").dblclick()
    page.get_by_label("What happens").fill("Rain on the roofs")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("disk")
    crowded.stop()

    studio.restart()
    page.reload()
    page.get_by_role("button", name="Unsaved words").click()
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Unsaved words")).to_be_hidden()
    assert ok(studio.api.get("/scenes/1"))["description"] == "Rain on the roofs"
    said.clear()  # of what was refused, and of the service that was away
