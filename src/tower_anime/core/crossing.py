"""The way between event loops and a writer's thread, and back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")
J = TypeVar("J")  # what a writer takes

# Turns of the event loop that commands wait before they are handed over, so that requests that came
# together are read together and share a commit. Handed over one by one, the writer and the loop
# took turns at the interpreter for each statement: 570 scenes a second instead of 880.
GATHERING_TURNS = 3


# Of a future of any type: its result, or its error.
Settled = tuple[asyncio.Future[Any], Any, BaseException | None]


class Crossing(Generic[J]):
    """Between event loops and a writer's thread: what goes together crosses together.

    `submit` gets what came together on an event loop, and is called on it.
    """

    def __init__(self, submit: Callable[[asyncio.AbstractEventLoop, list[J]], None]) -> None:
        self._submit = submit
        self._outward: dict[asyncio.AbstractEventLoop, list[J]] = {}
        self._homeward: dict[asyncio.AbstractEventLoop, list[Settled]] = {}
        self._lock = threading.Lock()

    def send(self, loop: asyncio.AbstractEventLoop, job: J) -> None:
        """Hand a job over with those that come in the same moment; called on its loop."""
        waiting = self._outward.get(loop)
        if waiting is None:
            self._outward[loop] = [job]
            self._gather(loop, GATHERING_TURNS)
        else:
            waiting.append(job)

    def _gather(self, loop: asyncio.AbstractEventLoop, turns: int) -> None:
        if turns:
            loop.call_soon(self._gather, loop, turns - 1)
            return
        self._submit(loop, self._outward.pop(loop))

    def settle(self, future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
        """Have a future settled on its own loop, once a commit; called from any thread."""
        loop = future.get_loop()
        if asyncio._get_running_loop() is loop:  # noqa: SLF001 - documented; None where none runs
            settle_now(future, result, error)
            return
        with self._lock:
            waiting = self._homeward.setdefault(loop, [])
            waiting.append((future, result, error))
            is_first = len(waiting) == 1  # asked here: another thread may add to it at any time
        if is_first:
            loop.call_soon_threadsafe(self._deliver, loop)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            waiting = self._homeward.pop(loop, [])
        for settled in waiting:
            settle_now(*settled)


def settle_now(
    future: asyncio.Future[T] | Future[T], result: T, error: BaseException | None
) -> None:
    """Settle a future, on its loop or from any thread where it has none."""
    if future.cancelled():  # the client went away; what was committed stays committed
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):  # a mistake of ours, which futures do not take
        future.set_exception(RuntimeError(f"a command ended with {error!r}"))
    else:
        future.set_exception(error)
