"""Functions that the tests have child processes run."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

Job = dict[str, object]
Report = Callable[[int, int], None]


def double(job: Job, report: Report) -> Job:
    report(1, 1)
    print("a stray word on standard output")
    return {"doubled": 2 * int(str(job["number"])), "pid": os.getpid()}


def refuse(job: Job, report: Report) -> Job:
    raise ValueError(f"{job['name']} is no picture.")


def stumble(job: Job, report: Report) -> Job:
    return {"never": 1 // 0}


def crash(job: Job, report: Report) -> Job:
    os.abort()


def wait_forever(job: Job, report: Report) -> Job:
    """Say who waits, and never end."""
    Path(str(job["pid_file"])).write_text(str(os.getpid()))
    report(1, 2)
    threading.Event().wait()
    return {}


def count_to_a_million(job: Job, report: Report) -> Job:
    for done in range(1_000_000):
        report(done, 1_000_000)
    report(1_000_000, 1_000_000)
    return {}


def hoard(job: Job, report: Report) -> Job:
    return {"bytes": len(bytearray(int(str(job["bytes"]))))}


def fill_the_disk(job: Job, report: Report) -> Job:
    Path("/dev/full").write_text("no room for this")
    return {}


def find(job: Job, report: Report) -> Job:
    return {"file": importlib.import_module(str(job["module"])).__file__}
