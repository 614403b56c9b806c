"""The commands of `tower-anime`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tower_anime.core import settings as configuration
from tower_anime.core.errors import CannotStart

app = typer.Typer(
    name="tower-anime",
    help="The studio server for people who make anime with generative models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Host = Annotated[str | None, typer.Option(help="The address to listen on [127.0.0.1].")]
Port = Annotated[int | None, typer.Option(help="The port; 0 takes a free one [8321].")]
DataDir = Annotated[
    Path | None, typer.Option(help="The folder of the database, the media and the films.")
]


def _settings(**given: object) -> configuration.Settings:
    with _refusals():
        return configuration.load(**given)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except CannotStart as error:
        Console(stderr=True).print(f"[red]tower-anime cannot start:[/red] {error.detail}")
        raise typer.Exit(1) from error


@app.command()
def serve(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Run the service until it is told to stop."""
    from tower_anime.cli.serving import serve as run  # noqa: PLC0415 - other commands start fast

    settings = _settings(host=host, port=port, data_dir=data_dir)
    with _refusals():
        run(settings)


@app.command()
def config(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    markdown: Annotated[bool, typer.Option(help="Print the page docs/settings.md.")] = False,
) -> None:
    """Show each setting, its value, and where that came from."""
    if markdown:
        typer.echo(configuration.documentation(), nl=False)
        return
    given: dict[str, object] = {"host": host, "port": port, "data_dir": data_dir}
    settings = _settings(**given)
    table = Table(box=None, pad_edge=False)
    for heading in ("setting", "value", "from", "what it is"):
        table.add_column(heading, overflow="fold")  # a path that is cut short is of no use
    for name, value, origin in configuration.origins(settings, given):
        about = configuration.Settings.model_fields[name].description or ""
        table.add_row(name, configuration.shown(name, value), origin, about)
    Console().print(table)


@app.command()
def demo(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    serve: Annotated[bool, typer.Option(help="Keep serving when the film is made.")] = True,
) -> None:
    """Make the sample production, from its text to a film, and keep serving it."""
    from tower_anime.cli import demonstration  # noqa: PLC0415 - other commands start fast

    settings = _settings(host=host, port=port, data_dir=data_dir)
    with _refusals():
        raise typer.Exit(demonstration.run(settings, keep_serving=serve))


@app.command()
def films(data_dir: DataDir = None) -> None:
    """Make the readable mirror under films/ again, from the database of a stopped service."""
    from tower_anime.cli import mirroring  # noqa: PLC0415 - other commands start fast

    with _refusals():
        mirroring.rebuild(_settings(data_dir=data_dir))
