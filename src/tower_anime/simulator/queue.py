"""The queue of prompts and the history of those that have run, both in memory only."""

from __future__ import annotations

import copy
import heapq
import threading
from collections.abc import Callable
from typing import Any

Item = tuple[float, str, dict[str, Any], Any, list[str]]
"""Number, prompt id, graph, extra data, outputs to make; as `/queue` answers it. The lowest
number runs first. Items of one number and id are compared by their graphs, which fails: the real
server answers 500 then, and has queued the item none the less."""
Entry = dict[str, Any]


class PromptQueue:
    """What waits, what runs, and what has run."""

    def __init__(self, changed: Callable[[], None], history_size: Callable[[], int]) -> None:
        self._changed = changed
        self._history_size = history_size
        self._lock = threading.RLock()
        self.arrived = threading.Condition(self._lock)
        self._waiting: list[Item] = []
        self._running: Item | None = None
        self._history: dict[str, Entry] = {}

    def put(self, item: Item) -> None:
        """Queue an item; raises `TypeError` as told above."""
        with self._lock:
            heapq.heappush(self._waiting, item)
            self._changed()
            self.arrived.notify()

    def next(self, stopped: Callable[[], bool]) -> Item | None:
        """Wait for the next item, which then runs; None once `stopped`."""
        with self._lock:
            while not self._waiting and not stopped():
                self.arrived.wait()
            if stopped():
                return None
            self._running = heapq.heappop(self._waiting)
            self._changed()
            return self._running

    def done(self, item: Item, entry: Entry | None) -> None:
        """Move the running item into the history; without an entry it is only gone."""
        with self._lock:
            if self._running is item:
                self._running = None
                if entry is not None:
                    self._remember(item, entry)
            self._changed()

    def _remember(self, item: Item, entry: Entry) -> None:
        self._history.pop(item[1], None)
        self._history[item[1]] = {"prompt": list(item), **entry}
        while len(self._history) > self._history_size():
            del self._history[next(iter(self._history))]

    def remaining(self) -> int:
        """How many wait or run."""
        with self._lock:
            return len(self._waiting) + (self._running is not None)

    def running_id(self) -> str | None:
        """The prompt id of what runs."""
        with self._lock:
            return self._running[1] if self._running else None

    def told(self) -> dict[str, list[list[Any]]]:
        """What `GET /queue` answers."""
        with self._lock:
            running = [list(self._running)] if self._running else []
            whole = {"queue_running": running, "queue_pending": [list(i) for i in self._waiting]}
            return copy.deepcopy(whole)

    def delete(self, prompt_id: str) -> Item | None:
        """Take out the first waiting item of that id; what runs is left alone."""
        with self._lock:
            for item in self._waiting:
                if item[1] == prompt_id:
                    self._waiting.remove(item)
                    heapq.heapify(self._waiting)
                    self._changed()
                    return item
        return None

    def clear(self) -> list[Item]:
        """Take out all that waits."""
        with self._lock:
            taken, self._waiting = self._waiting, []
            self._changed()
            return taken

    def history(
        self, prompt_id: str | None = None, max_items: int | None = None, offset: int = -1
    ) -> dict[str, Entry]:
        """Entries by prompt id: of one, or of all, or the last `max_items` (from `offset`)."""
        with self._lock:
            if prompt_id is not None:
                wanted = [prompt_id] if prompt_id in self._history else []
            elif max_items is None:
                wanted = list(self._history)
            else:
                start = offset if offset >= 0 else max(0, len(self._history) - max_items)
                wanted = list(self._history)[start : start + max_items]
            return copy.deepcopy({key: self._history[key] for key in wanted})

    def forget(self, prompt_id: str) -> None:
        """Take one entry out of the history."""
        with self._lock:
            self._history.pop(prompt_id, None)

    def forget_all(self) -> None:
        """Empty the history."""
        with self._lock:
            self._history.clear()

    def lose(self) -> None:
        """Queue and history are gone, as after a restart."""
        with self._lock:
            self._waiting, self._running, self._history = [], None, {}
