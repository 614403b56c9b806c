"""Simulated ComfyUI servers: in a thread of this process, or as a process that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2

from tests.support.services import PATIENCE
from tower_anime.simulator.handle import Simulator as Comfy
from tower_anime.simulator.handle import running

__all__ = ["DATA", "Comfy", "Process", "process", "running", "workflow"]

DATA = Path(__file__).parents[1] / "data/comfyui"
_LISTENING = re.compile(r"listens on (http://\S+)")


def workflow(name: str) -> Any:
    """A graph in API format of those that a real server has run."""
    return json.loads((DATA / "workflows" / f"{name}.json").read_text())


class Process:
    """`tower-anime comfyui-simulator` over one folder and, once it had one, one port."""

    def __init__(self, folder: Path, words: Sequence[str] = (), **behaviour: Any) -> None:
        self.folder = folder
        self.port = 0
        self.url = ""
        self._words = words
        self._behaviour = {"step_seconds": 0.0, **behaviour}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Process:
        """Start and wait until it listens, behaving as at the first start."""
        command = [sys.executable, "-m", "tower_anime.cli", "comfyui-simulator"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), "--folder", str(self.folder), *self._words],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            text=True,
        )
        self.url = self._address()
        self.port = int(self.url.rpartition(":")[2])
        self.behave(**self._behaviour)
        return self

    def _address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        timer = threading.Timer(PATIENCE, self._process.kill)
        timer.start()
        try:
            for line in self._process.stdout:
                if found := _LISTENING.search(line):
                    return found[1]
        finally:
            timer.cancel()
        raise AssertionError(f"the simulator ended with {self._process.wait()}")

    def kill(self) -> None:
        """SIGKILL: queue, history and everything that was said is gone; files stay."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGINT, as Ctrl-C."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)
            self._process.wait(PATIENCE)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def behave(self, **settings: Any) -> None:
        """Change settings of `Behaviour`."""
        self._call("POST", "/behave", settings)

    def settings(self) -> str:
        """How it behaves, as JSON."""
        return self._call("GET", "").text

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._process is not None
        code = self._process.wait(PATIENCE)
        self.kill()
        return code

    def prompts(self) -> list[dict[str, Any]]:
        """Every prompt that was received in all its lives, the oldest first."""
        found: list[dict[str, Any]] = self._call("GET", "/prompts").json()
        return found

    def restart(self) -> None:
        """Lose queue and history without ending the process."""
        self._call("POST", "/restart")

    def drop_websockets(self) -> None:
        """Close every websocket."""
        self._call("POST", "/drop-websockets")

    def mute_websockets(self) -> None:
        """Say nothing more on those that are open now."""
        self._call("POST", "/mute-websockets")

    def _call(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        answer = httpx2.request(
            method, f"{self.url}/simulator{path}", json=body, timeout=PATIENCE, trust_env=False
        )
        assert answer.status_code == 200, answer.text
        return answer


@contextlib.contextmanager
def process(folder: Path, words: Sequence[str] = (), **behaviour: Any) -> Iterator[Process]:
    """A simulator as a process, stopped in the end; `kill()` and `start()` it in between.

    `words` are further words of its command line, each beginning with its option.
    """
    simulator = Process(folder, words, **behaviour)
    try:
        yield simulator.start()
    finally:
        simulator.stop()
