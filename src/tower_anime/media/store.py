"""The content-addressed store: plain files named by the SHA-256 of their bytes, written once.

A file is written under `incoming/`, made durable, renamed into place, and the folder made
durable: after a crash a name stands for whole bytes, or does not exist.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import anyio.to_thread

from tower_anime.core.errors import TooLarge
from tower_anime.core.space import told_when_full

CHUNK = 1024 * 1024


class Digest(Protocol):
    """A hash that is being made."""

    def update(self, data: bytes, /) -> None: ...


@dataclass(frozen=True)
class Received:
    """Bytes that have arrived and are not kept yet."""

    path: Path
    sha256: str
    size: int


class MediaStore:
    """The files under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        shutil.rmtree(self._incoming, ignore_errors=True)  # left by a service that was killed
        self._incoming.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the bytes of that hash are, or would be."""
        return place(self._root, sha256)

    def has(self, sha256: str) -> bool:
        """Whether the bytes of that hash are here."""
        return self.path(sha256).is_file()

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """A folder to work in, on the same disk as the store; what is left in it is removed."""
        folder = self._unused()
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _unused(self) -> Path:
        return self._incoming / secrets.token_hex(16)

    async def receive(self, chunks: AsyncIterator[bytes], limit: int) -> Received:
        """Write a stream to disk, hashing it on the way.

        Raises `TooLarge` beyond `limit` bytes, `InsufficientStorage` on a full disk; nothing stays
        behind then, nor when the sender goes away.
        """
        path = self._unused()
        digest = hashlib.sha256()
        size = 0
        try:
            with told_when_full(), path.open("xb") as file:
                async for chunk in _gathered(chunks):
                    size += len(chunk)
                    _hold(size, limit)
                    await anyio.to_thread.run_sync(_write, file.fileno(), digest, chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Received(path, digest.hexdigest(), size)

    def hashed(self, path: Path) -> Received:
        """A file that was written on a `bench`, hashed."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        return Received(path, digest.hexdigest(), path.stat().st_size)

    def keep(self, received: Received) -> None:
        """Move received bytes to their name, durably; bytes that are here already stay.

        Raises `InsufficientStorage` on a full disk; the received bytes are gone then.
        """
        target = self.path(received.sha256)
        if target.is_file():
            received.path.unlink()
            return
        try:
            with told_when_full():
                self._move(received.path, target)
        except BaseException:
            received.path.unlink(missing_ok=True)
            raise

    def _move(self, path: Path, target: Path) -> None:
        path.chmod(0o444)
        sync(path)
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            sync(self._root)
        path.rename(target)
        sync(target.parent)


def _hold(size: int, limit: int) -> None:
    if size > limit:
        raise TooLarge(f"The file is larger than the {limit:,} bytes that are accepted.")


async def _gathered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream in pieces that are worth a trip to another thread."""
    waiting = bytearray()
    async for chunk in chunks:
        waiting += chunk
        if len(waiting) >= CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


def _write(descriptor: int, digest: Digest, chunk: bytes) -> None:
    digest.update(chunk)
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def place(root: Path, sha256: str) -> Path:
    """Where the store under `root` keeps the bytes of that hash, or would."""
    return root / sha256[:2] / sha256


def sync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
