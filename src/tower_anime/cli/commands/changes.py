"""`tower-anime changes` and `health`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli import output
from tower_anime.cli.arguments import Limit, OfBranch
from tower_anime.cli.calls import Call, command, fail, whole
from tower_anime.cli.names import OfProject, project_id_or_all
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tower_anime.client import Change

group = typer.Typer()

COLUMNS: list[Column[Change]] = [
    Column("id", lambda c: c.id),
    Column("at", lambda c: c.at),
    Column("who", lambda c: c.actor),
    Column("project", lambda c: c.project_id),
    Column("branch", lambda c: c.branch_name),
    Column("what", lambda c: c.text, wide=True),
]


@whole(group)
def tell_changes(
    call: Call,
    project: OfProject = None,
    branch: OfBranch = None,
    after: Annotated[int | None, typer.Option(help="After the change with this id.")] = None,
    limit: Limit = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Each as it happens.")] = False,
) -> None:
    """Tell who changed what, in order. With --follow --json, one change a line."""
    within = project_id_or_all(call, project)
    changes = call.tower.changes
    if follow:
        found = changes.follow(after=after, project_id=within, branch_name=branch)
        _tell_live(call, islice(found, limit))
    else:
        rows = changes.list(after=after, project_id=within, branch_name=branch)
        call.show_rows(islice(rows, limit), COLUMNS)


def _tell_live(call: Call, changes: Iterable[Change]) -> None:
    for change in changes:
        if call.as_json:
            output.print_json(change, indent=None)
        else:
            typer.echo(output.line(change, COLUMNS))


@command(group, "undo")
def undo_change(
    call: Call,
    change: Annotated[int, typer.Argument(metavar="CHANGE", help="The change's id.")],
) -> None:
    """Take back what a change did; what came later stays. That is a change itself."""
    undone = call.tower.changes.undo(change)
    if call.as_json:
        call.show(undone)
    else:
        call.say(f"{undone.text} (change {undone.id}).")


def tell_health(call: Call) -> None:
    """Tell whether the service and its database are well; the exit code is 1 when not."""
    health = call.tower.health()
    call.show(health)
    if health.status != "healthy":
        fail(f"The service is {health.status}.")
