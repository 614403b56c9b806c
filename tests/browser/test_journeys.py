"""Journeys of people through the studio, from what they see and press to what comes of it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.support.factories import Json, make_character, make_scene, ok, png
from tests.support.rendering import approved, first_shot, rendered, small_project
from tests.support.services import Service

SAVED = re.compile(r"/scenes/1$")


def scene(page: Page, number: int) -> Locator:
    """A scene's tile on the board."""
    return page.locator("article").filter(has=page.locator(f".number:text-is('{number}')"))


def order(page: Page) -> list[str]:
    """The words of the scenes, as the board shows them."""
    return page.locator("article .words").all_inner_texts()


def board(studio: Service, project: Json) -> str:
    return f"{studio.url}/projects/{project['id']}"


def test_from_nothing_to_an_approved_take(studio: Service, page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Create the first project").click()
    page.get_by_label("Name").fill("Moonlit Delivery")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("button", name="Write the first scene").click()
    page.get_by_label("What happens").fill("Night. A courier runs over the roofs.")
    page.get_by_label("Who is in it").fill("Nana, 月, Nana")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(scene(page, 1)).to_contain_text("Night. A courier runs over the roofs.")
    expect(scene(page, 1)).to_contain_text("Nana, 月")

    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_contain_text("1 shot")
    page.get_by_role("button", name="Render 1 shot").click()
    expect(scene(page, 1)).to_contain_text("1 take")

    scene(page, 1).get_by_role("link").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Take back the approval")).to_be_visible()
    expect(page.get_by_text("Drawn by the engine animatic")).to_be_visible()
    page.go_back()
    expect(scene(page, 1).get_by_title("Approved")).to_be_visible()
    [shot] = ok(studio.api.get("/scenes/1/shots"))
    assert shot["approved_take_id"] == 1


def test_a_film_is_played_and_stepped_by_its_frames(studio: Service, page: Page) -> None:
    project = small_project(studio.api)
    rendered(studio.api, first_shot(studio.api, make_scene(studio.api, project), duration=1))
    page.goto(f"{board(studio, project)}/scenes/1")
    expect(page.get_by_text("Frame 1 of 12", exact=True)).to_be_visible()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Frame 4 of 12", exact=True)).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Frame 3 of 12", exact=True)).to_be_visible()
    # What is shown is that very frame: the browser's own clock says so.
    seconds = page.locator("video").evaluate("film => film.currentTime")
    assert int(seconds * 12) == 2
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('video').paused")
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_takes_are_judged_by_keys_alone(studio: Service, page: Page) -> None:
    project = small_project(studio.api)
    shot = first_shot(studio.api, make_scene(studio.api, project))
    older, newer = (rendered(studio.api, shot, seed=seed) for seed in (1, 2))
    page.goto(board(studio, project))
    expect(scene(page, 1)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-tile]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Take 2")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_text("Rejected", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="Take 1")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(scene(page, 1).get_by_title("Approved")).to_be_visible()
    takes = {
        take["id"]: take["verdict"] for take in ok(studio.api.get(f"/shots/{shot['id']}/takes"))
    }
    assert takes == {older["id"]: "approved", newer["id"]: "rejected"}


def test_one_persons_edit_is_seen_by_another(studio: Service, new_page: NewPage) -> None:
    project = small_project(studio.api)
    make_scene(studio.api, project)
    mine, theirs = new_page(), new_page()
    for page in (mine, theirs):
        page.goto(board(studio, project))
        expect(scene(page, 1)).to_be_visible()
        expect(page.get_by_title("Live: changes appear as they happen")).to_be_visible()
    scene(mine, 1).locator(".words").dblclick()
    mine.get_by_label("What happens").fill("Dawn over the harbour")
    mine.keyboard.press("Control+Enter")
    expect(scene(theirs, 1)).to_contain_text("Dawn over the harbour")
    make_scene(studio.api, project, 2, description="Somebody's script writes on")
    for page in (mine, theirs):
        expect(scene(page, 2)).to_contain_text("Somebody's script writes on")


