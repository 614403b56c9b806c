"""Waiting until something is over, by asking again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tower_anime.client.errors import NotFinished

POLL_SECONDS = 0.5

T = TypeVar("T")


def until(over: Callable[[T], bool], look: Callable[[], T], timeout: float | None, what: str) -> T:
    """What `look` finds, once that is `over`. Raises `NotFinished` after `timeout` seconds."""
    deadline = None if timeout is None else time.monotonic() + timeout
    while not over(found := look()):
        if deadline is not None and time.monotonic() >= deadline:
            raise NotFinished(f"{what} is not over after {timeout:g} seconds.")
        time.sleep(POLL_SECONDS)
    return found
