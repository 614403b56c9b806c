"""A parcel as it arrives: nothing in it is believed before it has been held against its hashes.

It is opened by its list of files, which must be just those that a parcel has. Rows are read a line
at a time, and media are stored, so neither can be more than the file says that it is.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pydantic import ValidationError

from tower_anime.core.errors import TooLarge, Unprocessable
from tower_anime.core.sql import Row
from tower_anime.core.text import parse
from tower_anime.media.store import CHUNK
from tower_anime.parcel import contents, directory, manifest
from tower_anime.parcel.manifest import Manifest, Version

LINE = 64 * 1024 * 1024  # bytes of a row: a scene's state holds all its shots
_ENCRYPTED = 1  # the bit of an entry's flags


class Damaged(Unprocessable):
    """The file is not what an export writes, and nothing of it was; the sentence says where."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The file cannot be imported: {why}. Nothing was written.")


class Parcel:
    """An open file whose list is as it must be; what is in it is checked as it is read."""

    def __init__(self, archive: ZipFile, found: Manifest) -> None:
        self._archive = archive
        self.manifest = found
        self._whole: set[str] = set()  # tables that were read to their end

    @property
    def bytes(self) -> int:
        """The bytes of all that is in it."""
        return sum(table.bytes for table in self.manifest.tables.values()) + (
            self.manifest.media_bytes
        )

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table, which is known to be whole once they have ended. Raises `Damaged`.

        The rows come before the hash is known, so whoever writes them must be able to take it back.
        What can be stored is looked at the first time: it is half the time of reading them.
        """
        load = json.loads if name in self._whole else parse
        told = self.manifest.tables[name]
        digest, size, count = hashlib.sha256(), 0, 0
        with _reading(name), self._archive.open(manifest.path_of_table(name)) as file:
            while line := file.readline(LINE + 1):
                size += len(line)
                if size > told.bytes or len(line) > LINE:
                    raise Damaged(f"its table {name} is larger than it says")
                digest.update(line)
                count += 1
                yield _row(name, count, line, load)
        if (digest.hexdigest(), size, count) != (told.sha256, told.bytes, told.rows):
            raise Damaged(f"its table {name} is damaged")
        self._whole.add(name)

    def medium(self, sha256: str, target: Path | None) -> int:
        """Check a medium's bytes, and write them to `target`; how many they are.

        Raises `Damaged`, and OSError of the target.
        """
        digest, size = hashlib.sha256(), 0
        with self._archive.open(manifest.path_of_medium(sha256)) as file:
            out = None if target is None else target.open("xb")
            try:
                while chunk := _chunk(file, sha256):
                    digest.update(chunk)
                    size += len(chunk)
                    if out is not None:
                        out.write(chunk)
            finally:
                if out is not None:
                    out.close()
        if digest.hexdigest() != sha256:
            raise Damaged(f"its medium {sha256[:12]}… is damaged")
        return size

    def require_media(self, wanted: Iterable[str]) -> None:
        """Raise `Damaged` unless these media are in it."""
        there = set(self._archive.namelist())
        for sha256 in wanted:
            if manifest.path_of_medium(sha256) not in there:
                raise Damaged(f"its medium {sha256[:12]}… is missing")


@contextmanager
def opened(path: Path, limit: int) -> Iterator[Parcel]:
    """A file as a parcel of at most `limit` bytes. Raises `Damaged`, or `TooLarge`."""
    with path.open("rb") as file:
        directory.require_small(file)
        with _zip(path) as archive:
            found = _manifest(archive)
            parcel = Parcel(archive, found)
            if parcel.bytes > limit:
                raise TooLarge(
                    f"What is in the file has {parcel.bytes:,} bytes; {limit:,} are accepted."
                )
            _require_list(archive, found, path.stat().st_size)
            yield parcel


def _zip(path: Path) -> ZipFile:
    try:
        return ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Damaged("it is no ZIP, or a damaged one") from error


def _manifest(archive: ZipFile) -> Manifest:
    try:
        info = archive.getinfo(manifest.NAME)
    except KeyError as error:
        raise Damaged(f"it has no {manifest.NAME}, so it is no export of a project") from error
    if info.file_size > manifest.LARGEST or info.compress_type != ZIP_STORED:
        raise Damaged(f"its {manifest.NAME} is not one that an export writes")
    with _reading(manifest.NAME):
        text = archive.read(info)
        try:
            told = parse(text)
            newest = Version.model_validate(told)
        except (json.JSONDecodeError, ValidationError) as error:
            raise Damaged(f"its {manifest.NAME} is not one that an export writes") from error
    if newest.version != manifest.VERSION:
        raise Damaged(
            f"it is of version {newest.version} of the format, and this service reads"
            f" {manifest.VERSION}; a newer Tower Anime may read it"
        )
    try:
        found = Manifest.model_validate(told)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Damaged(f"its {manifest.NAME} is damaged at {place}") from error
    if set(found.tables) != set(contents.FILES):
        raise Damaged("it has not the tables of an export")
    return found


def _require_list(archive: ZipFile, found: Manifest, size: int) -> None:
    """Raise `Damaged` unless the list is that of an export, and all of it fits into the file."""
    infos = archive.infolist()
    paths = [info.filename for info in infos]
    tables = {manifest.path_of_table(name): table for name, table in found.tables.items()}
    if len(set(paths)) < len(paths):
        raise Damaged("it has two files of one name")
    if len(paths) != 1 + len(tables) + found.media_count or not tables.keys() <= set(paths):
        raise Damaged("it has not the files that it says")
    if sum(info.compress_size for info in infos) > size:
        raise Damaged("files in it overlap")
    for info in infos:
        _require_plain(info, ZIP_DEFLATED if info.filename in tables else ZIP_STORED)


def _require_plain(info: ZipInfo, compression: int) -> None:
    name = info.filename
    is_medium = name.startswith("media/") and _is_hash(name.removeprefix("media/"))
    if not (is_medium or name == manifest.NAME or name.startswith("tables/")):
        raise Damaged(f"{name[:80]!r} is in it, which no export has")
    if info.flag_bits & _ENCRYPTED or info.compress_type != compression:
        raise Damaged(f"{name} is packed in a way that no export is")
    if compression == ZIP_STORED and info.file_size != info.compress_size:
        raise Damaged(f"{name} is larger than it says")


def _is_hash(name: str) -> bool:
    return len(name) == 64 and all(c in "0123456789abcdef" for c in name)


def _row(name: str, number: int, line: bytes, load: Callable[[bytes], Any]) -> Row:
    try:
        row = load(line)
    except json.JSONDecodeError as error:
        raise Damaged(f"line {number} of its table {name} is no JSON") from error
    if not isinstance(row, dict):
        raise Damaged(f"line {number} of its table {name} is no row")
    return row


def _chunk(file: IO[bytes], sha256: str) -> bytes:
    with _reading(f"medium {sha256[:12]}…"):
        return file.read(CHUNK)


@contextmanager
def _reading(what: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Damaged(f"its {what} cannot be read") from error