def test_unsaved_words_survive_a_reload_and_a_service_that_is_gone(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = small_project(studio.api)
    make_scene(studio.api, project)
    page.goto(board(studio, project))
    scene(page, 1).locator(".words").dblclick()
    page.get_by_label("What happens").fill("Rain <script>alert(1)</script> on the roofs")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The service cannot be reached. Is it running?")).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(scene(page, 1)).to_contain_text("Rain <script>alert(1)</script> on the roofs")
    scene(page, 1).get_by_role("button", name="Unsaved words").click()
    with page.expect_response(SAVED):
        page.keyboard.press("Control+Enter")
    expect(scene(page, 1).get_by_role("button", name="Unsaved words")).to_be_hidden()
    assert ok(studio.api.get("/scenes/1"))["description"].startswith("Rain <script>")
    said.clear()  # of the network that was gone


def test_a_page_recovers_by_itself_from_a_service_that_was_killed(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = small_project(studio.api)
    make_scene(studio.api, project)
    page.goto(board(studio, project))
    expect(page.get_by_title("Live: changes appear as they happen")).to_be_visible()
    studio.port = int(studio.url.rpartition(":")[2])
    studio.kill()
    expect(page.get_by_text("The service cannot be reached.")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})  # a phone shows all of it, too
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    studio.restart()
    ok(studio.api.put("/scenes/1", json={"description": "The lights are on again"}))
    expect(scene(page, 1)).to_contain_text("The lights are on again")
    expect(page.get_by_text("The service cannot be reached.")).to_be_hidden()
    said.clear()  # of the service that was gone


def test_somebody_elses_words_are_shown_before_mine_replace_them(
    studio: Service, page: Page
) -> None:
    project = small_project(studio.api)
    make_scene(studio.api, project, description="Night")
    page.goto(board(studio, project))
    scene(page, 1).locator(".words").dblclick()
    page.get_by_label("What happens").fill("Dusk")
    ok(studio.api.put("/scenes/1", json={"description": "Dawn"}))
    expect(page.get_by_text("Somebody wrote this meanwhile:")).to_be_visible()
    expect(page.locator("blockquote")).to_have_text("Dawn")
    page.keyboard.press("Control+Enter")
    assert ok(studio.api.get("/scenes/1"))["description"] == "Dawn"
    with page.expect_response(SAVED):
        page.get_by_role("button", name="Save mine").click()
    expect(page.get_by_text("Somebody wrote this meanwhile:")).to_be_hidden()
    assert ok(studio.api.get("/scenes/1"))["description"] == "Dusk"


def test_scenes_are_moved_by_keys_and_by_dragging(studio: Service, page: Page) -> None:
    project = small_project(studio.api)
    for number, words in enumerate(("One", "Two", "Three"), 1):
        make_scene(studio.api, project, number, description=words)
    page.goto(board(studio, project))
    expect(scene(page, 3)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-scene='1'] [data-tile]")).to_be_focused()
    with page.expect_response(re.compile("/scenes/reorder")):
        page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("article .words").first).to_have_text("Two")
    third, first = page.locator("[data-scene='3']"), page.locator("[data-scene='2']")
    with page.expect_response(re.compile("/scenes/reorder")):
        third.drag_to(first, target_position={"x": 20, "y": 60})
    expect(page.locator("article .words").first).to_have_text("Three")
    assert order(page) == ["Three", "Two", "One"]
    told = ok(studio.api.get(f"/projects/{project['id']}/board"))
    assert [card["description"] for card in told] == ["Three", "Two", "One"]


