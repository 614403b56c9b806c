"""Journeys over a board: several scenes at once, the table, the palette, two people."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import axe
from tests.browser.conftest import NewPage
from tests.browser.test_journeys import board, scene
from tests.support.factories import Json, make_character, make_scene, ok
from tests.support.rendering import first_shot, rendered, small_project
from tests.support.services import Service

LIVE = "Live: changes appear as they happen"
STORY = ("One", "Two", "Three")


def story(studio: Service) -> Json:
    """A project whose scenes say their numbers."""
    project = small_project(studio.api)
    for number, words in enumerate(STORY, 1):
        make_scene(studio.api, project, number, description=words)
    return project


def look(page: Page, project: Json, layout: str = "") -> None:
    """Open a project's board, live, in a layout."""
    page.goto(f"/projects/{project['id']}")
    expect(page.get_by_title(LIVE)).to_be_visible()
    if layout:
        page.get_by_role("radio", name=layout, exact=True).check(force=True)


def cell(page: Page, column: str, number: int) -> Locator:
    """A cell of the table, of the scene that had that number first."""
    return page.locator(f"[data-scene='{number}'] .cell.{column}")


def hear_nothing(page: Page) -> None:
    """Cut a page off from the stream of changes, before it is opened."""
    page.route("**/changes/stream*", lambda route: route.abort())


def words_of(studio: Service, number: int) -> str:
    told: str = ok(studio.api.get(f"/scenes/{number}"))["description"]
    return told


def test_several_scenes_are_chosen_and_rendered_by_keys_then_approved(
    studio: Service, page: Page
) -> None:
    project = story(studio)
    for number in (1, 2, 3):
        first_shot(studio.api, {"id": number})
    look(page, project)
    expect(scene(page, 3)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-scene='1'] [data-tile]")).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_role("toolbar", name="With the selected scenes")
    expect(bar).to_contain_text("2 selected")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Render 2 selected scenes")
    expect(dialog).to_contain_text("2 shots")
    dialog.get_by_role("button", name="Render 2 shots").click()
    bar.get_by_role("button", name="Approve 2 takes").click()
    for number in (1, 2):
        expect(scene(page, number).get_by_title("Approved")).to_be_visible()
    assert ok(studio.api.get("/shots/3/takes")) == []
    page.get_by_role("button", name="Undo").click()
    expect(scene(page, 1).get_by_title("Approved")).to_be_hidden()
    expect(bar.get_by_role("button", name="Approve 2 takes")).to_be_visible()


def test_chosen_scenes_get_a_status_move_and_go_to_the_trash_together(
    studio: Service, page: Page
) -> None:
    project = story(studio)
    look(page, project)
    scene(page, 3).get_by_role("link").click(modifiers=["Control"])
    scene(page, 2).get_by_role("link").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar", name="With the selected scenes")
    expect(bar).to_contain_text("2 selected")
    with page.expect_response(re.compile("/scenes/reorder")):
        bar.get_by_role("button", name="Move earlier").click()
    expect(page.locator("article .words").first).to_have_text("Two")
    assert page.locator("article .words").all_inner_texts() == ["Two", "Three", "One"]
    bar.get_by_role("button", name="Status").click()
    page.get_by_role("textbox", name="Set the status to").fill("locked")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 scenes are now locked.")).to_be_visible()
    statuses = [ok(studio.api.get(f"/scenes/{n}"))["status"] for n in (1, 2, 3)]
    assert statuses == ["pending", "locked", "locked"]
    bar.get_by_role("button", name="Move to the trash").click()
    expect(page.locator("article")).to_have_count(1)
    expect(bar).to_be_hidden()
    toast = page.get_by_text("2 scenes are in the trash.").locator("..")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("article")).to_have_count(3)
    page.keyboard.press("Control+a")
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_a_table_is_gone_through_and_written_by_keys_alone(studio: Service, page: Page) -> None:
    project = story(studio)
    look(page, project)
    expect(scene(page, 3)).to_be_visible()
    page.keyboard.press("v")
    page.keyboard.press("v")
    expect(page.get_by_role("grid", name="Scenes")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "words", 1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "words", 2)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Rain on the roofs")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Who is in it, scene 2")).to_be_focused()
    page.keyboard.type("Nana, 月")
    page.keyboard.press("Enter")
    expect(cell(page, "cast", 2)).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.keyboard.type("nine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("A whole number, please.")
    page.keyboard.press("Escape")
    expect(cell(page, "number", 2)).to_have_text("2")
    expect(cell(page, "number", 2)).to_be_focused()
    now = ok(studio.api.get("/scenes/2"))
    assert (now["description"], now["characters"]) == ("Rain on the roofs", ["Nana", "月"])
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("2.5")
    with page.expect_response(re.compile(r"/shots/2$")) as answered:
        page.keyboard.press("Enter")
    assert answered.value.ok
    expect(cell(page, "duration", 2)).to_have_text("2.5")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")


def test_the_palette_goes_everywhere_by_keys(studio: Service, page: Page) -> None:
    project = story(studio)
    make_character(studio.api, project, "Kaguya")
    look(page, project)
    for typed, heading in (("2", "2"), ("kagu", "Kaguya")):
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Go to, or do").fill(typed)
        expect(page.locator("dialog [aria-selected='true']")).to_contain_text(heading)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=re.compile(heading)).first).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to, or do").fill("board")
    page.keyboard.press("Enter")
    expect(scene(page, 3)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to, or do").fill("new scene")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New scene")).to_be_visible()


