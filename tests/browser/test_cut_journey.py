"""Journeys at a cut: what is edited is lost by nothing."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser import axe
from tests.browser.test_board_journeys import story
from tests.support.factories import Json, ok
from tests.support.services import Service


def items(page: Page) -> Locator:
    """The cut's items in the timeline."""
    return page.get_by_role("listbox", name="Timeline").get_by_role("option")


def status(page: Page, said: str) -> Locator:
    return page.get_by_role("status").get_by_text(said, exact=True)


def edited(studio: Service, project: Json, name: str, *shots: int) -> Json:
    """A cut of the main branch that shows these shots."""
    cut = ok(studio.api.post("/cuts", json={"project_id": project["id"], "name": name}))
    new = [{"shot_id": shot, "take_id": None, "duration": 1} for shot in shots]
    return ok(studio.api.put(f"/cuts/{cut['id']}", json={"items": new}))


def rough(studio: Service, page: Page) -> Json:
    """A cut of three shots, which is open."""
    project = story(studio)
    cut = edited(studio, project, "Rough", 1, 2, 3)
    page.goto(f"/projects/{project['id']}/cut")
    expect(items(page)).to_have_count(3)
    return cut


def shots_of(studio: Service, cut: Json) -> list[int]:
    return [item["shot_id"] for item in ok(studio.api.get(f"/cuts/{cut['id']}"))["items"]]


def take_out_unheard(page: Page) -> None:
    """Take the chosen item out while the service cannot be reached."""
    page.context.set_offline(True)
    page.keyboard.press("Delete")
    expect(status(page, "Not saved")).to_be_visible()
    page.context.set_offline(False)


def test_an_edit_that_was_not_saved_is_back_after_a_reload_and_after_leaving(
    studio: Service, page: Page, said: list[str]
) -> None:
    cut = rough(studio, page)
    take_out_unheard(page)
    page.reload()
    expect(page.get_by_text("An edit that was not saved is back.")).to_be_visible()
    expect(status(page, "Saved")).to_be_visible()
    expect(items(page)).to_have_count(2)
    assert shots_of(studio, cut) == [2, 3]
    page.get_by_role("link", name="Board", exact=True).click()
    page.get_by_role("link", name="Cut", exact=True).click()
    expect(items(page)).to_have_count(2)
    take_out_unheard(page)
    page.get_by_role("link", name="Board", exact=True).click()
    expect(page.locator("article")).to_have_count(3)
    page.get_by_role("link", name="Cut", exact=True).click()
    expect(items(page)).to_have_count(1)
    expect(status(page, "Saved")).to_be_visible()
    page.keyboard.press("z")
    expect(items(page)).to_have_count(2)
    expect(status(page, "Saving…")).to_be_hidden()
    assert shots_of(studio, cut) == [2, 3]
    said.clear()  # of the network that was gone


def test_an_edit_that_was_not_saved_replaces_nothing_that_others_made_of_the_cut(
    studio: Service, page: Page, said: list[str]
) -> None:
    cut = rough(studio, page)
    take_out_unheard(page)
    theirs = [{"shot_id": 3, "take_id": None, "duration": 2}]
    ok(studio.api.put(f"/cuts/{cut['id']}", json={"items": theirs}))
    page.reload()
    choice = page.get_by_role("alert").filter(has_text="Somebody wrote this meanwhile:")
    expect(choice).to_contain_text("1 item")
    expect(choice).to_contain_text("2 items")
    assert axe.faults(page) == []
    assert shots_of(studio, cut) == [3]
    choice.get_by_role("button", name="Save mine").click()
    expect(choice).to_be_hidden()
    expect(items(page)).to_have_count(2)
    expect(status(page, "Saving…")).to_be_hidden()
    assert shots_of(studio, cut) == [2, 3]
    said.clear()  # of the network that was gone


def test_a_cut_comes_back_from_the_trash_long_after(studio: Service, page: Page) -> None:
    project = story(studio)
    old = edited(studio, project, "Rough", 1, 2, 3)
    edited(studio, project, "Fine", 1)
    page.goto(f"/projects/{project['id']}/cut?cut={old['id']}")
    expect(items(page)).to_have_count(3)
    menu = page.get_by_role("button", name="More", exact=True)
    menu.click()
    page.get_by_role("menuitem", name="Move to the trash").click()
    expect(page.get_by_text("Rough is in the trash.")).to_be_visible()
    expect(items(page)).to_have_count(1)
    menu.click()
    page.get_by_role("menuitem", name="Trash", exact=True).click()
    trash = page.get_by_role("dialog", name="Cuts in the trash")
    expect(trash).to_contain_text("3 items · 3 s")
    ok(studio.api.delete(f"/cuts/{old['id'] + 1}"))  # by somebody else, while it is looked at
    expect(trash).to_contain_text("Fine")
    assert axe.faults(page) == []
    trash.get_by_role("button", name="Restore Rough").click()
    expect(page.get_by_text("Rough is back.")).to_be_visible()
    expect(trash.get_by_role("button", name="Restore Rough")).to_be_hidden()
    trash.get_by_role("button", name="Restore Fine").click()
    expect(trash).to_contain_text("No cut of this branch is in the trash.")
    page.keyboard.press("Escape")
    cuts = page.get_by_role("combobox", name="Cuts of this branch")
    expect(cuts.locator("option")).to_have_text(["Fine", "Rough"])
    expect(cuts.locator("option:checked")).to_have_text("Fine")
    assert ok(studio.api.get("/cuts", params={"deleted": True})) == []