def test_what_became_stale_is_shown_with_its_causes_and_rendered(
    studio: Service, page: Page
) -> None:
    project = small_project(studio.api)
    shot = first_shot(studio.api, make_scene(studio.api, project), camera="still")
    approved(studio.api, shot)
    make_scene(studio.api, project, 2)
    page.goto("/")
    expect(page.get_by_text("2 scenes")).to_be_visible()
    ok(studio.api.put(f"/shots/{shot['id']}", json={"camera": "slow push in"}))
    page.get_by_role("link", name="1 stale").click()
    expect(scene(page, 1)).to_be_visible()
    expect(scene(page, 2)).to_be_hidden()  # the board shows what is stale
    scene(page, 1).get_by_role("button", name="Stale").click()
    causes = page.get_by_text("still → slow push in")
    expect(causes).to_be_visible()
    page.keyboard.press("Escape")
    expect(causes).to_be_hidden()  # what is open has all keys
    page.keyboard.press("r")
    page.get_by_text("What is stale").click()
    page.get_by_role("button", name="Render 1 shot").click()
    expect(scene(page, 1)).to_contain_text("2 takes")


def test_a_character_gets_a_picture_and_goes_back_to_an_earlier_version(
    studio: Service, page: Page
) -> None:
    project = small_project(studio.api)
    make_character(studio.api, project, "Kaguya", description="A child of light")
    page.goto(f"{board(studio, project)}/characters")
    page.get_by_role("link", name="Kaguya").click()
    picture = {"name": "kaguya.png", "mimeType": "image/png", "buffer": png(300, 400)}
    page.get_by_label("Upload a picture").set_input_files([picture])
    expect(page.get_by_role("img", name="Kaguya")).to_be_visible()
    page.get_by_role("button", name="Edit: Description").click()
    page.get_by_label("Description", exact=True).fill("She belongs to the moon")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Changed: description")).to_be_visible()
    page.get_by_role("button", name="Version 1 ").click()
    expect(page.get_by_text("A child of light")).to_be_visible()
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_text("Version 1 is the newest again.")).to_be_visible()
    now = ok(studio.api.get("/characters/1"))
    assert (now["version"], now["description"], now["media_id"]) == (4, "A child of light", None)


def test_the_queue_is_live_and_can_be_emptied(studio: Service, page: Page) -> None:
    project = small_project(studio.api)
    shot = first_shot(studio.api, make_scene(studio.api, project), duration=600)
    page.goto(f"{board(studio, project)}/renders")
    expect(page.get_by_text("Nothing renders, and nothing waits.")).to_be_visible()
    ok(studio.api.post(f"/shots/{shot['id']}/takes", json={"count": 6}))
    expect(page.get_by_text(re.compile(r"[1-6] rendering, [0-5] waiting"))).to_be_visible()
    moved = page.get_by_role("progressbar").first
    expect(moved).to_have_attribute("aria-valuenow", re.compile("[1-9]"))
    page.get_by_role("button", name=re.compile("Cancel [1-6] takes")).click()
    expect(page.get_by_text("Nothing renders, and nothing waits.")).to_be_visible()
    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible()


def test_a_project_goes_to_the_trash_and_comes_back(studio: Service, page: Page) -> None:
    small_project(studio.api, "Clockwork Koi")
    page.goto("/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Move to the trash").click()
    expect(page.get_by_text("Clockwork Koi is in the trash.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Clockwork Koi")).to_be_visible()


def test_a_long_story_puts_few_of_its_scenes_on_the_page(studio: Service, page: Page) -> None:
    project = small_project(studio.api)
    script = "".join(
        f"INT. ROOF {n} - NIGHT\n\nRain, for the {n}th time.\n\n" for n in range(1, 301)
    )
    body = {"format": "fountain", "text": script}
    ok(studio.api.post(f"/projects/{project['id']}/script", json=body))
    page.goto(board(studio, project))
    expect(page.get_by_text("300 scenes")).to_be_visible()
    assert page.locator("article").count() < 60
    page.keyboard.press("ArrowRight")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(scene(page, 300)).to_be_visible()
    page.get_by_placeholder("Find scenes").fill("177th")
    expect(page.locator("article")).to_have_count(1)
