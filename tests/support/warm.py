"""Services that start at once: forked from a process that has everything imported.

The killed service is a process like any other; only the second that Python takes to import it is
saved, which thousands of kills in a test would pay each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2

from tests.support.services import PATIENCE

_NURSERY = """
import os, sys
from pathlib import Path
from tower_anime.cli import serving
from tower_anime.core.settings import Settings

for line in sys.stdin:
    data_dir, port, database_url = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        try:
            serving.serve(Settings(
                data_dir=Path(data_dir), port=int(port), database_url=database_url or None,
                films_mirror=False, render_workers=1, log_level="error",
            ))
        finally:
            os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


class Nursery:
    """A process that forks services, one at a time."""

    def __init__(self, data_dir: Path, port: int, database_url: str | None) -> None:
        self._asked = f"{data_dir}\t{port}\t{database_url or ''}\n"
        self._process = subprocess.Popen(
            [sys.executable, "-c", _NURSERY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._child = 0
        self.api = httpx2.Client(base_url=f"http://127.0.0.1:{port}/api/anime", timeout=PATIENCE)

    def start(self) -> None:
        """Start a service, and wait until it is ready."""
        assert self._process.stdin is not None
        self._process.stdin.write(self._asked)
        self._process.stdin.flush()
        self._child = int(self._told())
        for _ in range(3000):
            try:
                if self.api.get("/ready").status_code == 200:
                    return
            except httpx2.TransportError:
                os.sched_yield()
                signal.sigtimedwait([], 0.01)
        raise AssertionError("the service did not start")

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        os.kill(self._child, signal.SIGKILL)
        assert self._told() == "ended"

    def close(self) -> None:
        """Kill the service, and end the process that forks them."""
        self.kill()
        self.api.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _told(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip()
