"""One service a data folder: the second refuses to start, and says who is there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from tower_anime.core.errors import CannotStart

LOCK_FILE = "service.lock"
HOLDER_FILE = "service.pid"  # the process, and once it listens its address on a second line


def hold(data_dir: Path) -> FileLock:
    """Make the data folder and lock it for as long as this process lives.

    The system lets go of the lock when the process ends, however it does. Raises `CannotStart`
    where another process holds it, or the folder cannot be written.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        # Taken by the thread that starts the service, released by the one that ends it.
        lock = FileLock(data_dir / LOCK_FILE, thread_local=False)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise CannotStart(
            f"Another Tower Anime service{_holder(data_dir)} is using {data_dir}."
            " Stop it first, or choose another folder with --data-dir."
        ) from error
    except OSError as error:
        raise CannotStart(
            f"The data folder {data_dir} cannot be used: {error.strerror}."
        ) from error
    tell_holder(data_dir)
    return lock


def tell_holder(data_dir: Path, address: str = "") -> None:
    """Note which process holds the folder, and where it listens: for whoever is refused.

    Only a courtesy: a disk without room for it keeps no service from starting.
    """
    with suppress(OSError):
        (data_dir / HOLDER_FILE).write_text(f"{os.getpid()}\n{address}\n")


def address_of(data_dir: Path) -> str | None:
    """Where the service that last held the folder listened, if it came to listen."""
    told = _told(data_dir)
    return told[1] if len(told) > 1 else None


def _holder(data_dir: Path) -> str:
    match _told(data_dir):
        case [process]:
            return f" (process {process})"
        case [process, address, *_]:
            return f" (process {process}, {address})"
    return ""


def _told(data_dir: Path) -> list[str]:
    try:
        return (data_dir / HOLDER_FILE).read_text().split()
    except (OSError, ValueError):
        return []
