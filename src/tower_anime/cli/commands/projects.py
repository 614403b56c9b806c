"""`tower-anime projects`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli.arguments import Deleted
from tower_anime.cli.assignments import Set, fields, require
from tower_anime.cli.calls import Call, command
from tower_anime.cli.names import ProjectArgument, project_id, workflow_id
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.projects.schemas import Project, Stage

group = typer.Typer(help="Productions.", no_args_is_help=True)

COLUMNS: list[Column[Project]] = [
    Column("id", lambda p: p.id),
    Column("name", lambda p: p.name, wide=True),
    Column("status", lambda p: p.status),
    Column("format", lambda p: f"{p.settings.width}x{p.settings.height} {p.settings.fps}"),
    Column("changed", lambda p: p.updated_at),
]
STAGES: list[Column[Stage]] = [
    Column("stage", lambda s: s.name),
    Column("workflow", lambda s: s.workflow_id),
]

Name = Annotated[str | None, typer.Option(help="A new name.")]
Description = Annotated[str | None, typer.Option(help="What it is about.")]
Status = Annotated[str | None, typer.Option(help="Such as active or finished.")]


@command(group, "list")
def list_projects(
    call: Call,
    status: Annotated[str | None, typer.Option(help="Only projects of this status.")] = None,
    deleted: Deleted = False,
) -> None:
    """List projects, the newest first."""
    call.show_rows(call.tower.projects.list(status=status, deleted=deleted), COLUMNS)


@command(group, "show")
def show_project(call: Call, project: ProjectArgument) -> None:
    """Show a project."""
    call.show(call.tower.projects.get(project_id(call, project)))


@command(group, "create")
def create_project(
    call: Call,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    description: Description = None,
    status: Status = None,
    more: Set = None,
) -> None:
    """Start a production."""
    named = fields("Project", more, description=description, status=status)
    call.show(call.tower.projects.create(**{"name": name, **named}))


@command(group, "sample")
def make_sample(call: Call) -> None:
    """Make the sample production; the built-in engine begins to draw its shots."""
    call.show(call.tower.projects.make_sample())


@command(group, "update")
def update_project(
    call: Call,
    project: ProjectArgument,
    name: Name = None,
    description: Description = None,
    status: Status = None,
    more: Set = None,
) -> None:
    """Change what is named; of settings, too, only what is named."""
    named = require(fields("Project", more, name=name, description=description, status=status))
    call.show(call.tower.projects.update(project_id(call, project), **named))


@command(group, "stages")
def set_stages(
    call: Call,
    project: ProjectArgument,
    stages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STAGE=WORKFLOW]...",
            help="All of them in their order. The workflow is an id or a name; STAGE alone keeps"
            " the one that it has, STAGE= has none.",
        ),
    ] = None,
) -> None:
    """Say which stages each shot goes through, and with which workflow; else show them."""
    found = call.tower.projects.get(project_id(call, project))
    if stages:
        before = {stage.name: stage.workflow_id for stage in found.settings.stages}
        wanted = [_stage(call, stage, before, found.id) for stage in stages]
        found = call.tower.projects.update(found, settings={"stages": wanted})
    call.show_rows(found.settings.stages, STAGES)


def _stage(
    call: Call, typed: str, before: dict[str, int | None], project: int
) -> dict[str, str | int | None]:
    name, equals, workflow = typed.partition("=")
    if not equals:
        return {"name": name, "workflow_id": before.get(name)}
    number = workflow_id(call, workflow, of_project=str(project)) if workflow else None
    return {"name": name, "workflow_id": number}


@command(group, "export")
def export_project(
    call: Call,
    project: ProjectArgument,
    to: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="A file, or a folder [this one].")
    ] = Path(),
) -> None:
    """Write a project with all that is in it, its media too, to one file."""
    typer.echo(call.tower.projects.export(project_id(call, project), to))


@command(group, "import")
def import_project(
    call: Call, file: Annotated[Path, typer.Argument(help="A file that an export wrote.")]
) -> None:
    """Make a new project of an exported file: all of it, or nothing."""
    call.show(call.tower.projects.import_file(file))


@command(group, "delete")
def delete_project(call: Call, project: ProjectArgument) -> None:
    """Put a project in the trash, with all that is in it."""
    call.show(call.tower.projects.delete(project_id(call, project)))


@command(group, "restore")
def restore_project(call: Call, project: ProjectArgument) -> None:
    """Take a project out of the trash."""
    call.show(call.tower.projects.restore(project_id(call, project, deleted=True)))
