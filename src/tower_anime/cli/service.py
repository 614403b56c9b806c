"""`tower-anime service`: the service as systemd's, started at login and again after a crash."""

from __future__ import annotations

from typing import Annotated

import typer

from tower_anime.cli.options import AllowRemote, DataDir, Host, Port, refusals, settings_of

app = typer.Typer(
    help="Have systemd run the service: from login on, and again after a crash.",
    no_args_is_help=True,
)

Force = Annotated[bool, typer.Option("--force", help="Also a unit that was edited since.")]
Start = Annotated[bool, typer.Option(help="Start the service now, and at each login.")]


@app.command()
def install(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    allow_remote: AllowRemote = None,
    start: Start = True,
    force: Force = False,
) -> None:
    """Write the unit tower-anime-api.service, and start it."""
    from tower_anime.cli import supervised  # noqa: PLC0415 - other commands start fast

    given = {"host": host, "port": port, "allow_remote": allow_remote}
    settings = settings_of(data_dir=data_dir, **given)
    with refusals("tower-anime cannot be installed:"):
        changed = supervised.write_unit(settings, given, force=force)
    supervised.run_unit(start=start, restart=changed)


@app.command()
def uninstall(force: Force = False) -> None:
    """Stop the service and remove its unit; what was made stays."""
    from tower_anime.cli import supervised  # noqa: PLC0415 - other commands start fast

    with refusals("tower-anime cannot be uninstalled:"):
        supervised.uninstall(force=force)


@app.command()
def status() -> None:
    """Tell how the unit is, and how the service itself says it is."""
    from tower_anime.cli import supervised  # noqa: PLC0415 - other commands start fast

    supervised.tell_status()


@app.command()
def logs(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many lines.")] = 100,
) -> None:
    """Show the log: the file of the setting log_file, or else systemd's journal."""
    from tower_anime.cli import supervised  # noqa: PLC0415 - other commands start fast

    raise typer.Exit(supervised.show_log(settings_of(), follow=follow, lines=lines))
