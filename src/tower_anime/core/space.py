"""Room on the disk: writes are refused while there is still enough for what is under way.

A disk that fills up to its last byte leaves half-written films and a database that can neither
commit nor tidy up. So below a bound, new work is refused with 507 and a sentence, and begins again
by itself once there is room. A request costs one comparison: a thread looks at the disk.
"""

from __future__ import annotations

import errno
import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

from fastapi import Request

from tower_anime.core.background import Background, Pause
from tower_anime.core.errors import InsufficientStorage

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

EVERY = Pause(2.0)  # a disk that takes 250 MB a second gives away its 512 MB in as much
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

DOCUMENTED = (
    "While the data folder's disk has less room than the setting min_free_bytes, writes are"
    " answered 507 and nothing more is rendered; reads, deleting and cancelling go on."
)


def free_bytes(folder: Path) -> int:
    """Bytes that this user may still write on a folder's disk. Raises OSError."""
    return shutil.disk_usage(folder).free


def space_of(request: Request) -> DiskSpace:
    """The service's view of its disk."""
    space: DiskSpace = request.app.state.space
    return space


class DiskSpace:
    """Whether the disk of one folder has room for more; `least` bytes are always to be left.
    With 0 it refuses nothing, and the disk itself has the last word.

    Each of `listeners` is called when that changes, on the thread that looks.
    """

    def __init__(self, folder: Path, least: int, free: Callable[[Path], int] = free_bytes) -> None:
        self._folder = folder
        self._least = least
        self._measure = free
        self.listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._background = Background("measuring the disk", self._look_again, failed=EVERY)
        self._free = least
        self.is_low = False
        self.look()

    def start(self) -> None:
        """Begin to look every few seconds."""
        self._background.start()

    def stop(self) -> None:
        """Look no more."""
        self._background.stop()

    def look(self) -> None:
        """Measure now: the room may have gone, or come back."""
        with self._lock:
            try:
                self._free = self._measure(self._folder)
            except OSError as error:  # a disk that is away is told of by whoever needs it
                log.warning("the room on the disk cannot be measured: %s", error)
                return
            was, self.is_low = self.is_low, self._free < self._least
            changed = was != self.is_low
        if changed:
            self._tell()

    def require(self, more: int = 0) -> None:
        """Raise `InsufficientStorage` unless `more` bytes leave as much as must be left."""
        if self.is_low or (self._least and more and self._free - more < self._least):
            raise InsufficientStorage(self._sentence(more))

    def writing(self, command: Callable[..., object] | None = None) -> Writing:
        """Hold a write against the disk: refuse it, or look again where the disk refused it.

        Commands that `may_always` marks are not refused. Raises `InsufficientStorage`.
        """
        if command not in _always:
            self.require()
        return Writing(self.look)

    def described(self) -> str | None:
        """What the service cannot do for want of room, in a sentence; `None` while all is well."""
        return self._sentence(0) if self.is_low else None

    def _sentence(self, more: int) -> str:
        asked = f" and this takes {_told(more)}" if more else ""
        return (
            f"The disk is nearly full: {_told(self._free)} are free{asked}, and"
            f" {_told(self._least)} must stay free (the setting min_free_bytes)."
        )

    def _tell(self) -> None:
        if self.is_low:
            log.warning("%s Nothing more is written or rendered.", self._sentence(0))
        else:
            log.warning("there is room on the disk again: %s", _told(self._free))
        for listener in self.listeners:
            listener()

    def _look_again(self) -> Pause:
        self.look()
        return EVERY


class Writing:
    """Has the disk looked at where it refused a write; a generator's context takes twice as long,
    and each write of the service has one.
    """

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, InsufficientStorage | OSError):
            self._look()
            with told_when_full():
                raise error


@contextmanager
def told_when_full() -> Iterator[None]:
    """Raise `InsufficientStorage` where the disk is full, or the user's share of it."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise InsufficientStorage("The disk is full; nothing was written.") from error


_always: set[object] = set()


def may_always(command: Callable[P, T]) -> Callable[P, T]:
    """Mark a command that goes on without room: it writes little, and lets people make room."""
    _always.add(command)
    return command


def _told(size: int) -> str:
    """A number of bytes as people read it: `312 MB`, `1.2 GB`."""
    if size < 10**9:
        return f"{size / 10**6:,.0f} MB"
    return f"{size / 10**9:,.1f} GB"
