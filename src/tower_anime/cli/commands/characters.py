"""`tower-anime characters`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tower_anime.cli.arguments import Deleted
from tower_anime.cli.assignments import Set, fields, require
from tower_anime.cli.calls import Call, command
from tower_anime.cli.names import (
    CharacterArgument,
    OfProject,
    ProjectOption,
    branch_in,
    character_id,
    project_id,
    project_id_or_all,
)
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.characters.schemas import Character

Kind = Literal["character", "location", "prop"]

group = typer.Typer(help="Characters, locations and props.", no_args_is_help=True)

COLUMNS: list[Column[Character]] = [
    Column("id", lambda c: c.id),
    Column("project", lambda c: c.project_id),
    Column("name", lambda c: c.name, wide=True),
    Column("version", lambda c: c.version),
    Column("description", lambda c: c.description, wide=True),
    Column("changed", lambda c: c.updated_at),
]

Description = Annotated[str | None, typer.Option(help="What people should know.")]
Prompt = Annotated[str | None, typer.Option(help="How it looks, in the words of the model.")]


@command(group, "list")
def list_characters(
    call: Call,
    project: OfProject = None,
    kind: Annotated[Kind, typer.Option(help="Of this kind.")] = "character",
    deleted: Deleted = False,
) -> None:
    """List characters, the newest first."""
    within = project_id_or_all(call, project)
    found = call.tower.characters.list(project_id=within, kind=kind, deleted=deleted)
    call.show_rows(found, COLUMNS)


@command(group, "show")
def show_character(call: Call, character: CharacterArgument, project: OfProject = None) -> None:
    """Show a character in its newest version."""
    number = character_id(call, character, of_project=project)
    call.show(call.tower.characters.get(number))


@command(group, "create")
def create_character(
    call: Call,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    project: ProjectOption,
    kind: Annotated[Kind, typer.Option(help="What it is.")] = "character",
    description: Description = None,
    prompt: Prompt = None,
    more: Set = None,
) -> None:
    """Introduce a character to a project."""
    named = fields("Character", more, kind=kind, description=description, prompt=prompt)
    within = project_id(call, project)
    call.show(call.tower.characters.create(**{"project_id": within, "name": name, **named}))


@command(group, "update")
def update_character(
    call: Call,
    character: CharacterArgument,
    project: OfProject = None,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    description: Description = None,
    prompt: Prompt = None,
    more: Set = None,
) -> None:
    """Change what is named: a new version."""
    named = require(fields("Character", more, name=name, description=description, prompt=prompt))
    number = character_id(call, character, of_project=project)
    call.show(call.tower.characters.update(number, **named))


@command(group, "rename")
def rename_character(
    call: Call,
    character: CharacterArgument,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    project: OfProject = None,
    branch: Annotated[
        list[str] | None,
        typer.Option("--branch", "-b", help="A branch whose scenes follow; may be given again."),
    ] = None,
) -> None:
    """Rename a character, and have the scenes, casts and speakers of some branches follow."""
    found = call.tower.characters.get(character_id(call, character, of_project=project))
    branches = [branch_in(call, named, found.project_id) for named in branch or ()]
    call.show(call.tower.characters.rename(found, name, branches=branches))


@command(group, "image")
def upload_image(
    call: Call,
    character: CharacterArgument,
    file: Annotated[Path, typer.Argument(help="The picture's file.")],
    project: OfProject = None,
) -> None:
    """Give a character a picture: a new version."""
    number = character_id(call, character, of_project=project)
    call.show(call.tower.characters.upload_image(number, file))


@command(group, "versions")
def list_versions(call: Call, character: CharacterArgument, project: OfProject = None) -> None:
    """List every version of a character, the newest first."""
    number = character_id(call, character, of_project=project)
    call.show_rows(call.tower.characters.versions(number), COLUMNS)


@command(group, "delete")
def delete_character(call: Call, character: CharacterArgument, project: OfProject = None) -> None:
    """Put a character in the trash."""
    number = character_id(call, character, of_project=project)
    call.show(call.tower.characters.delete(number))


@command(group, "restore")
def restore_character(
    call: Call,
    character: CharacterArgument,
    project: OfProject = None,
    version: Annotated[
        int | None, typer.Option(help="Go back to this version; it becomes a new one.")
    ] = None,
) -> None:
    """Take a character out of the trash, or go back to an earlier version."""
    number = character_id(call, character, of_project=project, deleted=version is None)
    if version is None:
        call.show(call.tower.characters.restore(number))
    else:
        call.show(call.tower.characters.restore_version(number, version))
