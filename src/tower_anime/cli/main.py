"""The commands of `tower-anime`."""

from __future__ import annotations

from typing import Annotated

import typer

from tower_anime.cli import backup, commands, doctor, service, simulator
from tower_anime.cli.help import Sections
from tower_anime.cli.options import AllowRemote, DataDir, Host, Port, refusals, settings_of

app = typer.Typer(
    name="tower-anime",
    help="The studio server for people who make anime with generative models.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # whose help takes as long to import as all the rest
    cls=Sections,
)
app.add_typer(service.app, name="service")
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(doctor.doctor)
app.command("comfyui-simulator")(simulator.simulator)


@app.command()
def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    allow_remote: AllowRemote = None,
    lan: Annotated[
        bool | None,
        typer.Option(
            "--lan", help="Serve the local network too: its devices come in by a QR code."
        ),
    ] = None,
    new_token: Annotated[
        bool,
        typer.Option(
            "--new-token", help="With --lan: make another token; the old ones are shut out."
        ),
    ] = False,
) -> None:
    """Run the service until it is told to stop."""
    from tower_anime.cli.serving import serve as run  # noqa: PLC0415 - other commands start fast

    given = {"host": host, "port": port, "allow_remote": allow_remote, "lan": lan}
    settings = settings_of(data_dir=data_dir, **given)
    with refusals():
        run(settings, new_token=new_token)


@app.command()
def config(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    markdown: Annotated[bool, typer.Option(help="Print the page docs/settings.md.")] = False,
) -> None:
    """Show each setting, its value, and where that came from."""
    from rich.console import Console  # noqa: PLC0415 - other commands start fast
    from rich.table import Table  # noqa: PLC0415

    from tower_anime.core import settings as configuration  # noqa: PLC0415

    if markdown:
        typer.echo(configuration.documentation(), nl=False)
        return
    given: dict[str, object] = {"host": host, "port": port, "data_dir": data_dir}
    settings = settings_of(**given)
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
    comfyui: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Render on this ComfyUI server, such as gpu1:8188 [the built-in engine].",
        ),
    ] = None,
) -> None:
    """Make the sample production, from its text to a film, and keep serving it."""
    from tower_anime.cli import demonstration  # noqa: PLC0415 - other commands start fast

    settings = settings_of(host=host, port=port, data_dir=data_dir)
    with refusals():
        raise typer.Exit(demonstration.run(settings, keep_serving=serve, comfyui=comfyui))


@app.command()
def films(data_dir: DataDir = None) -> None:
    """Make the readable mirror under films/ again, from the database of a stopped service."""
    from tower_anime.cli import mirroring  # noqa: PLC0415 - other commands start fast

    with refusals():
        mirroring.rebuild(settings_of(data_dir=data_dir))


commands.register(app)
