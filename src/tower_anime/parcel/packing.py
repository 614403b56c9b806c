"""A parcel as it leaves: the ZIP is made while it is sent, and never is whole anywhere here.

Media are stored as they are, for films and pictures are compressed already; rows are compressed.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tower_anime.core.errors import Unavailable
from tower_anime.media.store import CHUNK, MediaStore
from tower_anime.parcel import contents, manifest
from tower_anime.parcel.gathering import Gathered

_EPOCH = (1980, 1, 1, 0, 0, 0)  # when the parcel was made is in its manifest


class Outlet:
    """Where a ZIP is written: what has come is taken away before more does."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What has come since."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class _Entry(NamedTuple):
    path: str
    source: Path
    compression: int
    sha256: str


def packed(gathered: Gathered, folder: Path, store: MediaStore) -> Iterator[bytes]:
    """The bytes of the parcel; `folder` has the files of its rows.

    Raises `Unavailable` where a medium's bytes are gone or damaged by now: the parcel ends there,
    and nobody takes it for a whole one.
    """
    outlet = Outlet()
    # An object that can only be written to is all that it needs, which its types do not say.
    with ZipFile(outlet, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        archive.writestr(_info(manifest.NAME), gathered.manifest.model_dump_json(indent=2) + "\n")
        yield outlet.taken()
        for entry in _entries(gathered, folder, store):
            yield from _added(archive, outlet, entry)
    yield outlet.taken()


def _entries(gathered: Gathered, folder: Path, store: MediaStore) -> Iterator[_Entry]:
    for name in contents.FILES:
        path = manifest.path_of_table(name)
        yield _Entry(path, folder / name, ZIP_DEFLATED, gathered.manifest.tables[name].sha256)
    for sha256 in gathered.media:
        yield _Entry(manifest.path_of_medium(sha256), store.path(sha256), ZIP_STORED, sha256)


def _added(archive: ZipFile, outlet: Outlet, entry: _Entry) -> Iterator[bytes]:
    digest = hashlib.sha256()
    try:
        info = _info(entry.path, entry.source.stat().st_size)
        info.compress_type = entry.compression
        with entry.source.open("rb") as source, archive.open(info, "w") as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
                yield outlet.taken()
    except (OSError, zipfile.BadZipFile) as error:
        raise Unavailable(f"{entry.path} cannot be read; the export is not whole.") from error
    if digest.hexdigest() != entry.sha256:
        raise Unavailable(f"{entry.path} is damaged; the export is not whole.")


def _info(path: str, size: int = 0) -> ZipInfo:
    info = ZipInfo(path, _EPOCH)
    info.file_size = size
    info.external_attr = 0o644 << 16
    return info
