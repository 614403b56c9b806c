"""Following the change log live: one hub wakes the clients that wait, each reads for itself.

A client's position is the last id that it was sent, and what it is sent is read from the log after
that id, never from memory: so there is no seam between what came before and what comes now, and a
wake that comes twice or for nothing does no harm. What is not in the log (progress) passes by:
who is not there misses it, and of several about one thing the newest is sent.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from tower_anime.core import feed
from tower_anime.core.database import Database, Reader
from tower_anime.core.errors import Unavailable
from tower_anime.core.feed import Asked
from tower_anime.core.followers import Follower, Passing
from tower_anime.core.text import dump

HEARTBEAT_SECONDS = 15.0  # proxies close what is silent, most of them after 60
# Commits that follow each other closely are told together: waking 200 clients costs as much as
# several writes.
GATHER_SECONDS = 0.1
AGAIN_SECONDS = 1.0  # while the database cannot answer
RETRY_MS = 2000  # until a client whose connection ended comes back
LEAVE_SECONDS = 0.3  # for clients to take the last bytes when the service stops
PART = 200  # changes that are read and sent at once


class _Part(NamedTuple):
    """A part of the log as events, up to the id `reached`."""

    events: bytes
    reached: int
    more: bool


class Hub:
    """Where commits are told and clients wait. It lives on the event loop of its clients."""

    def __init__(self, db: Database, heartbeat: float = HEARTBEAT_SECONDS) -> None:
        self._db = db
        self._heartbeat = heartbeat
        self._followers: dict[int | None, set[Follower]] = defaultdict(set)  # by their project
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._changed: set[int] = set()
        self._passing: dict[tuple[str, str, int], Passing] = {}
        self._rests_until = 0.0
        self._reading = asyncio.Lock()
        self._parts: dict[tuple[Asked, int], _Part] = {}
        self._closed = False

    # --- from any thread

    def wake(self, project_ids: set[int]) -> None:
        """Something changed in these projects: a listener of the database."""
        self._note(project_ids, {})

    def tell(self, news: Passing) -> None:
        """Pass something on to those who are there now."""
        self._note(set(), {news.about: news})

    def _note(self, project_ids: set[int], passing: dict[tuple[str, str, int], Passing]) -> None:
        if not self._followers or self._loop is None:
            return
        with self._lock:
            is_first = not self._changed and not self._passing
            self._changed |= project_ids
            self._passing |= passing
        if is_first:
            self._loop.call_soon_threadsafe(self._deliver)

    # --- on the event loop

    def _deliver(self) -> None:
        """Wake those whom it concerns, at once or after the rest since the last time."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rests_until:
            loop.call_at(self._rests_until, self._deliver)
            return
        self._rests_until = loop.time() + GATHER_SECONDS
        with self._lock:
            changed, self._changed = self._changed, set()
            passing, self._passing = self._passing, {}
        if changed:
            self._parts = {}
        for follower in self._of(*changed):
            follower.woken.set()
        for news in passing.values():
            for follower in self._of(news.project_id):
                follower.hear(news)

    def _of(self, *project_ids: int) -> list[Follower]:
        """Those who follow one of these projects, and those who follow all."""
        keys = (*project_ids, None) if project_ids else ()
        return [follower for key in keys for follower in self._followers.get(key, ())]

    async def follow(
        self, asked: Asked, after: int, cut_off: Callable[[], None] = lambda: None
    ) -> AsyncGenerator[bytes, None]:
        """The events of one client, from the change after the id `after` on, until the hub closes.

        The first has an id and no data: a client then knows where it stands before anything
        happens. `cut_off` ends a connection whose client does not read.
        """
        with self._joined(Follower(asked, after, cut_off)) as follower:
            yield format_sse_event(id=str(after), retry=RETRY_MS)
            while not self._closed:
                if news := await self._news(follower):
                    yield news

    @contextmanager
    def _joined(self, follower: Follower) -> Iterator[Follower]:
        self._loop = asyncio.get_running_loop()
        project_id = follower.asked.project_id
        self._followers[project_id].add(follower)
        try:
            yield follower
        finally:
            self._followers[project_id].discard(follower)
            if not self._followers[project_id]:
                del self._followers[project_id]

    async def _news(self, follower: Follower) -> bytes:
        """What there is to send to a client; it waits for it until the next heartbeat is due."""
        if not follower.behind and not await follower.wait(self._heartbeat):
            return self._heartbeat_of(follower)
        follower.woken.clear()
        passing = follower.heard()
        try:
            part = await self._part(follower)
        except Unavailable:
            follower.behind = True
            await follower.wait(AGAIN_SECONDS)
            return passing + KEEPALIVE_COMMENT
        follower.after, follower.behind = part.reached, part.more
        if part.events:
            follower.sent = part.reached
        return passing + part.events

    def _heartbeat_of(self, follower: Follower) -> bytes:
        """A comment; or an id without data, where much went by that was not asked for."""
        if follower.sent == follower.after:
            return KEEPALIVE_COMMENT
        follower.sent = follower.after
        return format_sse_event(id=str(follower.after))

    async def _part(self, follower: Follower) -> _Part:
        """What comes next for a client. Those who are up to date share what one of them read.

        What is shared was read since the last wake: a read that was under way then may lack what
        the wake was for, and goes to a dictionary that nobody looks at any more.
        """
        asked, after = follower.asked, follower.after
        if follower.behind:
            return await self._db.scan(_read, asked, after)
        async with self._reading:
            parts = self._parts
            if (asked, after) not in parts:
                parts[asked, after] = await self._db.read(_read, asked, after)
            return parts[asked, after]

    def close(self) -> None:
        """End every stream: now, or by cutting it off where a client does not take its bytes."""
        self._closed = True
        for follower in self._all():
            follower.woken.set()
        if self._followers and self._loop is not None:
            self._loop.call_later(LEAVE_SECONDS, self._cut_off_the_rest)

    def _cut_off_the_rest(self) -> None:
        for follower in self._all():
            follower.cut_off()

    def _all(self) -> list[Follower]:
        return [follower for group in self._followers.values() for follower in group]


def _read(reader: Reader, asked: Asked, after: int) -> _Part:
    """The next part of the log as events; where the log ends before `after`, a reset."""
    page = feed.page(reader, asked, after, PART)
    if page.newest < after:
        told = dump({"newest": page.newest})
        event = format_sse_event(event="reset", data_str=told, id=str(page.newest))
        return _Part(event, page.newest, more=False)
    events = (
        format_sse_event(event="change", data_str=document, id=str(change_id))
        for change_id, document in zip(page.ids, page.documents, strict=True)
    )
    return _Part(b"".join(events), page.reached, page.more)
