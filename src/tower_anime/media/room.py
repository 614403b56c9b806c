"""Where media are received, proved and made small: the store and its child processes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from tower_anime.core.children import Answer, ChildDied, Children, Refused
from tower_anime.core.errors import Unprocessable
from tower_anime.core.settings import Settings
from tower_anime.core.space import told_when_full
from tower_anime.media import service
from tower_anime.media.store import MediaStore, Received

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

GIB = 1024 * 1024 * 1024

PROVERS = 2  # child processes; an upload waits for one, it never waits for a render
MEMORY = 6 * GIB  # of a child; a few dozen of the largest frames accepted
THUMBNAIL_SECONDS = 60.0
STILL_SECONDS = 600.0  # a film is decoded to its last frame

Departure = Callable[[], Awaitable[None]]  # returns when the sender has gone away


class MediaRoom:
    """The store of one service, and the processes that look at what comes in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._provers = Children(PROVERS, MEMORY)
        self._painter = Children(1, MEMORY)  # of thumbnails: they wait for no proof
        # What takes long waits here, not in the threads that everybody shares.
        self._proving = anyio.CapacityLimiter(PROVERS)
        self._painting = anyio.CapacityLimiter(1)
        self._thumbnails = settings.data_dir / "cache" / "thumbnails"
        self.store = MediaStore(settings.data_dir / "media")

    async def receive(
        self,
        chunks: AsyncIterator[bytes],
        accept: Callable[[Probed], None] = lambda _: None,
        departure: Departure | None = None,
    ) -> tuple[Received, Probed]:
        """Take in a stream and prove what it is; what is refused leaves nothing behind.

        `accept` raises for what is media, and not wanted here. Once `departure` returns, the
        sender has gone away, and the proof ends.
        """
        received = await self.store.receive(chunks, self._settings.max_upload_bytes)
        with watching(departure) as gone:
            probed = await anyio.to_thread.run_sync(
                self.keep, received, accept, gone.is_set, limiter=self._proving
            )
        return received, probed

    def keep(
        self,
        received: Received,
        accept: Callable[[Probed], None] = lambda _: None,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> Probed:
        """Prove what received bytes are, and keep them; or remove them and raise."""
        probed = self.proved(received, accept, is_gone)
        self.store.keep(received)
        return probed

    def proved(
        self,
        received: Received,
        accept: Callable[[Probed], None] = lambda _: None,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> Probed:
        """Prove what received bytes are, for whoever keeps them later; or remove them and raise."""
        try:
            probed = service.prove(self._provers, self._settings, received, is_gone)
            accept(probed)
        except BaseException:
            received.path.unlink(missing_ok=True)
            raise
        return probed

    async def look(
        self, chunks: AsyncIterator[bytes], function: str, *, limit: int, seconds: float
    ) -> tuple[Received, Answer]:
        """Take in a stream of at most `limit` bytes, and have a child look at it; it is not kept.

        `function` takes a job `{path}`. Raises `Unprocessable` for what it refuses.
        """
        most = min(limit, self._settings.max_upload_bytes)
        received = await self.store.receive(chunks, most)
        try:
            return received, await anyio.to_thread.run_sync(
                self._told, function, received.path, seconds, limiter=self._proving
            )
        finally:
            received.path.unlink(missing_ok=True)

    async def ask(self, sha256: str, function: str, *, seconds: float) -> Answer:
        """Have a child look at what is kept; it takes a job `{path}`, as for `look`.

        Raises `Unprocessable` for what it refuses.
        """
        path = self.store.path(sha256)
        return await anyio.to_thread.run_sync(
            self._told, function, path, seconds, limiter=self._proving
        )

    def _told(self, function: str, path: Path, seconds: float) -> Answer:
        try:
            return self._provers.run(function, {"path": str(path)}, seconds=seconds)
        except (Refused, ChildDied) as error:
            raise Unprocessable(error.detail) from error

    async def thumbnail(self, source: Path, sha256: str, width: int, kind: str) -> Path:
        """The path of a small picture, drawn when first asked for.

        Raises `InsufficientStorage` where the disk has no room for it.
        """
        target = self._thumbnails / sha256[:2] / f"{sha256}-{width}.webp"
        if not target.is_file():
            with told_when_full():
                await anyio.to_thread.run_sync(
                    self._draw, source, target, width, kind, limiter=self._painting
                )
        return target

    def _draw(self, source: Path, target: Path, width: int, kind: str) -> None:
        if target.is_file():  # two who ask at once get one drawing
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.store.bench() as bench:
            small = bench / target.name
            job = {"source": str(source), "target": str(small), "width": width, "kind": kind}
            try:
                self._painter.run(
                    "tower_anime.media.jobs:thumbnail", job, seconds=THUMBNAIL_SECONDS
                )
            except (Refused, ChildDied) as error:
                raise Unprocessable(error.detail) from error
            small.rename(target)

    def still(self, source: Path, target: Path, frame: str) -> None:
        """Write the `first` or `last` frame of a film as a PNG. Raises `Unprocessable`."""
        job = {"source": str(source), "target": str(target), "frame": frame}
        try:
            self._provers.run("tower_anime.media.jobs:still", job, seconds=STILL_SECONDS)
        except (Refused, ChildDied) as error:
            raise Unprocessable(error.detail) from error

    def close(self) -> None:
        """Stop the child processes."""
        self._provers.close()
        self._painter.close()


@contextmanager
def watching(departure: Departure | None) -> Iterator[threading.Event]:
    """An event that is set once the sender has gone away, for the length of a `with` block."""
    gone = threading.Event()

    async def watch(departure: Departure) -> None:
        await departure()
        gone.set()

    watcher = asyncio.create_task(watch(departure)) if departure else None
    try:
        yield gone
    finally:
        if watcher:
            watcher.cancel()
