"""One service a data folder: the second refuses to start."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from tower_anime.core.errors import CannotStart


def hold(data_dir: Path) -> FileLock:
    """Make the data folder and lock it for as long as this process lives.

    Raises `CannotStart` where another process holds it, or the folder cannot be written.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        # Taken by the thread that starts the service, released by the one that ends it.
        lock = FileLock(data_dir / "service.lock", thread_local=False)
        lock.acquire(timeout=0)
        (data_dir / "service.pid").write_text(f"{os.getpid()}\n")
    except Timeout as error:
        raise CannotStart(
            f"Another Tower Anime service{_holder(data_dir)} is using {data_dir}."
            " Stop it first, or choose another folder with --data-dir."
        ) from error
    except OSError as error:
        raise CannotStart(
            f"The data folder {data_dir} cannot be used: {error.strerror}."
        ) from error
    return lock


def _holder(data_dir: Path) -> str:
    try:
        return f" (process {int((data_dir / 'service.pid').read_text())})"
    except (OSError, ValueError):
        return ""
