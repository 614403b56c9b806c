"""What axe-core finds wrong with a page, where axe-core is: its script is no part of the studio."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

_INSTALLED = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SCRIPT = Path(os.environ.get("TOWER_AXE", _INSTALLED))
_RUN = """async () => {
    const told = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]});
    return told.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html)}`);
}"""

needed = pytest.mark.skipif(
    not SCRIPT.is_file(), reason="axe-core is not here; name its script in TOWER_AXE"
)


def faults(page: Page) -> list[str]:
    """The rules that a page breaks, each with what breaks it."""
    page.evaluate(SCRIPT.read_text())
    found: list[str] = page.evaluate(_RUN)
    return found
