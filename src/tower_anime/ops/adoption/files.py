"""The files of an adoption: it happens wholly or not at all, whenever the machine stops.

    anime.db                   the first service's, with its -wal or -journal: only ever read,
                               until the last step
    anime.db.before-adoption   an exact copy of it, and -wal and -journal behind the same name, so
                               that SQLite finds what was in them; it stays
    anime.db.partial           the same, not whole yet
    anime.db.adopting          a copy that is being worked on; a start removes what it finds of both
    anime.db.adopted           the same when it is whole and durable. From here on the adoption is
                               decided: a start that finds it takes the last step

The last step removes what belongs to the old file and renames the new one over it. SQLite would
replay an old log over a new file, so they are never there together. It is taken only while the old
file is, byte for byte, what was copied: nobody wrote to it meanwhile.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tower_anime.media.store import sync

BESIDE = ("-wal", "-journal")  # what SQLite keeps beside a file, and it needs to read it
_MAGIC = b"SQLite format 3\0"


def is_sqlite(path: Path) -> bool:
    """Whether the file is there and begins as SQLite's do."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def working_copy(path: Path, source: Path) -> Path:
    """A copy to look into and to work on: SQLite writes to what it opens, if only beside it."""
    work = _named(path, "adopting")
    discard(path)
    _copy(source, work)
    return work


def discard(path: Path) -> None:
    """Remove what was not finished: the copy that was worked on, and one that was to be kept."""
    for unfinished in (_named(path, "adopting"), _named(path, "partial")):
        for suffix in ("", *BESIDE, "-shm"):
            _beside(unfinished, suffix).unlink(missing_ok=True)


@contextmanager
def keeping(path: Path) -> Iterator[Path]:
    """The exact copy that stays, made where there is none yet; not where the work on it fails."""
    kept = kept_copy(path)
    if kept is not None:
        yield kept
        return
    kept = next(name for name in _names_to_keep(path) if not name.exists())
    _keep(path, kept)
    try:
        yield kept
    except BaseException:
        for suffix in ("", *BESIDE):
            _beside(kept, suffix).unlink(missing_ok=True)
        raise


def _keep(path: Path, kept: Path) -> None:
    partial = _named(path, "partial")
    _copy(path, partial)
    for suffix in (*BESIDE, ""):  # the file last: where it is, all of it is
        with suppress(FileNotFoundError):
            _beside(partial, suffix).replace(_beside(kept, suffix))
    sync(path.parent)


def kept_copy(path: Path) -> Path | None:
    """A copy that was kept, and is byte for byte what is there now."""
    for kept in _names_to_keep(path):
        if not kept.exists():
            return None
        if all(_same(_beside(path, suffix), _beside(kept, suffix)) for suffix in ("", *BESIDE)):
            return kept
    return None


def decide(path: Path) -> None:
    """The working copy is whole: make it durable, and from now on what will be."""
    work = _named(path, "adopting")
    shutil.copymode(path, work)
    sync(work)
    work.replace(_named(path, "adopted"))
    sync(path.parent)


def finish(path: Path) -> bool:
    """Take the last step, where an adoption is decided; whether it was.

    Where the old file is not what was adopted, the adoption is given up.
    """
    adopted = _named(path, "adopted")
    if not adopted.exists():
        return False
    if not path.exists() or kept_copy(path) is None:
        adopted.unlink()
        return False
    for suffix in (*BESIDE, "-shm"):
        _beside(path, suffix).unlink(missing_ok=True)
    sync(path.parent)
    adopted.replace(path)
    sync(path.parent)
    return True


def _copy(source: Path, target: Path) -> None:
    for suffix in (*BESIDE, ""):
        _beside(target, suffix).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            shutil.copy2(_beside(source, suffix), _beside(target, suffix))
            sync(_beside(target, suffix))


def _same(file: Path, copy: Path) -> bool:
    """Whether they hold the same bytes; a log that is gone was removed by the last step."""
    if not file.exists():
        return True
    return copy.exists() and filecmp.cmp(file, copy, shallow=False)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _named(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _names_to_keep(path: Path) -> Iterator[Path]:
    """`anime.db.before-adoption`, then with numbers: an earlier copy is never written over."""
    yield _named(path, "before-adoption")
    number = 1
    while True:
        number += 1
        yield _named(path, f"before-adoption-{number}")
