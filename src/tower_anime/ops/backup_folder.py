"""The folder of backups: its generations, and the media that they share.

    media/ab/ab12…                 every medium once, named by its SHA-256 as in the data folder
    2026-11-22T20-15-00.000000Z/   a generation, named for the moment that it holds
        anime.db                   the database (on PostgreSQL anime.dump, in pg_dump's own format)
        SHA256SUMS                 it and its media; `sha256sum -c SHA256SUMS` needs nothing of ours
        manifest.json              what was counted, and with which version it was made
    unfinished/                    a generation that is being made, or was interrupted

A generation is made under `unfinished/`, made durable, and renamed: one that has a name is whole.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from tower_anime.core.errors import TowerError
from tower_anime.media.store import place, sync

log = logging.getLogger(__name__)

MEDIA = "media"
UNFINISHED = "unfinished"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
LOCK = "backup.lock"
DAMAGED = ".damaged"

Dialect = Literal["sqlite", "postgresql"]
FILES: dict[Dialect, str] = {"sqlite": "anime.db", "postgresql": "anime.dump"}

_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}Z")
_SUM = re.compile(r"([0-9a-f]{64})  \.\./media/[0-9a-f]{2}/\1")
# What a disk itself, or an earlier run of ours, may have put there.
_NOT_FOREIGN = {MEDIA, UNFINISHED, LOCK, "lost+found", "System Volume Information"}


class BackupFailed(TowerError):
    """A backup or a restore that cannot be; the sentence says why, and nothing was changed."""


class Manifest(BaseModel):
    """What a generation holds. `number` orders generations, whatever the clock said."""

    model_config = ConfigDict(frozen=True)

    layout: Literal[1] = 1
    number: int
    made_at: str
    version: str
    dialect: Dialect
    schema_revision: str
    began: str | None  # when the change log began: tells one production from another
    database_bytes: int
    database_sha256: str
    sums_sha256: str
    rows: dict[str, int]  # of each table
    media_count: int
    media_bytes: int
    lacking: dict[str, str]  # media that could not be copied, by SHA-256, and why


@dataclass(frozen=True)
class Generation:
    """One whole backup."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def database(self) -> Path:
        return self.path / FILES[self.manifest.dialect]

    @property
    def sums(self) -> Path:
        return self.path / SUMS

    def media(self) -> list[str]:
        """The SHA-256 of each medium."""
        return _media_of(self.path)

    def medium(self, sha256: str) -> Path:
        """Where the bytes of a medium are."""
        return place(self.path.parent / MEDIA, sha256)


def generations(folder: Path) -> list[Generation]:
    """Every whole generation, the oldest first."""
    found = [Generation(path, manifest) for path, manifest in _whole(folder)]
    return sorted(found, key=lambda one: (one.manifest.number, one.name))


def _whole(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    for path in _named(folder):
        try:
            yield path, Manifest.model_validate_json((path / MANIFEST).read_bytes())
        except (OSError, ValidationError) as error:
            log.warning("%s is left out, its manifest cannot be read: %s", path, error)


def _named(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []


def find(folder: Path, name: str | None) -> Generation:
    """The generation of that name, or the newest. Raises `BackupFailed`."""
    found = generations(folder)
    if not found:
        raise BackupFailed(f"{folder} holds no whole backup of Tower Anime.")
    if name is None:
        return found[-1]
    for generation in found:
        if generation.name == name:
            return generation
    names = ", ".join(generation.name for generation in found)
    raise BackupFailed(f"{folder} holds no whole backup named {name}; there are {names}.")


def require_ours(folder: Path) -> None:
    """Refuse a folder that holds something else: what no generation names is removed there."""
    foreign = {p.name for p in folder.iterdir() if p.name not in _NOT_FOREIGN and p.name[0] != "."}
    if foreign and not generations(folder):
        raise BackupFailed(
            f"{folder} holds other things ({', '.join(sorted(foreign)[:3])}); choose an empty"
            " folder, or one that does not exist yet."
        )


def name_of(moment: str) -> str:
    """The name of the generation of a moment, as every disk allows it."""
    return moment.replace(":", "-")


def sums_of(database: Path, sha256: str, media: list[str]) -> str:
    """The lines of SHA256SUMS; its paths are relative to the generation."""
    files = [(sha256, database.name)]
    files += [(medium, f"../{place(Path(MEDIA), medium).as_posix()}") for medium in media]
    return "".join(f"{digest}  {path}\n" for digest, path in files)


def _media_of(path: Path) -> list[str]:
    lines = (path / SUMS).read_text("ascii", errors="replace").splitlines()
    found = (_SUM.fullmatch(line) for line in lines)
    return [match[1] for match in found if match]


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else makes, reads or removes generations here meanwhile. Raises `BackupFailed`.

    A folder that cannot be written needs no holding: nobody changes it from here.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupFailed(f"Another backup, check or restore is using {folder}.") from error
    except OSError:
        if os.access(folder, os.W_OK):
            raise
    try:
        yield
    finally:
        lock.release()


def complete(folder: Path, moment: str) -> Generation:
    """Give the unfinished generation the name of its moment, durably."""
    unfinished, named = folder / UNFINISHED, folder / name_of(moment)
    for path in unfinished.iterdir():
        sync(path)
    sync(unfinished)
    unfinished.rename(named)
    sync(folder)
    return find(folder, named.name)


def prune(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` generations, and media that no other names; their names.

    The newest that lacks nothing stays too, however old it is.
    """
    found = generations(folder)
    kept = {one.path for one in found[-keep:]}
    kept |= {one.path for one in [one for one in found if not one.manifest.lacking][-1:]}
    removed = [one.path for one in found if one.path not in kept]
    for path in removed:
        # First it loses its name: what is interrupted here is no generation any more.
        path.rename(folder / UNFINISHED)
        shutil.rmtree(folder / UNFINISHED)
    sync(folder)
    sweep(folder)
    return [path.name for path in removed]


def sweep(folder: Path) -> None:
    """Remove media that no generation names, also what an interrupted backup left.

    A damaged one stays for as long as it is wanted and nothing better is here.
    """
    named = {sha256 for path in _named(folder) for sha256 in _media_of(path)}
    for path in (folder / MEDIA).glob("[0-9a-f][0-9a-f]/*"):
        is_all_there_is = path.suffix == DAMAGED and not path.with_suffix("").exists()
        if path.name not in named and not (is_all_there_is and path.stem in named):
            path.unlink()
