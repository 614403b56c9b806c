"""The commands that call a running service, a module a noun."""

from __future__ import annotations

import typer

from tower_anime.cli.calls import Function, command
from tower_anime.cli.commands import (
    branches,
    changes,
    characters,
    cuts,
    engines,
    media,
    projects,
    rendering,
    scripts,
    story,
    takes,
    workflows,
)

PANEL = "On a running service"

GROUPS = {
    "projects": projects.group,
    "characters": characters.group,
    "workflows": workflows.group,
    "branches": branches.group,
    "scenes": story.scenes,
    "shots": story.shots,
    "engines": engines.group,
    "takes": takes.group,
    "runs": rendering.group,
    "media": media.group,
    "cuts": cuts.group,
    "script": scripts.group,
    "changes": changes.group,
}
VERBS: dict[str, Function] = {
    "render": rendering.render,
    "stale": rendering.list_stale,
    "health": changes.tell_health,
}


def register(app: typer.Typer) -> None:
    """Add them all to the command line."""
    for name, group in GROUPS.items():
        app.add_typer(group, name=name, rich_help_panel=PANEL)
    for name, verb in VERBS.items():
        command(app, name, panel=PANEL)(verb)
