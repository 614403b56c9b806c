"""From an empty studio to an episode on one's own disk: with a mouse, and by keys alone."""

from __future__ import annotations

from pathlib import Path

import av
from playwright.sync_api import Locator, Page, expect

from tests.support.factories import SMALL, ok, png
from tests.support.rendering import FPS
from tests.support.services import Service

CAST = ("Nana", "月")
STORY = ("Night. A courier runs.", "The courier falls.", "Dawn over the harbour.")
SECONDS = (1.0, 0.5, 1.5)

# What a person who uses keys alone hears of the thing that has the focus.
FOCUSED = """() => {
  const it = document.activeElement;
  return it.getAttribute("aria-label") ?? it.labels?.[0]?.innerText.trim() ?? it.innerText.trim();
}"""


def picture(name: str) -> dict[str, str | bytes]:
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": png(300, 400)}


def tile(page: Page, number: int) -> str:
    return f"article:has(.number:text-is('{number}'))"


def items(page: Page) -> Locator:
    """The cut's items in the timeline."""
    return page.get_by_role("listbox", name="Timeline").get_by_role("option")


def shorten(studio: Service) -> None:
    """Small pictures, so that a small machine draws them in a moment."""
    ok(studio.api.put("/projects/1", json={"settings": SMALL}))


def time_the_shots(studio: Service) -> None:
    for number, seconds in enumerate(SECONDS, 1):
        ok(studio.api.put(f"/shots/{number}", json={"duration": seconds}))


def is_on_one_clock(page: Page) -> bool:
    """Whether both takes show the same frame, by the browser's own clock."""
    seconds: list[float] = page.locator("section video").evaluate_all(
        "films => films.map((film) => film.currentTime)"
    )
    first, second = (int(at * FPS) for at in seconds)
    return first == second == 2


def length_of(film: Path) -> float:
    """Seconds of the film, counted by its frames as they decode."""
    with av.open(str(film)) as container:
        frames = sum(1 for _ in container.decode(video=0))
        assert container.streams.video[0].average_rate == FPS
    return frames / FPS


