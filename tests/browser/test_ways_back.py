"""Journeys back: out of the trash, out of what is open over a view, and to the branch of before."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.browser.test_board_journeys import look, story
from tests.browser.test_journeys import scene
from tests.support.branches import fork
from tests.support.factories import make_character, ok
from tests.support.services import Service


def test_a_scene_and_a_character_come_back_from_the_trash_long_after(
    studio: Service, page: Page
) -> None:
    project = story(studio)
    kaguya = make_character(studio.api, project, "Kaguya")
    ok(studio.api.delete(f"/characters/{kaguya['id']}"))
    look(page, project)
    expect(scene(page, 2)).to_be_visible()
    page.get_by_role("button", name="Trash", exact=True).click()
    trash = page.get_by_role("dialog", name="Scenes in the trash")
    expect(trash).to_contain_text("No scene of this branch is in the trash.")
    ok(studio.api.delete("/scenes/2"))  # by somebody else, while it is looked at
    expect(trash).to_contain_text("Two")
    assert axe.faults(page) == []
    trash.get_by_role("button", name="Restore Scene 2").click()
    expect(trash).to_contain_text("No scene of this branch is in the trash.")
    page.keyboard.press("Escape")
    expect(scene(page, 2)).to_be_visible()
    page.get_by_role("link", name="Characters", exact=True).click()
    page.get_by_role("button", name="Trash", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Restore Kaguya").click()
    expect(page.get_by_text("Kaguya is back.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Kaguya")).to_be_visible()


def test_escape_closes_what_is_open_and_only_then_acts_on_the_view(
    studio: Service, page: Page
) -> None:
    look(page, story(studio))
    expect(scene(page, 3)).to_be_visible()
    page.keyboard.press("Control+a")
    bar = page.get_by_role("toolbar", name="With the selected scenes")
    bar.get_by_role("button", name="Status").click()
    field = page.get_by_role("textbox", name="Set the status to")
    expect(field).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_branch_comes_along_from_tab_to_tab(studio: Service, page: Page) -> None:
    project = story(studio)
    fork(studio.api, project, "night")
    page.goto(f"/projects/{project['id']}?branch=night")
    expect(page.locator("article")).to_have_count(3)
    for tab in ("Cut", "Characters", "Story", "Renders", "Board"):
        page.get_by_role("link", name=tab, exact=True).click()
        address = r"characters$" if tab == "Characters" else r"\?branch=night$"
        expect(page).to_have_url(re.compile(address))
    expect(page.get_by_role("combobox", name="Branch")).to_have_value("night")
    page.get_by_role("combobox", name="Branch").select_option("main")
    expect(page).not_to_have_url(re.compile("branch"))
    page.get_by_role("link", name="Cut", exact=True).click()
    expect(page).not_to_have_url(re.compile("branch"))


def test_a_view_that_is_asked_for_while_the_service_is_away_leaves_the_page_where_it_is(
    studio: Service, page: Page, said: list[str]
) -> None:
    story(studio)
    page.goto("/")
    project = page.get_by_role("link", name="Moonlit Delivery").first
    expect(project).to_be_visible()
    page.context.set_offline(True)
    with page.expect_event("requestfailed", lambda asked: asked.method == "HEAD"):
        project.click()
    expect(project).to_be_visible()
    with page.expect_event("load"):
        page.context.set_offline(False)
    project.click()
    expect(scene(page, 3)).to_be_visible()
    said.clear()  # of the network that was gone
