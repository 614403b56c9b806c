"""What axe-core finds wrong with a page; its script is a tool of the studio's, and not a part."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
    const told = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]});
    return told.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html)}`);
}"""


def faults(page: Page) -> list[str]:
    """The rules that a page breaks, each with what breaks it."""
    page.evaluate(SCRIPT.read_text())
    found: list[str] = page.evaluate(_RUN)
    return found
