"""Measure the service beside others, print one table, and write it as Markdown if asked."""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks import (
    animatic,
    assembly,
    board,
    branches,
    calls,
    ceiling,
    farm,
    restore,
    scripts,
    staleness,
    start,
)
from benchmarks.scale import FULL, QUICK, Scale
from benchmarks.table import Row, as_markdown, show

GROUPS: dict[str, Callable[[Scale, Path], list[Row]]] = {
    "ceiling": ceiling.rows,
    "calls": calls.rows,
    "start": start.rows,
    "animatic": animatic.rows,
    "assembly": assembly.rows,
    "restore": restore.rows,
    "scripts": scripts.rows,
    "branches": branches.rows,
    "staleness": staleness.rows,
    "farm": farm.rows,
    "board": board.rows,
}


def main() -> None:
    options = parse(sys.argv[1:])
    scale = QUICK if options.quick else FULL
    console = Console(width=None if sys.stdout.isatty() else 120)
    rows: list[Row] = []
    for name in options.only or GROUPS:
        # One line, not a spinner: what measures must not be busy itself.
        console.print(f"measuring: {name}", style="dim")
        with TemporaryDirectory(dir=options.folder) as folder:
            rows += GROUPS[name](scale, Path(folder))
    notes = conditions(scale)
    show(rows, notes, console)
    if options.markdown:
        options.markdown.write_text(as_markdown(rows, notes), encoding="utf-8")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run, too short to publish")
    parser.add_argument("--only", action="append", choices=GROUPS, help="one group; repeatable")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument("--folder", type=Path, help="keep databases here, on the disk to measure")
    return parser.parse_args(arguments)


def conditions(scale: Scale) -> list[str]:
    """What a reader has to know to compare: load, machine, versions, day."""
    load = (
        f"{scale.scenes:,} scenes, {scale.connections} connections, median of {scale.rounds} rounds"
        f" of {scale.seconds:g} s; a write is answered once it is on the disk."
    )
    machine = (
        f"{processor()}, {os.cpu_count()} cores; Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}; {datetime.now(UTC):%Y-%m-%d}."
    )
    return [load, machine]


def processor() -> str:
    """The processor's name (proc(5)), or at least its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
