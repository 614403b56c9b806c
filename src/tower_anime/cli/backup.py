"""`tower-anime backup` and `tower-anime restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from tower_anime.cli import output
from tower_anime.cli.options import DataDir, settings_of

if TYPE_CHECKING:
    from tower_anime.core.children import Report
    from tower_anime.ops.backup_folder import Generation

Folder = Annotated[
    Path | None, typer.Argument(help="The folder of backups; by default the setting backup_dir.")
]
Name = Annotated[
    str | None, typer.Option("--generation", metavar="NAME", help="Not the newest, but this one.")
]


def backup(
    folder: Folder = None,
    data_dir: DataDir = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Make none; read one again, every byte of it.")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="Make none; list those there are.")] = False,
    generation: Name = None,
) -> None:
    """Save the database and the media, also while the service runs."""
    from tower_anime.ops import backup as making  # noqa: PLC0415 - other commands start fast
    from tower_anime.ops import backup_check, backup_folder  # noqa: PLC0415

    settings = settings_of(data_dir=data_dir)
    place = folder or settings.backup_dir
    if place is None:
        _end("Name the folder of backups, or set backup_dir.")
    with _failures():
        if show:
            backup_folder.find(place, generation)
            for one in backup_folder.generations(place):
                typer.echo(_described(one))
        elif verify:
            with _progress("Reading") as report:
                found = backup_check.verify(place, generation, report)
            typer.echo(f"{_described(found)}\nEvery byte of it is what it was.")
        else:
            with _progress("Copying") as report:
                made = making.back_up(settings, place, report)
            typer.echo(_described(made))
            _tell_lacking(made)


def restore(
    folder: Folder = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="The new folder of the database, the media and the films.")
    ] = None,
    generation: Name = None,
    database_url: Annotated[
        str | None, typer.Option(help="The new, empty PostgreSQL database of a service on one.")
    ] = None,
) -> None:
    """Make a new data folder of a backup; the one in use is not touched."""
    from tower_anime.ops import restore as restoring  # noqa: PLC0415 - other commands start fast

    settings = settings_of(data_dir=data_dir, database_url=database_url)
    place = folder or settings.backup_dir
    if place is None:
        _end("Name the folder of backups, or set backup_dir.")
    with _failures(), _progress("Restoring") as report:
        found = restoring.restore(settings, place, generation, report)
    typer.echo(f"{_described(found)}\nIt is in {settings.data_dir} now.")
    _tell_lacking(found)


def _described(generation: Generation) -> str:
    told = generation.manifest
    size = (told.database_bytes + told.media_bytes) / 1e6
    rows = sum(told.rows.values())
    return f"{generation.name}: {rows:,} rows, {told.media_count:,} media, {size:,.1f} MB"


def _tell_lacking(generation: Generation) -> None:
    lacking = generation.manifest.lacking
    if lacking:
        for reason in lacking.values():
            typer.echo(reason)
        _end(f"All but these {len(lacking)} media are in the backup.")


@contextmanager
def _failures() -> Iterator[None]:
    from tower_anime.ops.backup_folder import BackupFailed  # noqa: PLC0415

    try:
        yield
    except BackupFailed as error:
        _end(error.detail)


def _end(sentence: str) -> NoReturn:
    typer.secho(sentence, fg="red", err=True)
    raise typer.Exit(1)


@contextmanager
def _progress(what: str) -> Iterator[Report]:
    """A bar of bytes on a terminal, and nothing elsewhere."""
    from rich import progress  # noqa: PLC0415

    console = output.console(stderr=True)
    columns = [
        progress.TextColumn(what),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
    ]
    with progress.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
