"""`tower-anime comfyui-simulator`: a pretended ComfyUI server, to try rendering without a GPU."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tower_anime.cli.options import refusals


def simulator(  # noqa: PLR0917 - each is an option of the command
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8188,
    folder: Annotated[
        Path | None, typer.Option(help="Where its files are kept; else they are not.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What its graphics card is called.")] = None,
    vram: Annotated[float, typer.Option(help="The GiB of memory of that card.")] = 24.0,
    step_seconds: Annotated[float, typer.Option(help="How long a sampler's step takes.")] = 0.1,
    job_seconds: Annotated[float, typer.Option(help="How much longer each job takes.")] = 0.0,
    checkpoints: Annotated[str, typer.Option(help="Those it has, separated by commas.")] = "",
    loras: Annotated[str, typer.Option(help="Those it has, separated by commas.")] = "",
    vaes: Annotated[str, typer.Option(help="Those it has, separated by commas.")] = "",
    unets: Annotated[str, typer.Option(help="The diffusion models it has.")] = "",
    clips: Annotated[str, typer.Option(help="The text encoders it has.")] = "",
) -> None:
    """Run a pretended ComfyUI server, to try rendering without a GPU."""
    from tower_anime.cli import simulating  # noqa: PLC0415 - other commands start fast

    given = {"vram": vram, "step_seconds": step_seconds, "job_seconds": job_seconds}
    lists = {
        "checkpoints": checkpoints,
        "loras": loras,
        "vaes": vaes,
        "unets": unets,
        "clips": clips,
    }
    with refusals("The simulator cannot start:"):
        simulating.simulate(host, port, folder, simulating.behaviour(name, given, lists))