def test_from_nothing_to_an_episode(studio: Service, page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("button", name="Create the first project").click()
    page.get_by_label("Name", exact=True).fill("Moonlit Delivery")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("button", name="Write the first scene")).to_be_visible()
    shorten(studio)

    for name in CAST:
        page.get_by_role("link", name="Characters", exact=True).click()
        page.get_by_role("button", name="New character").or_(
            page.get_by_role("button", name="Introduce the first character")
        ).first.click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Create", exact=True).click()
        page.get_by_label("Upload a picture").set_input_files([picture(name)])  # type: ignore[list-item]
        expect(page.get_by_role("img", name=name)).to_be_visible()

    page.get_by_role("link", name="Board", exact=True).click()
    for words in STORY:
        page.get_by_role("button", name="Write the first scene").or_(
            page.get_by_role("button", name="New scene")
        ).first.click()
        page.get_by_label("What happens", exact=True).fill(words)
        page.get_by_label("Who is in it", exact=True).fill(", ".join(CAST))
        page.get_by_role("button", name="Create", exact=True).click()
        expect(page.get_by_text(words)).to_be_visible()
    time_the_shots(studio)

    page.get_by_role("button", name="Render", exact=True).click()
    page.get_by_role("button", name="Render 3 shots").click()
    for number in (3, 2, 1):
        expect(page.locator(tile(page, number))).to_contain_text("1 take")
        page.locator(tile(page, number)).get_by_role("link").click()
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("button", name="Take back the approval")).to_be_visible()
        if number > 1:
            page.get_by_role("link", name="Board", exact=True).click()

    page.get_by_role("button", name="Render a take").click()
    second = page.get_by_role("button", name="Take 2, Done, Not judged")
    expect(second).to_be_visible()
    second.click()
    page.get_by_role("button", name="Take 1, Done, Approved").click(modifiers=["Shift"])
    expect(page.get_by_role("heading", name="What differs")).to_be_visible()
    expect(page.get_by_text("Both were planned alike: nothing but chance differs.")).to_be_visible()
    expect(page.get_by_title("Frame 1 of 12")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_title("Frame 3 of 12")).to_be_visible()
    page.wait_for_function("() => [...document.querySelectorAll('video')].every((f) => !f.seeking)")
    assert is_on_one_clock(page)
    page.get_by_role("button", name="Wipe").click()
    expect(page.get_by_role("slider", name="Where one take gives way")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Take 2, Done, Approved")).to_be_visible()

    page.get_by_role("link", name="Cut", exact=True).click()
    expect(items(page)).to_have_count(3)
    expect(page.get_by_text("Follows the branch", exact=True)).to_be_visible()
    page.get_by_role("button", name="Make the film").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download mp4").click()
    film = tmp_path / "episode.mp4"
    coming.value.save_as(film)
    assert length_of(film) == sum(SECONDS)
    page.get_by_role("button", name="Play the film").click()
    expect(page.get_by_text("Frame 1 of 36", exact=True)).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Goes on with Tab until the thing of that name has the focus."""
    met: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
        if met[-1] == name:
            return
    raise AssertionError(f"{name!r} is not met by Tab, but {met}")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def test_from_nothing_to_an_episode_by_keys_alone(
    studio: Service, page: Page, tmp_path: Path
) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Create the first project")).to_be_visible()
    press(page, "Create the first project")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Moonlit Delivery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Write the first scene")).to_be_visible()
    shorten(studio)

    for name in CAST:
        press(page, "Characters")
        expect(page).to_have_title("Characters · Moonlit Delivery")
        page.keyboard.press("n")
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        tab_to(page, "Upload a picture")
        with page.expect_file_chooser() as asked:
            page.keyboard.press("Space")
        asked.value.set_files([picture(name)])  # type: ignore[list-item]
        expect(page.get_by_role("img", name=name)).to_be_visible()

    press(page, "Board")
    for words in STORY:
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.keyboard.press("n")
        expect(page.get_by_label("What happens", exact=True)).to_be_focused()
        page.keyboard.type(words)
        tab_to(page, "Who is in it")
        page.keyboard.type(", ".join(CAST))
        page.keyboard.press("Enter")
        expect(page.locator("article").get_by_text(words)).to_be_visible()
    time_the_shots(studio)

    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Render 3 shots")).to_be_visible()
    press(page, "Render 3 shots")
    for number in (1, 2, 3):
        expect(page.locator(tile(page, number))).to_contain_text("1 take")
    for number in (1, 2, 3):
        tab_to(page, f"Scene {number}")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Take 1")).to_be_visible()
        page.keyboard.press("a")
        expect(page.get_by_role("button", name="Take back the approval")).to_be_visible()
        if number < 3:
            page.keyboard.press("Escape")

    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Take 2, Done, Not judged")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_text("Both were planned alike: nothing but chance differs.")).to_be_visible()
    page.keyboard.press("w")
    divider = page.get_by_role("slider", name="Where one take gives way")
    page.keyboard.press("Shift+ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "55")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Take 2, Done, Approved")).to_be_visible()
    page.keyboard.press("c")
    expect(divider).to_be_hidden()

    press(page, "Cut")
    expect(items(page)).to_have_count(3)
    chosen = page.get_by_role("listbox", name="Timeline").get_by_role("option", selected=True)
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Scene 2 · Shot 10, Take 1, 0.5 s")
    page.keyboard.press("Shift+ArrowLeft")
    expect(items(page).first).to_contain_text("Scene 2 · Shot 10")
    page.keyboard.press("z")
    expect(page.get_by_text("Follows the branch", exact=True)).to_be_visible()
    page.keyboard.press(",")
    expect(chosen).to_contain_text("Scene 1 · Shot 10, Take 1, 0.9 s")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_role("link", name="Download mp4")).to_be_visible()
    tab_to(page, "Download mp4")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    film = tmp_path / "episode.mp4"
    coming.value.save_as(film)
    assert length_of(film) == sum(SECONDS) - 1 / FPS
