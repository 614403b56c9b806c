"""A board of 2,000 scenes and 40,000 takes: the answer of the service, and a real page of it."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from playwright.sync_api import Browser, Page

from benchmarks import productions, service
from benchmarks.browser import browsing, dropped, heap, visiting
from benchmarks.load import RefusedError
from benchmarks.scale import Scale
from benchmarks.service import Service
from benchmarks.table import Row

BOARD = "/api/anime/projects/1/board"
PAGE = "/projects/1"
STEP = 60  # pixels a frame: about four screens a second
EDITS = 11
CHANGES = 1_200  # as of an hour in which one comes every three seconds
APART = 0.02  # seconds between two of them here
SETTLED = 2.0  # seconds for the last of them to arrive

# The first screen is there, with its pictures: the milliseconds since the navigation began.
_USABLE = """() => {
    const tiles = [...document.querySelectorAll("article")].slice(0, 8);
    const isShown = (tile) => [...tile.querySelectorAll("img")].every((one) => one.complete);
    return tiles.length >= 8 && tiles.every(isShown) && performance.now();
}"""
_LIVE = "() => document.querySelector('p.live.live') !== null"
# Resolves with the time at which a text is in the page.
_SEEN = """(text) => { window.seen = new Promise((done) => {
    const look = () => document.body.textContent.includes(text) && done(Date.now());
    new MutationObserver(look).observe(document.body,
        {subtree: true, childList: true, characterData: true});
}); }"""
# Notes when the key that saves is pressed.
_PRESSED = """() => window.addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.pressed = Date.now();
}, {capture: true})"""


def rows(scale: Scale, folder: Path) -> list[Row]:
    """The figures of a board of a fifth of `scale.story` scenes."""
    scenes = scale.story // 5
    productions.fill(folder / "data", scenes)
    what = f"board of {scenes:,} scenes, {scenes * productions.TAKES:,} takes"
    with service.running(service.ours(folder / "data")) as running, browsing() as browser:
        answer, length = answering(running, scale.rounds)
        with service.running(service.floor(length)) as floor:
            bare, _ = times(lambda: floor.answer("GET", "/"), scale.rounds)
        address = f"http://127.0.0.1:{running.port}"
        usable = median(becoming_usable(browser, address + PAGE) for _ in range(scale.rounds))
        empty = median(starting(browser, address) for _ in range(scale.rounds))
        frames, plain = scrolling(browser, address + PAGE, scenes, scale.seconds)
        edit, saved = editing(browser, running, address + PAGE)
        before, after = changed(browser, running, address + PAGE, min(CHANGES, scenes))
    elsewhere, grown = "an edit is in another browser after", f"memory after {CHANGES:,} changes"
    return [
        below(120, f"{what}: answer", answer, "ms", bare, "bare HTTP server"),
        below(1500, "the page is usable after", usable, "ms", empty, "projects' page"),
        below(5, "frames dropped, scrolling", frames, "%", plain, "a plain list"),
        below(300, elsewhere, edit, "ms", saved, "a PUT"),
        below(20, grown, after - before, "MB", before, "before"),
    ]


def below(limit: float, what: str, ours: float, unit: str, other: float, other_is: str) -> Row:
    return Row(what, ours, other, other_is, unit, "<", limit, "figure")


def times(ask: Callable[[], tuple[int, bytes]], rounds: int) -> tuple[float, int]:
    """The median milliseconds of a request, and the bytes of its answer."""
    ask()  # what is prepared once
    took, content = [], b""
    for _ in range(max(rounds * 3, 5)):
        began = perf_counter()
        status, content = ask()
        took.append((perf_counter() - began) * 1000)
        if status != 200:
            raise RefusedError(f"{status}: {content[:200]!r}")
    return median(took), len(content)


def answering(running: Service, rounds: int) -> tuple[float, int]:
    """The board's own milliseconds, and its bytes."""
    return times(lambda: running.answer("GET", BOARD), rounds)


def becoming_usable(browser: Browser, address: str) -> float:
    """Milliseconds from a navigation to a board that can be used: a key reaches its first tile."""
    with visiting(browser) as page:
        page.goto(address, wait_until="commit")
        took: float = page.wait_for_function(_USABLE).json_value()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("() => document.activeElement.matches('[data-tile]')")
        return took


def starting(browser: Browser, address: str) -> float:
    """Milliseconds from a navigation to the page of all projects."""
    with visiting(browser) as page:
        page.goto(address, wait_until="commit")
        shown = "() => document.querySelector('main h1') && performance.now()"
        took: float = page.wait_for_function(shown).json_value()
        return took


def scrolling(browser: Browser, address: str, scenes: int, seconds: float) -> tuple[float, float]:
    """The percentages of frames that a board drops, and a plain list of as many paragraphs."""
    with visiting(browser) as page:
        opened(page, address)
        ours = dropped(page, seconds, STEP)
    with visiting(browser) as page:
        page.set_content("".join(f"<p>A scene, the {n}th</p>" for n in range(scenes)))
        return ours, dropped(page, seconds, STEP)


def opened(page: Page, address: str) -> None:
    """The board is there, and live."""
    page.goto(address)
    page.wait_for_function(_USABLE)
    page.wait_for_function(_LIVE)


def editing(browser: Browser, running: Service, address: str) -> tuple[float, float]:
    """Median milliseconds from the key that saves to the words in another browser; and of a PUT."""
    took, put = [], []
    with visiting(browser) as mine, visiting(browser) as theirs:
        for page in (mine, theirs):
            opened(page, address)
        mine.evaluate(_PRESSED)
        for n in range(EDITS):
            words = f"Rewritten for the {n}th time"
            theirs.evaluate(_SEEN, words)
            mine.locator("article .words").first.dblclick()
            mine.locator("article textarea").fill(words)
            mine.keyboard.press("Control+Enter")
            seen: float = theirs.evaluate("() => window.seen")
            took.append(seen - mine.evaluate("() => window.pressed"))
            mine.locator("article textarea").wait_for(state="detached")
            began = perf_counter()
            change(running, 2, f"By a script, {n}")
            put.append((perf_counter() - began) * 1000)
    return median(took), median(put)


def changed(browser: Browser, running: Service, address: str, count: int) -> tuple[float, float]:
    """The page's megabytes before and after that many changes have come to it by the stream."""
    with visiting(browser) as page:
        opened(page, address)
        follow(page, running, count, 0, max(count // 10, 10))
        before = heap(page)
        follow(page, running, count, 1, count)
        return before, heap(page)


def follow(page: Page, running: Service, scenes: int, round_: int, count: int) -> None:
    """Make changes, and wait until the page shows the last one."""
    for n in range(count):
        change(running, n % scenes + 1, f"Changed in round {round_}, {n}")
        sleep(APART)
    last = f"The end of round {round_}"
    change(running, 1, last)
    page.wait_for_function("(text) => document.body.textContent.includes(text)", arg=last)
    page.wait_for_timeout(SETTLED * 1000)


def change(running: Service, scene: int, words: str) -> None:
    """Change a scene's words as a script would. Raises `RefusedError`."""
    body = json.dumps({"description": words}).encode()
    status, answer = running.answer("PUT", f"/api/anime/scenes/{scene}", body)
    if status != 200:
        raise RefusedError(f"{status}: {answer[:200]!r}")
