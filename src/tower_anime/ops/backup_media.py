"""Copying media: each is hashed on its way, and has its name only once it is whole and durable.

Four files are under way at a time: while one waits for the disk to say that it is durable, others
are read and hashed (measured: 1 GB in 5 MB files as fast as `cp -r` and `sync`, which hash nothing;
one at a time took a third longer). Bytes are copied, never linked or cloned: a second name for the
same blocks is lost together with the first.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from tower_anime.core.children import Report
from tower_anime.media.store import sync

CHUNK = 1024 * 1024
AT_ONCE = 4


def nobody_listens(_done: int, _total: int) -> None:
    """A report that nobody reads."""


class Lacking(Exception):
    """A file is not there, cannot be read, or holds other bytes than its name says."""


class Copy(NamedTuple):
    """One file to be copied, and the SHA-256 and size that it is known to have."""

    source: Path
    target: Path
    sha256: str
    size: int


class _Tally:
    """Bytes done of all, counted by several threads; raises in each once one has failed."""

    def __init__(self, total: int, report: Report) -> None:
        self._total, self._report = total, report
        self._done = 0
        self._lock = threading.Lock()
        self.stopped = threading.Event()

    def add(self, count: int) -> None:
        if self.stopped.is_set():
            raise InterruptedError
        with self._lock:
            self._done += count
            self._report(min(self._done, self._total), self._total)


def copy_all(copies: Iterable[Copy], report: Report) -> dict[str, str]:
    """Copy every file durably; each that could not be read, by its SHA-256, and why.

    Raises OSError where a target cannot be written; files that were whole by then stay.
    """
    copies = list(copies)
    for folder in {one.target.parent for one in copies}:
        folder.mkdir(parents=True, exist_ok=True)
    tally = _Tally(sum(one.size for one in copies), report)
    failed = _on_threads(tally, copies, lambda one: copy(one, tally.add))
    for folder in {one.target.parent for one in copies}:
        sync(folder)
        sync(folder.parent)
    return {one.sha256: reason for one, reason in failed}


def damaged(files: Iterable[Copy], report: Report) -> dict[str, str]:
    """Hash every `source`; each that is not what its SHA-256 says, and why."""
    files = list(files)
    tally = _Tally(sum(file.size for file in files), report)
    failed = _on_threads(tally, files, lambda one: _require(one, hashed(one.source, tally.add)))
    return {file.sha256: reason for file, reason in failed}


def _on_threads(
    tally: _Tally, files: list[Copy], work: Callable[[Copy], None]
) -> list[tuple[Copy, str]]:
    failed: list[tuple[Copy, str]] = []
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copy") as pool:
        futures = {pool.submit(work, file): file for file in files}
        try:
            for future in as_completed(futures):
                try:
                    future.result()
                except Lacking as reason:
                    failed.append((futures[future], str(reason)))
        except BaseException:  # a full disk, Ctrl+C: the others end at their next megabyte
            tally.stopped.set()
            pool.shutdown(cancel_futures=True)
            raise
    return failed


def copy(file: Copy, told: Callable[[int], None]) -> None:
    """Copy one file durably to its target; only its name in the folder is not made durable yet.

    Raises `Lacking`, or OSError where the target cannot be written; nothing stays behind then.
    """
    part = file.target.with_name(f"{file.target.name}.part")
    part.unlink(missing_ok=True)
    try:
        # Created so that it can only be read, as in the store; there is no chmod on some disks.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        with open(descriptor, "wb", buffering=0) as target:  # noqa: PTH123 - of a descriptor
            digest = hashlib.sha256()
            for chunk in _chunks(file.source):
                digest.update(chunk)
                _write(target.fileno(), chunk)
                told(len(chunk))
            _require(file, digest.hexdigest())
            os.fsync(target.fileno())
        part.replace(file.target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def hashed(path: Path, told: Callable[[int], None] = lambda _: None) -> str:
    """A file's SHA-256. Raises `Lacking` where it cannot be read."""
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
        told(len(chunk))
    return digest.hexdigest()


def _require(file: Copy, sha256: str) -> None:
    if sha256 != file.sha256:
        raise Lacking(f"{file.source} is damaged: its bytes are not those that it was named for.")


def _chunks(path: Path) -> Iterator[memoryview]:
    try:
        with path.open("rb", buffering=0) as file:
            buffer = memoryview(bytearray(CHUNK))
            while count := file.readinto(buffer):
                yield buffer[:count]
    except FileNotFoundError as error:
        raise Lacking(f"{path} is missing.") from error
    except OSError as error:
        raise Lacking(f"{path} cannot be read: {error.strerror}.") from error


def _write(descriptor: int, chunk: memoryview) -> None:
    while chunk:
        chunk = chunk[os.write(descriptor, chunk) :]
