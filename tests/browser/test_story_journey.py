"""Journeys through a story's branches: forked, written on, compared, merged, and taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import approved, first_shot, small_project
from tests.support.services import Service

WORDS = {1: "Night, a rooftop. Nana waits.", 2: "The moon gate opens.", 3: "Nana leaves."}
LIVE = "Live: changes appear as they happen"


def made(studio: Service) -> Json:
    """A project of three scenes on main."""
    project = small_project(studio.api)
    for number, words in WORDS.items():
        make_scene(studio.api, project, number, description=words)
    return project


def forked(studio: Service, project: Json, name: str = "alt-ending") -> dict[int, Json]:
    """The scenes of a new branch, by their numbers."""
    ok(studio.api.post(f"/projects/{project['id']}/branches", json={"name": name}))
    return scenes(studio, project, name)


def scenes(studio: Service, project: Json, branch: str = "main") -> dict[int, Json]:
    query = {"project_id": project["id"], "branch_name": branch}
    return {one["scene_number"]: one for one in ok(studio.api.get("/scenes", params=query))}


def told(studio: Service, project: Json, branch: str = "main") -> list[str]:
    """What happens on a branch, scene by scene."""
    return [one["description"] for one in scenes(studio, project, branch).values()]


def write(studio: Service, scene: Json, words: str) -> None:
    ok(studio.api.put(f"/scenes/{scene['id']}", json={"description": words}))


def story(project: Json, rest: str = "") -> str:
    return f"/projects/{project['id']}/story{rest}"


def happened(page: Page, sentence: str) -> Locator:
    """The line of a history that tells something."""
    return (
        page.get_by_role("region", name="History").get_by_role("listitem").filter(has_text=sentence)
    )


def tagged(page: Page, branch: str, name: str) -> Locator:
    """A tag of the branch that is chosen."""
    about = page.get_by_role("region", name=branch, exact=True)
    return about.get_by_role("button", name=name)


def edit(page: Page, number: int, words: str) -> None:
    """Write a scene's words on the board that is open."""
    tile = page.locator("article").filter(has=page.locator(f".number:text-is('{number}')"))
    tile.locator(".words").dblclick()
    page.get_by_label("What happens", exact=True).fill(words)
    with page.expect_response(re.compile(r"/scenes/\d+$")):
        page.keyboard.press("Control+Enter")
    expect(tile).to_contain_text(words)


