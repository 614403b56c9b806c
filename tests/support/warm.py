"""Services that start at once: forked from a process that has everything imported.

Each is a process of its own all the same, with its own arguments, environment and log, and can be
killed at any instant. Only the seconds that Python takes to import it are saved, which hundreds of
starts would pay each; `tests/cli` starts services as people do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import TextIO

from tower_anime.cli import main

STDERR = 2

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tower_anime.cli.serving", "tests.support.warm"])


class Process:
    """A run of `tower-anime`, as `subprocess.Popen` tells of one; `stderr` is its log."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        reading, writing = _CONTEXT.Pipe(duplex=False)
        given = (list(arguments), dict(environment), writing)
        self._process = _CONTEXT.Process(target=_run, args=given)
        self._process.start()
        writing.close()
        with reading:
            self.stderr: TextIO = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """Wait until it has ended; its exit code, or minus the signal that killed it."""
        self._process.join(seconds)
        code = self._process.exitcode
        assert code is not None, f"process {self.pid} goes on after {seconds} s"
        return code


def _run(arguments: list[str], environment: dict[str, str], log: Connection) -> None:
    """Run a command in this process, forked for it."""
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(log.fileno(), STDERR)
    log.close()
    sys.stderr = open(STDERR, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["tower-anime", *arguments]
    main()
