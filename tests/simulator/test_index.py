"""The page of the protocol's facts names tests that exist, and every fact has one."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs/comfyui-protocol.md").read_text()
FOLDERS = {"sim": "simulator", "takes": "renders/comfyui"}
_TEST = re.compile(r"`([a-z]+)/(test_\w+\.py)::(test_\w+)`")


def test_every_test_that_the_page_names_exists() -> None:
    named = _TEST.findall(PAGE)
    assert len(named) > 80
    missing = [
        (folder, file, name)
        for folder, file, name in named
        if f"\ndef {name}(" not in (TESTS / FOLDERS.get(folder, folder) / file).read_text()
    ]
    assert not missing


def test_every_fact_on_the_page_has_a_test_of_our_client() -> None:
    rows = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    facts = [row for row in rows if row[0] not in ("| fact", "| ---")]
    assert len(facts) > 40
    assert all(_TEST.search(row[-1]) for row in facts)
