"""`tower-anime comfyui-simulator`: a pretended ComfyUI server, to try rendering without a GPU."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import typer
from pydantic import ValidationError

from tower_anime.core.errors import CannotStart
from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.handle import serve


def behaviour(name: str | None, given: dict[str, float], lists: dict[str, str]) -> Behaviour:
    """How it is to behave; `lists` are names with commas between. Raises `CannotStart`."""
    named = {"name": name} if name else {}
    models = {
        kind: [n.strip() for n in names.split(",") if n.strip()] for kind, names in lists.items()
    }
    try:
        return Behaviour.model_validate({**named, **given, **models})
    except ValidationError as error:
        first = error.errors()[0]
        raise CannotStart(f"{first['loc'][0]}: {first['msg']}.") from error


def simulate(host: str, port: int, folder: Path | None, behaviour: Behaviour) -> None:
    """Run the simulator until it is told to stop, and print its address once it listens."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            made = stack.enter_context(tempfile.TemporaryDirectory(prefix="comfyui-simulator-"))
            folder = Path(made)
        try:
            serve(host, port, folder, behaviour, _told)
        except OSError as error:
            raise CannotStart(f"{host}:{port}: {error.strerror}.") from error


def _told(address: str) -> None:
    typer.echo(f"A simulated ComfyUI listens on {address}")
