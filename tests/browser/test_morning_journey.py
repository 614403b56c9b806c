"""Journeys of the morning after: what a night of rendering came to, and steering the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.renders.comfyui.studio import comfy_with, idle, still
from tests.support.comfyui import Comfy
from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import approved, first_shot, small_project
from tests.support.services import Service, until

LOST = "The service cannot be reached."


@pytest.fixture
def comfy(studio: Service) -> Iterator[Comfy]:
    """The only server of a journey's service."""
    with ExitStack() as stack:
        server = comfy_with(stack)
        ok(studio.api.post("/engines", json={"url": server.url, "name": "Big box"}))
        idle(studio.api)
        yield server


def a_story(studio: Service, scenes: int, **settings: object) -> Json:
    """A project with short scenes of one shot each."""
    project = small_project(studio.api, **settings)
    for number in range(1, scenes + 1):
        scene = make_scene(studio.api, project, number, description=f"Roof {number}, by night")
        first_shot(studio.api, scene)
    return project


def night(studio: Service, project: Json, **asked: object) -> Json:
    """A run of all that is missing."""
    run: Json = ok(studio.api.post(f"/projects/{project['id']}/render", json=asked))
    return run


def over(studio: Service, run: Json) -> Json:
    """The run once nothing of it waits or runs."""

    def look() -> Json | None:
        now: Json = ok(studio.api.get(f"/runs/{run['run_id']}"))
        return now if now["finished_at"] else None

    found = until(look, "the end of the run")
    assert isinstance(found, dict)
    return found


def open_morning(studio: Service, project: Json, page: Page, where: str = "") -> None:
    page.goto(f"{studio.url}/projects/{project['id']}/morning{where}")


def tile(page: Page, scene: int) -> Locator:
    """A scene's only take on the contact sheet."""
    return page.get_by_role("region", name=f"Scene {scene}", exact=True).locator("[data-take]")


def queued(page: Page) -> list[str]:
    """The scenes of what waits, as the page shows them."""
    return page.locator("[data-queued] .title").all_inner_texts()


def test_after_a_night_with_failures_all_is_chosen_by_keys(
    studio: Service, comfy: Comfy, page: Page
) -> None:
    project = a_story(studio, 5)
    stages = [{"name": "video", "workflow_id": still(studio.api)["id"]}]
    ok(studio.api.put(f"/projects/{project['id']}", json={"settings": {"stages": stages}}))
    comfy.behave(error_at="KSampler", error_message="Half but found Float", error_times=2)
    run = night(studio, project)
    assert over(studio, run)["counts"] == {"done": 3, "failed": 2}

    open_morning(studio, project, page)
    expect(page.get_by_role("heading", name="The last run")).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"^3 takes came out in .* by Big box \(3\)\.$"))
    ).to_be_visible()
    failed = page.locator("#failed")
    expect(failed.get_by_role("heading", name="KSampler failed 2")).to_be_visible()
    expect(failed).to_contain_text("Half but found Float")
    expect(failed).to_contain_text("At node 6 on Big box")
    expect(page.get_by_role("link", name="3 to choose")).to_be_visible()

    for _ in range(2):
        page.keyboard.press("n")
        page.keyboard.press("a")
    page.keyboard.press("n")
    page.keyboard.press("x")
    expect(page.get_by_text("All is chosen")).to_be_visible()

    failed.get_by_role("button", name="Render these 2 again").click()
    expect(failed).to_be_hidden()
    expect(page.get_by_text(re.compile(r"^5 takes came out"))).to_be_visible()
    expect(page.get_by_role("link", name="2 to choose")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("n")
        page.keyboard.press("a")
    expect(page.get_by_text("All is chosen")).to_be_visible()
    assert over(studio, run)["counts"] == {"done": 5, "failed": 2}
    verdicts = [one["verdict"] for one in ok(studio.api.get(f"/takes?run_id={run['run_id']}"))]
    assert sorted(verdicts) == ["approved"] * 4 + ["rejected"] + ["unreviewed"] * 2


def test_one_walks_over_the_sheet_and_into_a_scene_and_back(studio: Service, page: Page) -> None:
    project = a_story(studio, 4)
    over(studio, night(studio, project))
    open_morning(studio, project, page)
    expect(tile(page, 4)).to_be_visible()
    for key in ("ArrowDown", "j", "l", "ArrowDown", "k", "h", "ArrowDown"):
        page.keyboard.press(key)
    link = tile(page, 3).get_by_role("link")
    expect(link).to_be_focused()
    page.keyboard.press("r")
    expect(tile(page, 3)).to_have_count(2)
    expect(page.get_by_text("1 take queued again.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/scenes/3\?shot=3&take=3$"))
    expect(page.get_by_role("heading", name="Take 1", exact=True)).to_be_visible()
    page.go_back()
    page.keyboard.press("ArrowRight")
    expect(tile(page, 3).first.get_by_role("link")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("link", name="3 to choose")).to_be_visible()
    assert ok(studio.api.get("/shots/3"))["approved_take_id"] == 3


def test_a_project_without_a_run_says_where_to_begin(studio: Service, page: Page) -> None:
    project = a_story(studio, 1)
    open_morning(studio, project, page)
    page.get_by_role("link", name="Go to the board").click()
    expect(page).to_have_url(re.compile(r"/projects/1$"))
    night(studio, project)
    page.get_by_role("link", name="Morning").click()
    expect(page.get_by_text(re.compile("^1 take came out"))).to_be_visible()
    open_morning(studio, project, page, "?run=1")
    expect(tile(page, 1)).to_be_visible()


def test_a_page_recovers_from_a_service_that_is_killed_while_it_renders(
    studio: Service, comfy: Comfy, page: Page, said: list[str]
) -> None:
    workflow = still(studio.api)["id"]
    project = a_story(studio, 2, stages=[{"name": "video", "workflow_id": workflow}])
    comfy.behave(stall=True)
    run = night(studio, project)
    open_morning(studio, project, page)
    expect(page.get_by_text(re.compile("% rendered"))).to_be_visible()
    until(comfy.prompts, "a prompt at the server")
    studio.port = int(studio.url.rpartition(":")[2])
    studio.kill()
    expect(page.get_by_text(LOST)).to_be_visible()
    studio.restart()
    comfy.behave(stall=False)
    expect(page.get_by_text(re.compile("^2 takes came out"))).to_be_visible()
    expect(page.get_by_text(LOST)).to_be_hidden()
    expect(page.get_by_role("link", name="2 to choose")).to_be_visible()
    assert over(studio, run)["counts"] == {"done": 2}
    assert len(comfy.prompts()) == 2  # nothing was rendered twice
    said.clear()  # of the service that was gone


def test_the_queue_is_paused_put_in_order_and_goes_on(studio: Service, page: Page) -> None:
    project = a_story(studio, 3)
    page.goto(f"{studio.url}/projects/{project['id']}/renders")
    expect(page.get_by_text("Nothing renders, and nothing waits.")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text(re.compile("^Rendering was paused"))).to_be_visible()
    page.keyboard.press("r")
    page.get_by_role("button", name="Render 3 shots").click()
    expect(page.get_by_text("0 rendering, 3 waiting")).to_be_visible()
    one, two, three = (f"Scene {number}, shot 10" for number in (1, 2, 3))
    expect(page.locator("[data-queued]").first).to_contain_text(one)

    page.keyboard.press("ArrowDown")
    with page.expect_response(re.compile("/takes/reorder")):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-queued]").nth(1)).to_be_focused()
    assert queued(page) == [two, one, three]
    with page.expect_response(re.compile("/takes/reorder")):
        page.locator("[data-queued]").nth(2).drag_to(
            page.locator("[data-queued]").first, target_position={"x": 200, "y": 8}
        )
    expect(page.locator("[data-queued]").first).to_contain_text(three)
    page.locator("[data-queued]").nth(2).get_by_role("button", name="Render first").click()
    expect(page.locator("[data-queued]").first).to_contain_text(one)
    page.reload()
    expect(page.locator("[data-queued]").first).to_contain_text(one)
    assert queued(page) == [one, three, two]

    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Nothing renders, and nothing waits.")).to_be_visible()
    takes = ok(studio.api.get("/takes?status=done"))
    begun_at = sorted(takes, key=lambda take: take["started_at"])
    assert begun_at[0]["shot_id"] == 1


