"""An import from its file to its project: checked, proved, and only then written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tower_anime.core.database import Database
from tower_anime.core.errors import Unprocessable
from tower_anime.core.space import DiskSpace, told_when_full
from tower_anime.media.room import MediaRoom
from tower_anime.media.store import Received, sync
from tower_anime.parcel import reading, unpacking, writing
from tower_anime.parcel.reading import Found
from tower_anime.parcel.unpacking import Damaged, Parcel
from tower_anime.parcel.writing import Arrived


class Unpacked(NamedTuple):
    """A parcel that may be written: all that can be refused of it has been looked at."""

    parcel: Parcel
    found: Found
    arrived: dict[str, Arrived]


def unpack(
    path: Path,
    limit: int,
    db: Database,
    room: MediaRoom,
    space: DiskSpace,
    open_files: ExitStack,
    is_gone: Callable[[], bool] = lambda: False,
) -> Unpacked:
    """Check a file, and prove the media that are new here; they wait on a bench.

    What is opened stays so until `open_files` is closed. Raises `Damaged`, `TooLarge`, and
    `InsufficientStorage` where the disk has no room for it; `Unprocessable` once `is_gone()` says
    that nobody waits for it any more.
    """
    require_sender(is_gone)
    parcel = open_files.enter_context(unpacking.opened(path, limit))
    space.require(parcel.bytes)
    found = reading.read(parcel)
    bench = open_files.enter_context(room.store.bench())
    here = db.read_now(writing.known, list(found.media))
    wanted = [sha256 for sha256, row in found.media.items() if row["present"]]
    known = {sha256 for sha256 in wanted if sha256 in here and room.store.has(sha256)}
    return Unpacked(parcel, found, _proved(parcel, wanted, known, bench, room, is_gone))


def require_sender(is_gone: Callable[[], bool]) -> None:
    """Raise `Unprocessable` where nobody waits any more: nobody would know of the project."""
    if is_gone():
        raise Unprocessable("The sender went away; nothing was imported.")


def _proved(
    parcel: Parcel,
    wanted: Iterable[str],
    known: set[str],
    bench: Path,
    room: MediaRoom,
    is_gone: Callable[[], bool],
) -> dict[str, Arrived]:
    arrived = {}
    for sha256 in wanted:
        require_sender(is_gone)
        if sha256 in known:
            parcel.medium(sha256, None)
            continue
        with told_when_full():
            size = parcel.medium(sha256, bench / sha256)
            sync(bench / sha256)  # now, and not while everybody waits for the writer
        received = Received(bench / sha256, sha256, size)
        try:
            probed = room.proved(received, is_gone=is_gone)
        except Unprocessable as error:
            raise Damaged(f"its medium {sha256[:12]}… is refused ({error.detail[:-1]})") from error
        arrived[sha256] = Arrived(received, probed)
    return arrived
