"""`tower-anime cuts`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli import progress
from tower_anime.cli.arguments import Branch, CutId, Deleted, OfBranch, Wait
from tower_anime.cli.assignments import Set, fields, require
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.names import OfProject, ProjectArgument, project_id, project_id_or_all
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.cuts.schemas import Cut

group = typer.Typer(help="Ordered edits of a branch's approved takes.", no_args_is_help=True)

COLUMNS: list[Column[Cut]] = [
    Column("id", lambda c: c.id),
    Column("project", lambda c: c.project_id),
    Column("branch", lambda c: c.branch_name, wide=True),
    Column("name", lambda c: c.name, wide=True),
    Column("seconds", lambda c: c.duration),
    Column("shots", lambda c: len(c.items)),
    Column("status", lambda c: f"{c.progress:.0%}" if c.status == "running" else c.status),
]


@command(group, "list")
def list_cuts(
    call: Call, project: OfProject = None, branch: OfBranch = None, deleted: Deleted = False
) -> None:
    """List cuts, the newest first."""
    within = project_id_or_all(call, project)
    found = call.tower.cuts.list(project_id=within, branch_name=branch, deleted=deleted)
    call.show_rows(found, COLUMNS)


@command(group, "show")
def show_cut(call: Call, cut: CutId) -> None:
    """Show a cut."""
    call.show(call.tower.cuts.get(cut))


@command(group, "create")
def create_cut(
    call: Call,
    project: ProjectArgument,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    branch: Branch = "main",
) -> None:
    """Begin a cut; it follows its branch until its items are edited."""
    call.show(call.tower.cuts.create(project_id(call, project), name, branch_name=branch))


@command(group, "update")
def update_cut(
    call: Call,
    cut: CutId,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    more: Set = None,
) -> None:
    """Rename a cut, edit its items, or have it follow its branch again (--set items=null)."""
    call.show(call.tower.cuts.update(cut, **require(fields("Cut", more, name=name))))


@command(group, "delete")
def delete_cut(call: Call, cut: CutId) -> None:
    """Put a cut in the trash."""
    call.show(call.tower.cuts.delete(cut))


@command(group, "restore")
def restore_cut(call: Call, cut: CutId) -> None:
    """Take a cut out of the trash."""
    call.show(call.tower.cuts.restore(cut))


@command(group, "assemble")
def assemble_cut(call: Call, cut: CutId, wait: Wait = False) -> None:
    """Have the film made."""
    begun = call.tower.cuts.assemble(cut)
    made = _waited(call, cut) if wait else begun
    call.show(made)
    if made.status in {"failed", "cancelled"}:
        fail(f"The cut {made.status}. {made.error.detail if made.error else ''}")


def _waited(call: Call, cut_id: int) -> Cut:
    try:
        return progress.watch_cut(call.tower, cut_id)
    except KeyboardInterrupt:
        fail(f"The service goes on cutting; `tower-anime cuts show {cut_id}` tells how far it is.")


@command(group, "cancel")
def cancel_cut(call: Call, cut: CutId) -> None:
    """Stop the making of a cut's film."""
    call.show(call.tower.cuts.cancel(cut))


@command(group, "download")
def download_cut(
    call: Call,
    cut: CutId,
    to: Annotated[Path, typer.Argument(help="A file, or a folder.")] = Path(),
) -> None:
    """Write a cut's film to a file; what is printed is where."""
    typer.echo(call.tower.cuts.download(cut, to))
