"""Where media are received, proved and made small: the store and its child processes."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread

from tower_anime.core.children import Children, Refused
from tower_anime.core.errors import Unprocessable
from tower_anime.core.settings import Settings
from tower_anime.media import service
from tower_anime.media.store import MediaStore, Received

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

PROVERS = 2  # child processes; an upload waits for one, it never waits for a render


class MediaRoom:
    """The store of one service, and the processes that look at what comes in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._children = Children(PROVERS)
        self._thumbnails = settings.data_dir / "cache" / "thumbnails"
        self._drawing = threading.Lock()
        self.store = MediaStore(settings.data_dir / "media")

    async def receive(self, chunks: AsyncIterator[bytes]) -> tuple[Received, Probed]:
        """Take in a stream and prove what it is; what is refused leaves nothing behind."""
        received = await self.store.receive(chunks, self._settings.max_upload_bytes)
        return received, await anyio.to_thread.run_sync(self.keep, received)

    def keep(self, received: Received) -> Probed:
        """Prove what received bytes are, and keep them; or remove them and raise."""
        try:
            probed = service.prove(self._children, self._settings, received)
        except BaseException:
            received.path.unlink(missing_ok=True)
            raise
        self.store.keep(received)
        return probed

    def thumbnail(self, source: Path, sha256: str, width: int, kind: str) -> Path:
        """The path of a small picture, drawn when first asked for."""
        target = self._thumbnails / sha256[:2] / f"{sha256}-{width}.webp"
        with self._drawing:  # two who ask at once get one drawing
            if not target.is_file():
                self._draw(source, target, width, kind)
        return target

    def _draw(self, source: Path, target: Path, width: int, kind: str) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with self.store.bench() as bench:
            small = bench / target.name
            job = {"source": str(source), "target": str(small), "width": width, "kind": kind}
            try:
                self._children.run("tower_anime.media.jobs:thumbnail", job)
            except Refused as refusal:
                raise Unprocessable(refusal.detail) from refusal
            small.rename(target)

    def close(self) -> None:
        """Stop the child processes."""
        self._children.close()
