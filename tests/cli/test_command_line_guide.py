"""The page of the command line: it names every command, and none that is not there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.support import pages
from tests.support.services import Service
from tower_anime.cli.main import app

PAGE = Path(__file__).parents[2] / "docs/guide/command-line.md"


def paths(command: Any, *above: str) -> Iterator[str]:  # Typer's own group or command
    """Every command below one, as it is typed; a group that does something by itself is one."""
    for name, below in getattr(command, "commands", {}).items():
        yield from paths(below, *above, name)
        if getattr(below, "invoke_without_command", True):
            yield " ".join((*above, name))


COMMANDS = set(paths(typer.main.get_command(app)))
ROWS = re.findall(r"^\| `tower-anime ([^`]+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)


def typed(usage: str) -> str:
    """A usage without its arguments, which are in capitals."""
    return " ".join(word for word in usage.split() if not word.isupper())


def test_every_command_has_its_row_and_every_row_its_command() -> None:
    assert sorted(typed(usage) for usage, _ in ROWS) == sorted(COMMANDS)


def test_every_option_in_a_row_is_one_of_its_command() -> None:
    for usage, about in ROWS:
        command: Any = typer.main.get_command(app)
        for word in typed(usage).split():
            command = command.commands[word]
        known = {n for p in command.params for n in (*p.opts, *p.secondary_opts)}
        said = set(re.findall(r"--[a-z-]+", about))
        assert said <= known, usage


@pytest.mark.parametrize("dialect", ["sqlite"], scope="session")  # it speaks HTTP to either
def test_the_story_on_the_page_is_told_by_typing_it(own_service: Service, tmp_path: Path) -> None:
    environment = {"TOWER_URL": own_service.url, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}

    pages.run(pages.commands(PAGE), tmp_path, **environment)

    assert b"ftyp" in (tmp_path / "episode.mp4").read_bytes()[:12]
