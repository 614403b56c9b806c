"""A client that follows the change log: where it stands, and what passes by while it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from fastapi.sse import format_sse_event

from tower_anime.core.feed import Asked


class Passing(NamedTuple):
    """Something that is told and not logged: an event's name, what it is about, and its JSON."""

    event: str
    project_id: int
    subject: str
    subject_id: int
    data: str

    @property
    def about(self) -> tuple[str, str, int]:
        """What the newest of replaces the ones before."""
        return self.event, self.subject, self.subject_id


class Follower:
    """One client: what it asked for, up to where it has read, and what passes by meanwhile.

    `sent` is the last id that it was told; `behind` holds until it has read all there is.
    """

    def __init__(self, asked: Asked, after: int, cut_off: Callable[[], None]) -> None:
        self.asked = asked
        self.after = self.sent = after
        self.behind = True
        self.cut_off = cut_off
        self.woken = asyncio.Event()
        self._passing: dict[tuple[str, str, int], Passing] = {}

    def hear(self, news: Passing) -> None:
        """Take note of passing news, where it is of what was asked for."""
        asked = self.asked
        if (
            asked.subject in (None, news.subject)
            and asked.subject_id in (None, news.subject_id)
            and asked.branch_name is None  # news are of no branch, and of nobody
            and asked.actor is None
        ):
            self._passing[news.about] = news
            self.woken.set()

    def heard(self) -> bytes:
        """What passed since the last time, as events without an id."""
        passing, self._passing = self._passing, {}
        events = (format_sse_event(event=n.event, data_str=n.data) for n in passing.values())
        return b"".join(events)

    async def wait(self, seconds: float) -> bool:
        """Wait to be woken; whether that was so within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        except TimeoutError:
            return False
        return True
