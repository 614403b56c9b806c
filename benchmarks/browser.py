"""A real Chromium for the measurements: what a page takes of time, of frames and of memory."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 120_000  # milliseconds until something on a page has failed to happen
FRAME = 1000 / 60  # milliseconds of a frame that is not late


class NoBrowserError(RuntimeError):
    """No Chromium is on this machine."""


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser, closed in the end. Raises `NoBrowserError`."""
    named = os.environ.get("TOWER_BROWSER")
    program = named or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise NoBrowserError("Install Chromium, or name it in TOWER_BROWSER.")
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root.
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser) -> Iterator[Page]:
    """A page of a visitor with nothing cached."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


_SCROLL = """([seconds, step]) => new Promise((done) => {
    const times = [];
    const began = performance.now();
    const frame = (now) => {
        times.push(now);
        window.scrollBy(0, step);
        if (performance.now() - began < seconds * 1000) requestAnimationFrame(frame);
        else done(times);
    };
    requestAnimationFrame(frame);
})"""


def dropped(page: Page, seconds: float, step: int) -> float:
    """The percentage of frames that never came while a page scrolls `step` pixels in each."""
    times: list[float] = page.evaluate(_SCROLL, [seconds, step])
    between = [after - before for before, after in pairwise(times)]
    missed = sum(max(0, round(took / FRAME) - 1) for took in between)
    return 100 * missed / (missed + len(between))


def heap(page: Page) -> float:
    """The megabytes that a page's scripts keep, once all that can be freed is."""
    session = page.context.new_cdp_session(page)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used / 1e6