def test_two_people_write_one_board_and_nobodys_words_are_lost(
    studio: Service, new_page: NewPage
) -> None:
    project = story(studio)
    mine, theirs = new_page(), new_page()
    look(mine, project, "Table")
    look(theirs, project)
    cell(mine, "words", 1).dblclick()
    mine.keyboard.type("Dusk over the harbour")
    scene(theirs, 1).locator(".words").dblclick()
    theirs.get_by_role("textbox", name="What happens").fill("Dawn over the harbour")
    theirs.keyboard.press("Control+Enter")

    told = mine.get_by_role("alert")
    expect(told).to_contain_text("Dawn over the harbour")
    expect(told).to_contain_text("Dusk over the harbour")
    mine.keyboard.press("Enter")
    assert words_of(studio, 1) == "Dawn over the harbour"
    told.get_by_role("button", name="Save mine").click()
    expect(scene(theirs, 1)).to_contain_text("Dusk over the harbour")

    cell(mine, "status", 2).dblclick()
    mine.keyboard.type("locked")
    mine.keyboard.press("Enter")
    expect(scene(theirs, 2)).to_contain_text("locked")
    expect(cell(mine, "words", 1)).to_have_text("Dusk over the harbour")


def test_a_page_that_hears_nothing_still_replaces_nothing_unseen(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = story(studio)
    hear_nothing(page)
    page.goto(board(studio, project))
    page.get_by_role("radio", name="Table", exact=True).check(force=True)
    expect(cell(page, "words", 3)).to_have_text("Three")
    ok(studio.api.put("/scenes/1", json={"description": "Dawn"}))
    ok(studio.api.put("/scenes/2", json={"status": "locked"}))

    cell(page, "words", 1).dblclick()
    page.keyboard.type("Dusk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Somebody wrote this")).to_contain_text("Dawn")
    page.get_by_role("button", name="Take theirs").click()
    expect(cell(page, "words", 1)).to_have_text("Dawn")
    # What they wrote elsewhere in the scene is no conflict.
    cell(page, "words", 2).dblclick()
    page.keyboard.type("Rain")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.keyboard.press("Enter")
    expect(cell(page, "status", 2)).to_have_text("locked")
    assert (words_of(studio, 1), words_of(studio, 2)) == ("Dawn", "Rain")
    said.clear()  # of the stream that was cut, and of what was refused


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_boards_and_the_palette_can_be_used_by_everybody(
    studio: Service, page: Page, theme: str
) -> None:
    project = story(studio)
    rendered(studio.api, first_shot(studio.api, {"id": 1}))
    page.add_init_script(f"localStorage.setItem('tower:theme', '{theme}')")
    look(page, project)
    for layout in ("Large tiles", "Small tiles", "Table", "Tiles"):
        page.get_by_role("radio", name=layout, exact=True).check(force=True)
        page.get_by_role("checkbox", name="Select scene 1").click()
        assert axe.faults(page) == []
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog [role='option']").first).to_be_visible()
    assert axe.faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("Escape")
    assert axe.faults(page) == []
