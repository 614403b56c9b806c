"""`tower-anime engines`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli.addresses import with_scheme
from tower_anime.cli.arguments import Deleted
from tower_anime.cli.assignments import require
from tower_anime.cli.calls import Call, command
from tower_anime.cli.names import EngineArgument, engine_id
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.engines.schemas import Engine

group = typer.Typer(help="The ComfyUI servers that render.", no_args_is_help=True)


def _free(engine: Engine) -> str | None:
    """The free memory of its devices, for a person."""
    known = [device.free for device in engine.devices if device.free is not None]
    return f"{sum(known) / 2**30:.1f} GiB" if known else None


COLUMNS: list[Column[Engine]] = [
    Column("id", lambda e: e.id),
    Column("name", lambda e: e.name, wide=True),
    Column("address", lambda e: e.url, wide=True),
    Column("status", lambda e: e.status if e.enabled else "off"),
    Column("free", _free),
    Column("version", lambda e: e.version),
    Column("detail", lambda e: e.detail, wide=True),
]

Name = Annotated[str | None, typer.Option(help="What people call it.")]


@command(group, "list")
def list_engines(call: Call, deleted: Deleted = False) -> None:
    """List engines, the newest first."""
    call.show_rows(call.tower.engines.list(deleted=deleted), COLUMNS)


@command(group, "show")
def show_engine(call: Call, engine: EngineArgument) -> None:
    """Show an engine as it was when it was last asked."""
    call.show(call.tower.engines.get(engine_id(call, engine)))


@command(group, "add")
def add_engine(
    call: Call,
    address: Annotated[str, typer.Argument(help="Where it is: gpu1:8188, http://gpu1:8188.")],
    name: Name = None,
) -> None:
    """Add a ComfyUI server, and ask it how it is."""
    added = call.tower.engines.add(with_scheme(address), name=name)
    call.show(call.tower.engines.check(added))


@command(group, "set")
def set_engine(
    call: Call,
    engine: EngineArgument,
    name: Name = None,
    address: Annotated[str | None, typer.Option(help="A new address.")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--on/--off", help="Whether it is given takes.")
    ] = None,
) -> None:
    """Change what is named."""
    url = None if address is None else with_scheme(address)
    given = {"name": name, "url": url, "enabled": enabled}
    named = require({field: value for field, value in given.items() if value is not None})
    call.show(call.tower.engines.update(engine_id(call, engine), **named))


@command(group, "check")
def check_engine(call: Call, engine: EngineArgument) -> None:
    """Ask an engine now how it is, and lift its quarantine."""
    call.show(call.tower.engines.check(engine_id(call, engine)))


@command(group, "remove")
def remove_engine(call: Call, engine: EngineArgument) -> None:
    """Put an engine in the trash."""
    call.show(call.tower.engines.delete(engine_id(call, engine)))


@command(group, "restore")
def restore_engine(call: Call, engine: EngineArgument) -> None:
    """Take an engine out of the trash."""
    call.show(call.tower.engines.restore(engine_id(call, engine, deleted=True)))
