"""`tower-anime demo`: a service, the sample production made on it, and where to find the film."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from rich.console import Console

from tower_anime.cli import demo
from tower_anime.cli.serving import serving
from tower_anime.client import Tower, TowerClientError
from tower_anime.core.settings import Settings
from tower_anime.cuts.schemas import Cut
from tower_anime.media.service import url_of
from tower_anime.ops.films import find

MIRROR_SECONDS = 10


def run(settings: Settings, *, keep_serving: bool, comfyui: str | None = None) -> int:
    """Make the sample production, on a ComfyUI server where its address is given; the exit code.

    Raises `CannotStart`.
    """
    console = Console()
    with serving(settings) as address:
        try:
            with Tower(address) as tower:
                cut = demo.produce(tower, console, comfyui)
        except TowerClientError as error:
            console.print(str(error), style="red", markup=False)
            return 1
        _tell(console, address, cut, settings)
        if keep_serving:
            _until_stopped(console)
    return 0


def _tell(console: Console, address: str, cut: Cut, settings: Settings) -> None:
    medium = str(cut.media_id)
    lines = [
        f"The episode: {cut.duration:g} seconds in {len(cut.items)} shots.",
        f"File:   {_film(settings, medium)}",
        f"Watch:  {address}{url_of(medium)}",
        f"Studio: {address}/projects/{cut.project_id}",
        f"API:    {address}/docs",
    ]
    console.rule("Done", align="left")
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False)


def _film(settings: Settings, sha256: str) -> Path:
    """The episode's file: in the readable mirror, a moment after it was made, or in the store."""
    films = settings.data_dir.resolve() / "films"
    waited = threading.Event()
    for _ in range(MIRROR_SECONDS * 10 if settings.films_mirror else 0):
        if path := find(films, sha256):
            return path
        waited.wait(0.1)
    return settings.data_dir.resolve() / "media" / sha256[:2] / sha256


def _until_stopped(console: Console) -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    console.print("Serving. Press Ctrl+C to stop.")
    stopped.wait()
