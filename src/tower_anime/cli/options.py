"""What several commands share: options, the settings they come to, and refusals told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.core.errors import CannotStart

if TYPE_CHECKING:
    from tower_anime.core.settings import Settings

Host = Annotated[str | None, typer.Option(help="The address to listen on [127.0.0.1].")]
Port = Annotated[int | None, typer.Option(help="The port; 0 takes a free one [8321].")]
DataDir = Annotated[
    Path | None, typer.Option(help="The folder of the database, the media and the films.")
]
AllowRemote = Annotated[
    bool | None,
    typer.Option("--allow-remote", help="Listen also on an address that other machines can reach."),
]


def settings_of(**given: object) -> Settings:
    """The settings with what was given on the command line; ends the command where they clash."""
    from tower_anime.core import settings  # noqa: PLC0415 - other commands start fast

    with refusals():
        return settings.load(**given)


@contextmanager
def refusals(what: str = "tower-anime cannot start:") -> Iterator[None]:
    """Tell a refusal in a line, and end the command with 1."""
    try:
        yield
    except CannotStart as error:
        typer.secho(what, fg="red", err=True, nl=False)
        typer.echo(f" {error.detail}", err=True)
        raise typer.Exit(1) from error
