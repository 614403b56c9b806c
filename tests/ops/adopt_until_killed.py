"""Adopts a folder again and again, and is killed each time one step later. Run as a process.

    python -m tests.ops.adopt_until_killed FOLDER

Each attempt is a fork that dies of SIGKILL at the N-th thing that it does to a file: Python tells
of each such thing before it happens (`sys.addaudithook`). After each death the folder is copied to
`FOLDER-killed/N`; prints how many there were.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import tower_anime.app  # noqa: F401 - with it, every table there is
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt

STEPS = {"open", "os.rename", "os.remove", "shutil.copyfile", "sqlite3.connect", "os.chmod"}


def attempt(folder: Path, last: int) -> bool:
    """Adopt, and be killed at the step `last`; whether it came to that."""
    child = os.fork()
    if child == 0:
        taken = 0

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal taken
            if event in STEPS and str(folder) in str(arguments):
                taken += 1
                if taken == last:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        adopt(Settings(data_dir=folder))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(folder: Path) -> None:
    killed = folder.with_name(f"{folder.name}-killed")
    killed.mkdir()
    last = 1
    while True:
        fresh = folder.with_name("fresh")
        shutil.copytree(folder, fresh)
        if not attempt(fresh, last):
            break
        fresh.rename(killed / str(last))
        last += 1
    print(last - 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