def test_another_ending_is_forked_written_merged_taken_back_and_left(
    studio: Service, page: Page
) -> None:
    project = made(studio)
    page.goto(story(project))
    expect(page.get_by_role("heading", name="main")).to_be_visible()

    page.keyboard.press("t")
    page.get_by_label("Name of the tag").fill("locked")
    page.get_by_role("dialog").get_by_role("button", name="Tag").click()
    expect(tagged(page, "main", "locked")).to_be_visible()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("f")
    page.get_by_label("Name of the new branch").fill("alt-ending")
    page.get_by_label("What is tried there").fill("She stays")
    page.get_by_role("dialog").get_by_role("button", name="Fork").click()
    expect(page.get_by_role("heading", name="alt-ending")).to_be_visible()
    expect(page).to_have_url(re.compile(r"branch=alt-ending"))

    page.get_by_role("link", name="Open the board").click()
    edit(page, 2, "The moon gate stays shut.")
    edit(page, 3, "Nana stays until dawn.")
    page.goto(f"/projects/{project['id']}")
    edit(page, 3, "Nana leaves. Nobody waves.")

    page.goto(story(project))
    page.get_by_role("button", name="Compare with").click()
    page.get_by_role("menuitem", name="alt-ending").click()
    second = page.get_by_role("article").filter(has_text="Scene 2")
    expect(second.locator("del")).to_have_text("opens")
    expect(second.locator("ins")).to_have_text("stays shut")
    page.get_by_role("link", name="Merge alt-ending into main").click()
    expect(page.get_by_text("0 of 1 resolved")).to_be_visible()
    page.keyboard.press("3")
    page.get_by_label("What is kept instead").fill("Nana leaves, and comes back at dawn.")
    expect(page.get_by_text("1 of 1 resolved")).to_be_visible()
    page.reload()
    expect(page.get_by_label("What is kept instead")).to_have_value(re.compile("comes back"))
    page.get_by_role("button", name="Merge", exact=True).click()

    merge = happened(page, "Branch alt-ending merged into main")
    expect(merge).to_be_visible()
    expected = [WORDS[1], "The moon gate stays shut.", "Nana leaves, and comes back at dawn."]
    assert told(studio, project) == expected
    merge.get_by_role("button", name="Undo").click()
    expect(happened(page, "Taken back: Branch alt-ending merged")).to_be_visible()
    assert told(studio, project) == [WORDS[1], WORDS[2], "Nana leaves. Nobody waves."]

    tagged(page, "main", "locked").click()
    page.get_by_role("menuitem", name="Go back to here").click()
    expect(page.get_by_text("1 scene would change.")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    back = happened(page, 'Branch main went back to "locked"')
    expect(back).to_be_visible()
    assert told(studio, project) == list(WORDS.values())
    back.get_by_role("button", name="Undo").click()
    expect(happened(page, "Taken back: Branch main went back")).to_be_visible()
    assert told(studio, project) == [WORDS[1], WORDS[2], "Nana leaves. Nobody waves."]


def test_what_is_built_upon_is_not_undone_and_the_reason_is_told(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = made(studio)
    scene = scenes(studio, project)[3]
    for words in ("Nana waits.", "Nana sleeps."):
        write(studio, scene, words)
    page.goto(story(project))
    older = happened(page, "Scene 3: description changed").nth(1)
    older.get_by_role("button", name="Undo").click()
    expect(older.get_by_role("alert")).to_contain_text("What came later depends on it")
    assert told(studio, project)[2] == "Nana sleeps."
    said.clear()  # of the refusal


def test_conflicts_are_resolved_by_keys_and_what_moved_meanwhile_is_asked_again(
    studio: Service, page: Page, said: list[str]
) -> None:
    project = made(studio)
    theirs = forked(studio, project)
    ours = scenes(studio, project)
    for number in WORDS:
        write(studio, ours[number], f"Ours {number}")
        write(studio, theirs[number], f"Theirs {number}")
    page.goto(story(project, "/compare/1/2/merge"))
    expect(page.get_by_text("0 of 3 resolved")).to_be_visible()
    expect(page.get_by_role("article", name="Scene 1")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_role("article", name="Scene 2")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("article", name="Scene 3")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("3 of 3 resolved")).to_be_visible()
    expect(page.get_by_role("button", name="Merge", exact=True)).to_be_visible()

    write(studio, theirs[2], "Theirs once more")
    expect(page.get_by_text("2 of 3 resolved")).to_be_visible()
    page.get_by_role("button", name="Conflict before").click()
    expect(page.get_by_text("This changed since you chose.")).to_be_visible()
    page.get_by_role("button", name="Still so").click()
    expect(page.get_by_text("3 of 3 resolved")).to_be_visible()
    with page.expect_response(re.compile("/merge$")):
        page.get_by_role("button", name="Merge", exact=True).click()
    expect(happened(page, "Branch alt-ending merged into main")).to_be_visible()
    assert told(studio, project) == ["Ours 1", "Theirs once more", "Theirs 3"]


def test_others_forks_and_changes_show_by_themselves(studio: Service, page: Page) -> None:
    project = made(studio)
    page.goto(story(project))
    expect(page.get_by_title(LIVE)).to_be_visible()
    made_by_another = forked(studio, project, "月の便り")
    expect(page.get_by_role("option", name="月の便り")).to_be_visible()
    page.get_by_role("option", name="main").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name="月の便り")).to_be_visible()
    write(studio, made_by_another[1], "月が見ている。")
    expect(happened(page, "Scene 1: description changed")).to_be_visible()
    ok(studio.api.post("/branches/2/tags", json={"name": "見せた版"}))
    expect(tagged(page, "月の便り", "見せた版")).to_be_visible()


def test_a_branch_is_renamed_described_trashed_and_brought_back(
    studio: Service, page: Page
) -> None:
    project = made(studio)
    forked(studio, project)
    page.goto(story(project, "?branch=alt-ending"))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("she-stays")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="she-stays")).to_be_visible()
    page.get_by_role("button", name="Edit: Description").click()
    page.get_by_label("Description", exact=True).fill("No cloud comes for her")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("No cloud comes for her").first).to_be_visible()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Move to the trash").click()
    expect(page.get_by_role("option", name="she-stays")).to_be_hidden()
    page.get_by_role("button", name="Trash (1)").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("option", name="she-stays")).to_be_attached()
    [_, branch] = ok(studio.api.get(f"/projects/{project['id']}/branches"))
    assert (branch["name"], branch["description"]) == ("she-stays", "No cloud comes for her")


def test_two_branches_are_compared_with_their_pictures_and_filtered(
    studio: Service, page: Page
) -> None:
    project = made(studio)
    approved(studio.api, first_shot(studio.api, scenes(studio, project)[1], duration=1))
    theirs = forked(studio, project)
    write(studio, theirs[1], "Dawn, a rooftop. Nana waits.")
    ok(studio.api.delete(f"/scenes/{theirs[2]['id']}"))
    page.goto(story(project, "/compare/1/2"))
    first = page.get_by_role("article").filter(has_text="Scene 1")
    for branch in ("main", "alt-ending"):
        expect(first.get_by_role("img", name=f"as approved on {branch}")).to_be_visible()
    page.get_by_role("button", name="Removed 1").click()
    expect(first).to_be_hidden()
    expect(page.get_by_text("Not here")).to_be_visible()
    page.reload()
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="Change sides").click()
    expect(page).to_have_url(re.compile("/compare/2/1"))
    expect(page.get_by_role("button", name="Added 1")).to_be_visible()
