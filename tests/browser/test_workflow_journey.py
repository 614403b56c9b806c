"""From a picture that ComfyUI saved to a take that was rendered with the workflow inside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.support.comfyui import process
from tests.support.factories import make_character, make_scene, ok, png
from tests.support.rendering import small_project
from tests.support.services import Service
from tests.workflows.material import STILL, editor, saved
from tower_anime.workflows.examples import GRAPH


def node(page: Page, title: str) -> Locator:
    """A node as it is drawn."""
    return page.locator(".vue-flow__node").filter(has=page.get_by_text(title, exact=True))


def row(page: Page, title: str, name: str) -> Locator:
    """An input of a node that has a value."""
    rows = node(page, title).locator(".row:not(.ports)")
    return rows.filter(has=page.get_by_text(name, exact=True))


def chosen(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(list(paths))


def test_a_workflow_in_a_picture_is_bound_checked_and_rendered(
    studio: Service, page: Page, tmp_path: Path
) -> None:
    with process(tmp_path / "comfy") as comfy:
        ok(studio.api.post("/engines", json={"url": comfy.url, "name": "gpu1"}))
        project = small_project(studio.api)
        nana = make_character(studio.api, project, "Nana")
        picture = {"file": ("nana.png", png(300, 400))}
        ok(studio.api.post(f"/characters/{nana['id']}/image", files=picture))
        make_scene(studio.api, project, characters=["Nana"])

        page.goto(f"/projects/{project['id']}/workflows")
        expect(page.get_by_role("heading", name="No workflow yet")).to_be_visible()
        chosen(page, STILL)
        expect(page.get_by_role("heading", name="still", exact=True)).to_be_visible()
        expect(page.get_by_text("The file 'ref.png' is not there")).to_be_visible()

        row(page, "LoadImage", "image").locator(".place").click()
        menu = page.get_by_role("dialog")
        menu.get_by_role("button", name="Picture of character 1", exact=True).click()
        for name in ("width", "height"):
            row(page, "EmptyImage", name).get_by_title("Confirm").click()
        node(page, "Save").get_by_role("button", name="Save SaveImage").click()
        menu.get_by_role("button", name="Its files are the take").click()
        expect(node(page, "Save").locator(".head .mark")).to_have_text("The take")

        page.reload()  # what is not saved yet is there again
        expect(page.get_by_text("Not saved yet")).to_be_visible()
        page.get_by_role("button", name="Save the bindings").click()
        expect(page.get_by_text("Can run it")).to_be_visible()
        assert ok(studio.api.get("/workflows/1"))["bindings"] == {
            "character_image:1": [{"node": "1", "input": "image"}],
            "width": [{"node": "2", "input": "width"}],
            "height": [{"node": "2", "input": "height"}],
            "output": [{"node": "7"}],
        }
        page.get_by_role("group", name="Use for").get_by_role("button", name="video").click()
        expect(page.get_by_text("The stage video is rendered with still.")).to_be_visible()

        page.get_by_role("link", name="Board").click()
        tile = page.locator("[data-scene]")
        expect(tile).to_be_visible()
        page.keyboard.press("r")
        page.get_by_role("button", name="Render 1 shot").click()
        expect(tile).to_contain_text("1 take")
        tile.get_by_role("link").click()
        shown = page.locator(".middle img").first
        expect(shown).to_be_visible()
        page.wait_for_function("() => document.querySelector('.middle img').naturalWidth === 160")
        assert [take["engine"] for take in ok(studio.api.get("/shots/1/takes"))] == ["comfyui"]


def test_what_cannot_be_taken_is_told_with_its_reason(
    studio: Service, page: Page, tmp_path: Path, said: list[str]
) -> None:
    project = small_project(studio.api)
    bare, edited = tmp_path / "bare.png", tmp_path / "edited.json"
    bare.write_bytes(png())
    edited.write_text(json.dumps(editor([saved(1, None)], [])))
    page.goto(f"/projects/{project['id']}/workflows")
    expect(page.get_by_role("heading", name="No workflow yet")).to_be_visible()
    chosen(page, bare, edited)
    expect(page.get_by_text("bare.png was not taken")).to_be_visible()
    expect(page.get_by_text("The file has no workflow inside")).to_be_visible()
    expect(page.get_by_text("edited.json was not taken")).to_be_visible()
    expect(page.get_by_text("no ComfyUI server is known yet")).to_be_visible()
    page.get_by_role("link", name="Add a ComfyUI server").first.click()
    expect(page).to_have_url(re.compile("/renders$"))
    said.clear()  # of the two refusals


def test_a_workflow_is_bound_by_keys_and_gets_a_newer_graph(
    studio: Service, page: Page, tmp_path: Path
) -> None:
    project = small_project(studio.api)
    body = {"name": "Keyframe", "project_id": project["id"], "graph": GRAPH}
    ok(studio.api.post("/workflows", json=body))
    page.goto(f"/projects/{project['id']}/workflows/1")
    confirm = page.get_by_role("button", name="Confirm 7 suggestions")
    confirm.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # to the list, and back: nothing is lost
    page.get_by_role("link", name="Keyframe").click()
    page.get_by_text("Bind another input").click()
    page.get_by_label("Where").select_option(label="steps")
    page.get_by_label("What").select_option(label="Frames")
    page.get_by_role("button", name="Bind", exact=True).click()
    page.get_by_role("button", name="Take Frames away from KSampler · steps").click()
    with page.expect_response(re.compile("/bindings$")):
        page.get_by_role("button", name="Save the bindings").click()
    names = {"prompt", "negative_prompt", "seed", "width", "height", "filename_prefix", "output"}
    assert ok(studio.api.get("/workflows/1"))["bindings"].keys() == names

    newer = {name: part for name, part in GRAPH.items() if name != "7"}
    sampler = {**GRAPH["3"], "inputs": {**GRAPH["3"]["inputs"], "negative": ["6", 0]}}
    path = tmp_path / "newer.json"
    path.write_text(json.dumps({**newer, "3": sampler}))
    chosen(page, path)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("6 bindings stay")
    expect(dialog).to_contain_text("Negative prompt Negative · text")
    dialog.get_by_role("button", name="Replace it").click()
    expect(page.get_by_text("Keyframe has the newer graph")).to_be_visible()
    now = ok(studio.api.get("/workflows/1"))
    assert (now["graph"].keys(), "negative_prompt" in now["bindings"]) == (newer.keys(), False)
