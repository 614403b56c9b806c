"""`tower-anime branches`: their own life; how they meet is in `merging`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli.arguments import At, Deleted
from tower_anime.cli.assignments import Set, fields, require
from tower_anime.cli.calls import Call, command
from tower_anime.cli.commands import merging
from tower_anime.cli.names import (
    BranchArgument,
    OfProject,
    ProjectArgument,
    branch_id,
    project_id,
)
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.story.branch_schemas import Tag
    from tower_anime.story.schemas import Branch

group = typer.Typer(help="Lines of the story.", no_args_is_help=True)
group.add_typer(merging.group)  # without a name: its commands are the group's

COLUMNS: list[Column[Branch]] = [
    Column("id", lambda b: b.id),
    Column("name", lambda b: b.name, wide=True),
    Column("from", lambda b: b.parent_id),
    Column("description", lambda b: b.description, wide=True),
    Column("changed", lambda b: b.updated_at),
]
TAGS: list[Column[Tag]] = [
    Column("id", lambda t: t.id),
    Column("name", lambda t: t.name, wide=True),
    Column("change", lambda t: t.change_id),
    Column("who", lambda t: t.actor),
    Column("tagged", lambda t: t.created_at),
]

About = Annotated[str | None, typer.Option("--description", help="What is tried on it.")]


@command(group, "list")
def list_branches(call: Call, project: ProjectArgument, deleted: Deleted = False) -> None:
    """List a project's branches, the oldest first."""
    within = project_id(call, project)
    call.show_rows(call.tower.branches.list(within, deleted=deleted), COLUMNS)


@command(group, "show")
def show_branch(call: Call, branch: BranchArgument, project: OfProject = None) -> None:
    """Show a branch."""
    call.show(call.tower.branches.get(branch_id(call, branch, of_project=project)))


@command(group, "fork")
def fork_branch(
    call: Call,
    project: ProjectArgument,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    source: Annotated[
        str,
        typer.Option(
            "--from", help="A branch or a tag by its name, or a change by its id: the branch then."
        ),
    ] = "main",
    about: About = None,
) -> None:
    """Begin a branch as the copy of another; takes are shared."""
    origin = int(source) if source.isdecimal() else source
    within = project_id(call, project)
    call.show(call.tower.branches.fork(within, name, source=origin, description=about))


@command(group, "update")
def update_branch(
    call: Call,
    branch: BranchArgument,
    project: OfProject = None,
    name: Annotated[str | None, typer.Option(help="A new name; its scenes follow.")] = None,
    about: About = None,
    more: Set = None,
) -> None:
    """Rename or describe a branch."""
    named = require(fields("Branch", more, name=name, description=about))
    number = branch_id(call, branch, of_project=project)
    call.show(call.tower.branches.update(number, **named))


@command(group, "delete")
def delete_branch(call: Call, branch: BranchArgument, project: OfProject = None) -> None:
    """Put a branch in the trash, with its scenes."""
    call.show(call.tower.branches.delete(branch_id(call, branch, of_project=project)))


@command(group, "restore")
def restore_branch(call: Call, branch: BranchArgument, project: OfProject = None) -> None:
    """Take a branch out of the trash."""
    number = branch_id(call, branch, of_project=project, deleted=True)
    call.show(call.tower.branches.restore(number))


@command(group, "tag")
def tag_branch(
    call: Call,
    branch: BranchArgument,
    name: Annotated[str, typer.Argument(help="What the moment is called.")],
    project: OfProject = None,
    at: At = None,
) -> None:
    """Name a branch as it is, or as it was after a change."""
    number = branch_id(call, branch, of_project=project)
    call.show(call.tower.branches.tag(number, name, at=at))


@command(group, "tags")
def list_tags(call: Call, branch: BranchArgument, project: OfProject = None) -> None:
    """List a branch's tags, the oldest first."""
    call.show_rows(call.tower.branches.tags(branch_id(call, branch, of_project=project)), TAGS)