def test_defaults_of_a_project_are_changed_and_taken_back(studio: Service, page: Page) -> None:
    project = a_story(studio, 1)
    approved(studio.api, {"id": 1})
    page.goto(f"{studio.url}/projects/{project['id']}/settings")
    page.get_by_label("Words that begin each prompt").fill("Watercolour")
    page.get_by_role("button", name="Keyframe, then video").click()
    page.reload()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    now = ok(studio.api.get(f"/projects/{project['id']}"))["settings"]
    assert now["style"]["prompt"] == "Watercolour"
    assert [stage["name"] for stage in now["stages"]] == ["keyframe", "video"]
    assert (now["width"], now["fps"]) == (160, "12/1")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Words that begin each prompt")).to_have_value("")
    back = ok(studio.api.get(f"/projects/{project['id']}"))["settings"]
    assert [stage["name"] for stage in back["stages"]] == ["video"]


def test_the_service_tells_what_it_finds_wrong_with_itself(studio: Service, page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Settings of the service").click()
    expect(page.get_by_text("All is well.")).to_be_visible()
    page.get_by_label("Address of a ComfyUI server").fill("http://127.0.0.1:9")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("1 thing needs mending")).to_be_visible()
    page.get_by_label("Gets takes").uncheck()
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("All is well.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("SQLite")).to_be_visible()
    assert ok(studio.api.get("/engines"))[0]["enabled"] is False


def test_takes_of_each_stage_are_seen_and_approved_apart(
    studio: Service, comfy: Comfy, page: Page
) -> None:
    del comfy
    workflow = still(studio.api)["id"]
    stages = [{"name": name, "workflow_id": workflow} for name in ("keyframe", "video")]
    project = a_story(studio, 1, stages=stages)
    for stage in ("keyframe", "video"):
        approved(studio.api, {"id": 1}, stage=stage)
    ok(studio.api.post("/shots/1/withdraw", json={"stage": "keyframe"}))
    page.goto(f"{studio.url}/projects/{project['id']}/scenes/1")
    stage = page.get_by_role("group", name="Stages").get_by_role("button")
    expect(stage.filter(has_text="video")).to_have_attribute("aria-pressed", "true")
    stage.filter(has_text="keyframe").click()
    with page.expect_response(lambda answer: answer.url.endswith("/approve")):
        page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Take back the approval")).to_be_visible()
    with page.expect_request(lambda call: call.method == "POST") as asked:
        page.get_by_role("button", name="Render a take").click()
    assert asked.value.post_data_json["stage"] == "keyframe"
    of = ok(studio.api.get("/shots/1"))["stages"]
    assert all(of[stage]["approved_take_id"] for stage in ("keyframe", "video"))
