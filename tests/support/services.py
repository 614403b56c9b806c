"""A service as a process of its own, as a user runs it; it can be killed at any instant."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx2

from tests.support.warm import Process

# Seconds until something that must happen counts as not happening; more on a very busy machine.
PATIENCE = float(os.environ.get("TOWER_TEST_PATIENCE", "60"))
T = TypeVar("T")
_LISTENING = re.compile(r"running on (http://[^ ]+)")


class Service:
    """`tower-anime serve` on a free port, over one data folder; started again after a kill."""

    def __init__(self, data_dir: Path, **settings: object) -> None:
        self.data_dir = data_dir
        self._environment = {
            **os.environ,
            **{f"TOWER_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.log: list[str] = []
        self.url = ""
        self.port = 0  # a free one; set it, and the service is there again after a restart

    def start(self) -> Service:
        """Start and wait until it listens; raises `AssertionError` with its log if it ends."""
        arguments = ["serve", "--port", str(self.port), "--data-dir", str(self.data_dir)]
        self.process = Process(arguments, self._environment)
        self.url = ""
        listening = threading.Event()
        self._reader = threading.Thread(target=self._read, args=(listening,), daemon=True)
        self._reader.start()
        assert listening.wait(PATIENCE), "".join(self.log)
        assert self.url, "".join(self.log)
        self.api = httpx2.Client(base_url=f"{self.url}/api/anime", timeout=PATIENCE)
        return self

    def _read(self, listening: threading.Event) -> None:
        with self.process.stderr as lines:
            for line in lines:
                self.log.append(line)
                if found := _LISTENING.search(line):
                    self.url = found[1]
                    listening.set()
        listening.set()

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, and wait; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        if hasattr(self, "api"):
            self.api.close()
        return code

    def restart(self) -> Service:
        """Start again over the same data folder."""
        return self.start()


@contextlib.contextmanager
def serving(data_dir: Path, **settings: object) -> Iterator[Service]:
    """A running service, stopped in the end."""
    service = Service(data_dir, **settings)
    try:
        yield service.start()
    finally:
        service.stop()


def until(condition: Callable[[], T | None], what: str = "it") -> T:
    """Call `condition` until it is true, and return what it returned."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        pause.wait(0.02)
    raise AssertionError(f"{what} did not happen within {PATIENCE} s")
