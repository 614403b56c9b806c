"""Restoring a backup, every byte of it hashed, beside copying the same files with `cp -r`.

Both begin with nothing of the files in memory and end when all is on the disk: `cp -r` leaves that
to chance, so one `sync` of the file system follows it; nothing else waits to be written there.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.scale import Scale
from benchmarks.table import Row
from tower_anime.core import clock
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import MIB, Settings
from tower_anime.core.sql import insertion
from tower_anime.media.store import place
from tower_anime.media.tables import media
from tower_anime.ops.backup import back_up
from tower_anime.ops.restore import restore

MEDIUM = 10 * MIB  # bytes; a take of a few seconds

_INSERT = insertion(media, automatic_id=False)


def rows(scale: Scale, folder: Path) -> list[Row]:
    """A backup of `scale.clips` media, a gigabyte in full, saved once and restored in rounds."""
    settings, backup = Settings(data_dir=folder / "data"), folder / "backup"
    fill(settings, scale.clips)
    back_up(settings, backup)
    restored, copied = [], []
    for _ in range(scale.rounds):
        restored.append(restoring(backup, folder / "restored"))
        copied.append(copying(backup, folder / "copied"))
    megabytes = scale.clips * MEDIUM / 1e6
    return [
        Row(
            what=f"restoring {megabytes:,.0f} MB",
            ours=megabytes / median(restored),
            other=megabytes / median(copied),
            other_is="cp -r, sync",
            unit="MB/s",
            sign="≥",
            limit=0.7,
        )
    ]


def fill(settings: Settings, count: int) -> None:
    """A data folder with that many media, of bytes that no disk can make smaller."""
    settings.data_dir.mkdir()
    database = open_database(settings)
    try:
        for _ in range(count):
            content = os.urandom(MEDIUM)
            sha256 = hashlib.sha256(content).hexdigest()
            path = place(settings.data_dir / "media", sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            write_now(database, _insert, sha256)
    finally:
        database.close()


def _insert(tx: Transaction, sha256: str) -> None:
    told = {"id": sha256, "mime": "video/mp4", "kind": "video", "bytes": MEDIUM}
    told |= {"has_audio": False, "present": True, "created_at": clock.now()}
    tx.insert(_INSERT, {**dict.fromkeys(column.name for column in media.columns), **told})


def restoring(backup: Path, target: Path) -> float:
    """Seconds to restore."""
    forget(backup)
    began = perf_counter()
    restore(Settings(data_dir=target), backup)
    took = perf_counter() - began
    shutil.rmtree(target)
    return took


def copying(backup: Path, target: Path) -> float:
    """Seconds to copy, and to have it on the disk."""
    forget(backup)
    began = perf_counter()
    subprocess.run(["cp", "-r", backup, target], check=True)
    subprocess.run(["sync", "--file-system", target], check=True)
    took = perf_counter() - began
    shutil.rmtree(target)
    return took


def forget(folder: Path) -> None:
    """Have the system forget what it keeps in memory of the files; first, all else is written."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
