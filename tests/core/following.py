"""Following the change log in this process: what a hub tells one client, and what it tells of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing

from tests.support.services import PATIENCE
from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import Context, Database, Transaction, write
from tower_anime.core.feed import Asked
from tower_anime.core.stream import Hub

ALL = Asked()
Event = dict[str, str]


def record(tx: Transaction, *texts: str, project_id: int | None = None) -> None:
    """Log changes of nothing in particular, as a workflow's or an engine's are."""
    for text in texts:
        changes.record(tx, Change("engine", 1, "changed", text, project_id))


def parsed(block: bytes) -> Iterator[Event]:
    """Events as browsers read them, those without data too."""
    for text in block.decode().removesuffix("\n\n").split("\n\n"):
        fields = (line.partition(": ") for line in text.split("\n"))
        yield {name: value for name, _, value in fields}


class Client:
    """One that follows; `next` waits for the next event."""

    def __init__(self, stream: AsyncGenerator[bytes, None]) -> None:
        self._stream = stream
        self._events: list[Event] = []

    async def next(self) -> Event:
        while not self._events:
            async with asyncio.timeout(PATIENCE):
                self._events += parsed(await anext(self._stream))
        return self._events.pop(0)

    async def text(self) -> str:
        """The text of the next change."""
        event = await self.next()
        assert event["event"] == "change", event
        text: str = json.loads(event["data"])["text"]
        return text


def following(
    db: Database,
    follow: Callable[[Hub, Client], Awaitable[None]],
    asked: Asked = ALL,
    after: int = 0,
    **hub_options: float,
) -> None:
    """Have `follow` follow with one client."""

    async def run() -> None:
        hub = Hub(db, **hub_options)
        db.listeners.append(hub.wake)
        async with aclosing(hub.follow(asked, after)) as stream:
            client = Client(stream)
            assert await client.next() == {"id": str(after), "retry": "2000"}
            await follow(hub, client)
        db.listeners.remove(hub.wake)

    asyncio.run(run())


async def log(db: Database, text: str, project_id: int | None = 1) -> None:
    await write(db, Context(), lambda tx: record(tx, text, project_id=project_id))
