"""Child processes for what keeps a processor busy: drawing, encoding, decoding.

A child runs one function after another, named as `package.module:function`. The function takes
a job (a JSON object) and `report(done, total)`, and returns a JSON object. Parent and child speak
JSON lines over pipes: the child ends when its standard input does, so none outlives its parent.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from tower_anime.core.errors import TowerError

log = logging.getLogger(__name__)

Report = Callable[[int, int], None]
Answer = dict[str, object]

CHECK_SECONDS = 0.1  # how often a running job is asked whether it was cancelled
# What the machine has run out of, whatever the job: a full disk, too many open files.
EXHAUSTED = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}


class Cancelled(Exception):
    """The job was cancelled while it ran; its child is gone, and what it wrote is unfinished."""


class ChildDied(TowerError):
    """The child process ended in the middle of a job: out of memory, killed, or a crash."""


class Refused(TowerError):
    """The function refused its input; `kind` names the exception, `detail` is its sentence."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class Child:
    """One child process, used by one thread at a time."""

    def __init__(self, memory: int | None) -> None:
        # -P: a file in the current folder must not be taken for one of our modules.
        command = [sys.executable, "-P", "-m", "tower_anime.core.child", str(memory or "")]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise ChildDied("The process that was to do the work has no pipes.")
        self._requests, self._lines = self._process.stdin, self._process.stdout
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="child-listener", daemon=True).start()

    def _listen(self) -> None:
        with self._lines as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put(None)

    def run(
        self,
        function: str,
        job: Mapping[str, object],
        report: Report,
        cancelled: Callable[[], bool],
        seconds: float,
    ) -> Answer:
        """Run one job to its end. Raises `Refused`, `ChildDied`, `Cancelled` or OSError."""
        self._send({"function": function, "job": job})
        deadline = time.monotonic() + seconds
        while True:
            if cancelled():
                raise Cancelled
            if time.monotonic() > deadline:
                self.stop()
                raise Refused("OutOfTime", f"The work took longer than {seconds:.0f} seconds.")
            try:
                line = self._answers.get(timeout=CHECK_SECONDS)
            except queue.Empty:
                continue
            if line is None:
                code = self._process.wait()
                raise ChildDied(f"The process that did the work ended by itself (code {code}).")
            message = json.loads(line)
            match message["kind"]:
                case "progress":
                    report(message["done"], message["total"])
                case "done":
                    answer: Answer = message["answer"]
                    return answer
                case "refused" if message["errno"] in EXHAUSTED:
                    raise OSError(message["errno"], os.strerror(message["errno"]))
                case "refused":
                    raise Refused(message["error"], message["detail"])

    def _send(self, message: Mapping[str, object]) -> None:
        try:
            self._requests.write(json.dumps(message) + "\n")
            self._requests.flush()
        except OSError as error:
            raise ChildDied("The process that was to do the work is gone.") from error

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the child, whatever it does."""
        self._process.kill()
        self._process.wait()
        with suppress(BrokenPipeError):
            self._requests.close()


class Children:
    """A few child processes, started when first needed and kept for the next job.

    `memory` bounds what each may have, in bytes; a job that needs more is refused.
    """

    def __init__(self, size: int, memory: int | None = None) -> None:
        self._memory = memory
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(size)
        self._busy: set[Child] = set()
        self._closed = False

    def run(
        self,
        function: str,
        job: Mapping[str, object],
        *,
        report: Report = lambda _done, _total: None,
        cancelled: Callable[[], bool] = lambda: False,
        seconds: float = math.inf,
    ) -> Answer:
        """Run `function(job, report)` in a child; waits for a free one.

        Raises `Refused` (the function refused its input, or took longer than `seconds`),
        `ChildDied`, `Cancelled` as soon as `cancelled()` is true, or OSError where the machine
        has run out of something (`EXHAUSTED`).
        """
        with self._places:
            child = self._take()
            try:
                answer = child.run(function, job, report, cancelled, seconds)
            except Refused:
                self._give_back(child)
                raise
            except BaseException:
                self._discard(child)
                raise
            self._give_back(child)
            return answer

    def _take(self) -> Child:
        with self._lock:
            if self._closed:
                raise Cancelled
            child = self._next()
            self._busy.add(child)
            return child

    def _next(self) -> Child:
        """A child that waits, or a new one; the system may have killed one that waited."""
        while self._idle:
            child = self._idle.pop()
            if child.is_alive():
                return child
            child.stop()
        return Child(self._memory)

    def _give_back(self, child: Child) -> None:
        with self._lock:
            self._busy.discard(child)
            if not self._closed:
                self._idle.append(child)
                return
        child.stop()

    def _discard(self, child: Child) -> None:
        with self._lock:
            self._busy.discard(child)
        child.stop()

    def close(self) -> None:
        """Stop every child, also those at work: their jobs end with `ChildDied`."""
        with self._lock:
            self._closed = True
            children = [*self._idle, *self._busy]
            self._idle.clear()
        for child in children:
            child.stop()
