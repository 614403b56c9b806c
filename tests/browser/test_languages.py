"""The studio in other languages: what a reader in Tokyo or Shanghai sees of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.support.factories import Json, make_character, make_scene, ok
from tests.support.rendering import approved, first_shot, rendered, small_project
from tests.support.services import Service, until

LANGUAGES = {"ja-JP": "ja", "zh-CN": "zh-Hans"}
WIDTHS = (1440, 390)
PATIENT = 250_000  # bytes of compressed script until a page is there

# Names, units and keys, which no language translates; the rest of a page's Latin letters is ours.
NAMES = {
    *("Tower", "Anime", "ComfyUI", "LoRA", "GB", "main", "http", "gpu"),
    *("Ctrl", "Enter", "Esc", "Escape", "Shift", "Alt", "Home", "End", "Delete", "Backspace"),
    *("animatic", "video", "FIX", "tower", "anime", "doctor", "API", "Python", "SQLite"),
    *("JSON", "PNG", "WebP", "MP", "WebM", "Workflow", "Export", "Wan", "Hunyuan", "LTX"),
    *("en", "ja", "pt", "BR", "UTC", "PyAV", "local"),
}

# Sentences of the service that the studio tells in the reader's language.
TRANSLATED = ".history li > p:first-of-type, .about li, article .last, .doctor li"

# What the service tells is English, and says so where it stands; labels may repeat it. The library
# that draws graphs has two descriptions that nothing on the page refers to, and the doctor names
# files of this machine.
TEXTS = """() => {
  const attributes = ["aria-label", "aria-valuetext", "alt", "placeholder", "title"];
  const graph = "[id^=vue-flow__node-desc], [id^=vue-flow__edge-desc]";
  const unread = `noscript, script, style, ${graph}, .doctor li`;
  const ours = (element) => element && !element.closest(`[lang=en], ${unread}`);
  const told = [...document.querySelectorAll("[lang=en]")].map((one) => one.textContent.trim());
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (ours(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
  }
  for (const element of [...document.body.querySelectorAll("*")].filter(ours)) {
    attributes.forEach((name) => found.push(element.getAttribute(name) ?? ""));
  }
  const without = (text, one) => one ? text.replaceAll(one, "") : text;
  return found.map((text) => told.reduce(without, text));
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCRIPT = """() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith(".js"))
  .map(({ name, encodedBodySize }) => [name.split("/").at(-1), encodedBodySize])"""


class Visit(NamedTuple):
    """A place in the studio: its address, a key that opens something there, what is seen then."""

    address: str
    key: str | None
    seen: str


def production(studio: Service) -> Json:
    """A production without a Latin letter: a stale shot, a night's run, another ending, a graph."""
    project = small_project(studio.api, "月夜の配達")
    hero = make_character(studio.api, project, "かぐや", description="光の子")
    ok(studio.api.put(f"/characters/{hero['id']}", json={"prompt": "月の衣"}))
    scene = make_scene(studio.api, project, description="夜。屋根の上。", characters=["かぐや"])
    shot = first_shot(studio.api, scene, camera="固定")
    rendered(studio.api, shot, seed=1)
    approved(studio.api, shot)
    ok(studio.api.put(f"/shots/{shot['id']}", json={"camera": "寄り"}))
    first_shot(studio.api, make_scene(studio.api, project, 2, description=""))
    run = ok(studio.api.post(f"/projects/{project['id']}/render", json={}))["run_id"]
    until(lambda: ok(studio.api.get(f"/runs/{run}"))["finished_at"], "the end of the run")
    another_ending(studio, project)
    graph = {"1": {"class_type": "文字", "inputs": {"文": "夜"}, "_meta": {"title": "言葉"}}}
    added = {"name": "描画", "project_id": project["id"], "graph": graph}
    workflow = ok(studio.api.post("/workflows", json=added))
    bindings = {"prompt": [{"node": "1", "input": "文"}]}
    ok(studio.api.put(f"/workflows/{workflow['id']}/bindings", json=bindings))
    return project


def another_ending(studio: Service, project: Json) -> None:
    """A branch that says something else of the second scene than main does by now."""
    fork = {"name": "別の結末"}
    ok(studio.api.post(f"/projects/{project['id']}/branches", json=fork))
    for branch, words in (("main", "朝。"), (fork["name"], "雨。")):
        query = {"project_id": project["id"], "branch_name": branch}
        scenes = ok(studio.api.get("/scenes", params=query))
        second = next(scene for scene in scenes if scene["scene_number"] == 2)
        ok(studio.api.put(f"/scenes/{second['id']}", json={"description": words}))


def visits(project: Json) -> Iterator[Visit]:
    """Every view, and every dialog that a key opens."""
    board = f"/projects/{project['id']}"
    yield Visit("/", None, "article")
    yield Visit("/", "n", "[role=dialog]")
    yield Visit("/", "?", "[role=dialog] kbd")
    yield Visit(board, None, "article .badge.warn")
    yield Visit(board, "n", "[role=dialog]")
    yield Visit(board, "r", "[role=dialog] strong")
    yield Visit(board, "Control+k", "dialog.palette [role=option]")
    yield Visit(board, "?", "[role=dialog] kbd")
    yield Visit(f"{board}/scenes/1", None, ".about ul li")
    yield Visit(f"{board}/scenes/1", "?", "[role=dialog] kbd")
    yield Visit(f"{board}/scenes/1?take=2&with=1", None, ".differences dd")
    yield Visit(f"{board}/scenes/2", None, ".shots")
    yield Visit(f"{board}/characters", None, "li")
    yield Visit(f"{board}/characters", "n", "[role=dialog]")
    yield Visit(f"{board}/characters/1", None, ".version")
    yield Visit(f"{board}/renders", None, "article")
    yield Visit(f"{board}/renders", "?", "[role=dialog] kbd")
    yield from later_visits(board)


def later_visits(board: str) -> Iterator[Visit]:
    """What is made of a story that stands: other endings, nights, cuts, workflows, settings."""
    yield Visit(f"{board}/story", None, ".history li")
    for key in "fgt?":
        yield Visit(f"{board}/story", key, "[role=dialog]")
    yield Visit(f"{board}/story/compare/1/2", None, "article.scene")
    yield Visit(f"{board}/story/compare/1/2", "?", "[role=dialog] kbd")
    yield Visit(f"{board}/story/compare/1/2/merge", None, "article.conflict")
    yield Visit(f"{board}/story/compare/1/2/merge", "?", "[role=dialog] kbd")
    yield Visit(f"{board}/workflows", None, "article.workflow")
    yield Visit(f"{board}/workflows/1", None, ".vue-flow__node .mark")
    yield Visit(f"{board}/workflows/1", "?", "[role=dialog] kbd")
    yield Visit(f"{board}/cut", None, ".clip")
    yield Visit(f"{board}/cut", "?", "[role=dialog] kbd")
    yield Visit(f"{board}/morning", None, "[data-take]")
    yield Visit(f"{board}/morning", "?", "[role=dialog] kbd")
    yield Visit(f"{board}/settings", None, "fieldset li")
    yield Visit("/settings", None, ".doctor li")


def foreign(page: Page) -> set[str]:
    """The words in Latin letters that a page shows or tells, but those that have no other."""
    told = " ".join(page.evaluate(TEXTS))
    return set(re.findall(r"[A-Za-z]{2,}", told)) - NAMES


def untold(page: Page) -> set[str]:
    """Sentences of the service that ought to have been translated, and stand there in English."""
    return set(page.locator(TRANSLATED).locator("[lang=en]").all_inner_texts())


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_view_speaks_the_readers_language_and_fits_a_phone(
    studio: Service, new_page: NewPage, locale: str
) -> None:
    project = production(studio)
    page = new_page(locale)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        for visit in visits(project):
            page.goto(visit.address)
            expect(page.locator("main > *").first).to_be_visible()
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            if visit.key:
                page.keyboard.press(visit.key)
            expect(page.locator(visit.seen).first).to_be_visible()
            expect(page.locator("html")).to_have_attribute("lang", LANGUAGES[locale])
            found[width, *visit] = foreign(page), untold(page), page.evaluate(TOO_WIDE)
    assert {visit: seen for visit, seen in found.items() if seen != (set(), set(), 0)} == {}


def test_a_choice_survives_a_reload_and_can_be_taken_back(studio: Service, page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="No production yet")).to_be_visible()
    page.get_by_label("Language").select_option("日本語")
    expect(page.get_by_role("heading", name="まだ作品がありません")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="まだ作品がありません")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    page.get_by_label("言語").select_option("简体中文")
    expect(page.get_by_role("heading", name="还没有作品")).to_be_visible()
    page.get_by_label("语言").select_option("跟随浏览器")
    expect(page.get_by_role("heading", name="No production yet")).to_be_visible()


def test_a_page_fetches_its_own_language_alone(studio: Service, new_page: NewPage) -> None:
    page = new_page("ja-JP")
    page.goto("/")
    expect(page.get_by_role("heading", name="まだ作品がありません")).to_be_visible()
    fetched = dict(page.evaluate(SCRIPT))
    languages = [name for name in fetched if re.match(r"(en|ja|zh)-", name)]
    assert [name[:3] for name in languages] == ["ja-"]
    assert 0 < sum(fetched.values()) < PATIENT


def test_keys_of_an_input_method_do_nothing_but_write(studio: Service, new_page: NewPage) -> None:
    project = small_project(studio.api)
    make_scene(studio.api, project, description="夜")
    page = new_page("ja-JP")
    page.goto(f"/projects/{project['id']}")
    expect(page.locator("[data-scene='1']")).to_be_visible()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("内容").click()
    compose(page, "つき", "月夜。")
    expect(dialog.get_by_label("内容")).to_have_value("月夜。")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    scene = page.locator("[data-scene='2']")
    expect(scene).to_contain_text("月夜。")

    scene.locator(".words").dblclick()
    page.keyboard.press("End")
    compose(page, "やね", "屋根。")
    expect(page.get_by_label("内容", exact=True)).to_have_value("月夜。屋根。")
    page.keyboard.press("Control+Enter")
    expect(scene.locator(".words")).to_have_text("月夜。屋根。")
    assert ok(studio.api.get("/scenes/2"))["description"] == "月夜。屋根。"


def compose(page: Page, typed: str, chosen: str) -> None:
    """Writes as with Japanese keys: Escape drops a word, and Enter takes one."""
    method = page.context.new_cdp_session(page)

    def suggest(text: str) -> None:
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        method.send("Input.imeSetComposition", {"text": text, **place})

    def press(key: str) -> None:
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": 229}
        method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **pressed})
        method.send("Input.dispatchKeyEvent", {"type": "keyUp", **pressed})

    suggest(typed)
    press("Escape")
    suggest("")
    suggest(typed)
    press("Enter")
    method.send("Input.insertText", {"text": chosen})
    method.detach()
