"""Journeys over the words of a scene and its shots: two people write, and one takes words back."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Response, expect

from tests.browser import axe
from tests.browser.test_board_journeys import cell, hear_nothing, look, story
from tests.support.factories import Json, ok
from tests.support.services import Service


def choice(page: Page, field: str) -> Locator:
    """What somebody else wrote beside what was written here."""
    return page.get_by_role("alert", name=field)


def is_saving(answer: Response) -> bool:
    return answer.request.method == "PUT" and answer.ok


def shot_of(studio: Service, number: int) -> Json:
    shot: Json = ok(studio.api.get(f"/shots/{number}"))
    return shot


def test_what_two_write_of_a_shots_camera_and_length_stands_side_by_side(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = story(studio)
    hear_nothing(page)
    page.goto(f"/projects/{project['id']}/scenes/1")
    camera, seconds = page.get_by_label("Camera"), page.get_by_label("Seconds", exact=True)
    expect(seconds).to_have_value("4")
    ok(studio.api.put("/shots/1", json={"camera": "Low angle", "duration": 2.5}))

    camera.fill("High angle ")
    camera.press("Enter")
    expect(choice(page, "Camera")).to_contain_text("Low angle")
    expect(choice(page, "Camera")).to_contain_text("High angle")
    expect(seconds).to_have_value("2.5")
    assert shot_of(studio, 1)["camera"] == "Low angle"
    ok(studio.api.put("/shots/1", json={"duration": 3}))
    seconds.fill("8")
    seconds.press("Tab")
    expect(choice(page, "Seconds")).to_contain_text("3 s")
    expect(choice(page, "Seconds")).to_contain_text("8 s")
    assert axe.faults(page) == []
    choice(page, "Seconds").get_by_role("button", name="Take theirs").click()
    expect(seconds).to_have_value("3")
    with page.expect_response(is_saving):
        choice(page, "Camera").get_by_role("button", name="Save mine").click()
    expect(page.get_by_role("alert").filter(has_text="Somebody wrote")).to_have_count(0)
    expect(camera).to_have_value("High angle")
    shot = shot_of(studio, 1)
    assert (shot["camera"], shot["duration"]) == ("High angle", 3)
    said.clear()  # of the stream that was cut, and of what was refused


def test_a_shots_camera_is_kept_while_it_is_typed_and_while_the_service_is_away(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = story(studio)
    page.goto(f"/projects/{project['id']}/scenes/1")
    camera, seconds = page.get_by_label("Camera"), page.get_by_label("Seconds", exact=True)
    seconds.fill("0")
    seconds.press("Tab")
    expect(seconds).to_have_value("4")  # nothing lasts no time
    camera.fill("Low angle")
    page.context.set_offline(True)
    camera.press("Tab")
    again = page.get_by_role("button", name="Camera is not saved. Try again")
    expect(again).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(camera).to_have_value("Low angle")
    with page.expect_response(is_saving):
        again.click()
    expect(again).to_be_hidden()
    shot = shot_of(studio, 1)
    assert (shot["camera"], shot["duration"]) == ("Low angle", 4)
    said.clear()  # of the network that was gone


def test_words_are_taken_back_by_a_key_and_written_again(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = story(studio)
    page.goto(f"/projects/{project['id']}/scenes/1")
    one = page.get_by_text("One", exact=True)
    one.dblclick()
    page.get_by_label("What happens", exact=True).fill("Dawn")
    page.keyboard.press("Control+z")  # in the field, it is the field's own
    expect(page.get_by_label("What happens", exact=True)).to_have_value("One")
    page.get_by_label("What happens", exact=True).fill("Dawn")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Dawn", exact=True)).to_be_visible()
    page.get_by_label("Camera").fill("Low angle")
    with page.expect_response(is_saving):
        page.get_by_label("Camera").press("Enter")
    page.get_by_role("heading", name="Scene 1").click()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Shot 10: the last edit is undone.")).to_be_visible()
    expect(page.get_by_label("Camera")).to_have_value("")
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Scene 1: the last edit is undone.")).to_be_visible()
    expect(one).to_be_visible()
    assert axe.faults(page) == []
    page.get_by_role("button", name="Redo").last.click()
    expect(page.get_by_text("Scene 1: the edit is made again.")).to_be_visible()
    expect(page.get_by_text("Dawn", exact=True)).to_be_visible()
    assert ok(studio.api.get("/scenes/1"))["description"] == "Dawn"
    ok(studio.api.put("/scenes/1", json={"description": "Somebody else's"}))
    expect(page.get_by_text("Somebody else's", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Somebody else changed this meanwhile.")).to_be_visible()
    expect(page.get_by_text("Somebody else's", exact=True)).to_be_visible()
    said.clear()  # of what was refused


def test_what_is_written_on_a_board_is_taken_back_by_a_key(studio: Service, page: Page) -> None:
    look(page, story(studio), "Table")
    cell(page, "words", 1).dblclick()
    page.keyboard.type("Dusk")
    with page.expect_response(is_saving):
        page.keyboard.press("Enter")
    cell(page, "duration", 2).dblclick()
    page.keyboard.type("7")
    with page.expect_response(is_saving):
        page.keyboard.press("Enter")
    expect(cell(page, "duration", 2)).to_have_text("7")  # its field has closed
    page.keyboard.press("Control+z")
    expect(cell(page, "duration", 2)).to_have_text("4")
    page.keyboard.press("Control+z")
    expect(cell(page, "words", 1)).to_have_text("One")
    page.keyboard.press("Control+Shift+z")
    expect(cell(page, "words", 1)).to_have_text("Dusk")
    expect(page.get_by_text("Scene 1: the edit is made again.")).to_be_visible()
    assert ok(studio.api.get("/shots/2"))["duration"] == 4
