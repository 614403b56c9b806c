"""`tower-anime media`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tower_anime.cli.calls import Call, command

group = typer.Typer(help="Pictures, films and sounds.", no_args_is_help=True)

MediumId = Annotated[
    str, typer.Argument(metavar="MEDIUM", help="Its id, the SHA-256 of its bytes.")
]


@command(group, "show")
def show_medium(call: Call, medium: MediumId) -> None:
    """Show what is known of a medium."""
    call.show(call.tower.media.get(medium))


@command(group, "upload")
def upload_medium(
    call: Call, file: Annotated[Path, typer.Argument(help="A picture, a film or a sound.")]
) -> None:
    """Upload a file; the same bytes are kept once."""
    call.show(call.tower.media.upload(file))


@command(group, "download")
def download_medium(
    call: Call,
    medium: MediumId,
    to: Annotated[Path, typer.Argument(help="A file, or a folder.")] = Path(),
) -> None:
    """Write a medium to a file; what is printed is where."""
    typer.echo(call.tower.media.download(medium, to))


@command(group, "thumbnail")
def save_thumbnail(
    call: Call,
    medium: MediumId,
    to: Annotated[Path, typer.Argument(help="The file, of WebP.")],
    width: Annotated[int, typer.Option(help="Pixels.")] = 320,
) -> None:
    """Write a small picture of a medium to a file; a video's is its poster."""
    to.write_bytes(call.tower.media.thumbnail(medium, width=width))
