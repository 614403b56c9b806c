"""A real browser on a real service. No journey may leave an error or a warning in the console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.support.services import PATIENCE, Service, serving
from tower_anime.studio import files

NAMES = ("chromium", "chromium-browser", "google-chrome")

expect.set_options(timeout=PATIENCE * 1000)

NewPage = Callable[..., Page]


def _program() -> str:
    found = os.environ.get("TOWER_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "No Chromium is here; install one, or name it in TOWER_BROWSER."
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that all journeys share."""
    assert files.page(files.FOLDER), "The studio is not built; run `make studio`."
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root, as whom machines of CI run.
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        program = playwright.chromium.launch(executable_path=_program(), args=options)
        yield program
        program.close()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Service]:
    """An empty service of a journey's own."""
    with serving(tmp_path / "data") as service:
        yield service


@pytest.fixture
def said() -> Iterator[list[str]]:
    """What pages complained of; a journey that means to provoke complaints empties it."""
    complaints: list[str] = []
    yield complaints
    assert complaints == []


@pytest.fixture
def new_page(browser: Browser, studio: Service, said: list[str]) -> Iterator[NewPage]:
    """Makes a page in a browser of its own, as of another person, who may read another language."""
    contexts = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    def make(locale: str = "en-GB") -> Page:
        context = browser.new_context(
            base_url=studio.url, viewport={"width": 1440, "height": 900}, locale=locale
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("console", hear)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page."""
    return new_page()
