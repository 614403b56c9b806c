"""Progress bars, on standard error: what is printed stays for programs to read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tower_anime.cli import output

if TYPE_CHECKING:
    from rich.console import Console

    from tower_anime.client import Tower
    from tower_anime.cuts.schemas import Cut
    from tower_anime.renders.schemas import Run

POLL_SECONDS = 0.3
STILL_SECONDS = 2.0  # what has just been approved is planned within a moment of it

Told = Callable[[float, float], None]  # how much of how many


@contextmanager
def bar(label: str, at: Console | None = None) -> Iterator[Told]:
    """A bar that is moved by what it is told."""
    from rich.progress import (  # noqa: PLC0415 - other commands do without
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn())
    where = at or output.console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=where) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def watch_run(tower: Tower, run_id: int, at: Console | None = None) -> Run:
    """The run once it is over, or all that is left waits for a person; its takes' real progress.

    `finished_at` tells which of the two it is.
    """
    with bar("Rendering takes", at) as told:
        still = time.monotonic()  # since when nothing but people could move it
        while True:
            run = tower.runs.get(run_id)
            under_way = tower.takes.list(run_id=run_id, status="running")
            told(_over(run) + sum(take.progress for take in under_way), sum(run.counts.values()))
            if run.finished_at is not None:
                told(_over(run), _over(run))
                return run
            if not _is_for_people(run):
                still = time.monotonic()
            elif time.monotonic() - still >= STILL_SECONDS:
                return run
            time.sleep(POLL_SECONDS)


def _is_for_people(run: Run) -> bool:
    return "running" not in run.counts and run.waiting == run.counts.get("queued", 0)


def _over(run: Run) -> int:
    return sum(n for status, n in run.counts.items() if status not in ("queued", "running"))


def watch_cut(tower: Tower, cut_id: int, at: Console | None = None) -> Cut:
    """The cut once its film is done, failed or cancelled."""
    with bar("Cutting the episode", at) as told:
        while True:
            cut = tower.cuts.get(cut_id)
            told(cut.progress, 1.0)
            if cut.status not in ("queued", "running"):
                return cut
            time.sleep(POLL_SECONDS)
