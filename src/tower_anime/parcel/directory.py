"""How large the list of a ZIP's files is, before anything reads all of it into memory.

ZIP's end record and its 64-bit one: PKWARE's APPNOTE.TXT, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from tower_anime.core.errors import Unprocessable

LARGEST = 64 * 1024 * 1024  # bytes: some 500,000 files
_END = struct.Struct("<4s4H2LH")
_COMMENT = 65_535  # the longest that may follow it
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")


def require_small(file: BinaryIO) -> None:
    """Raise `Unprocessable` for what is no ZIP, or one with a list that is too large."""
    size = file.seek(0, 2)
    start = max(0, size - _END.size - _COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise Unprocessable("The file is no ZIP, or its end is missing.")
    told = _END.unpack_from(tail, at)[5]
    if max(told, *_told_in_64_bits(file, start + at)) > LARGEST:
        raise Unprocessable(f"The list of the file's contents is larger than {LARGEST:,} bytes.")


def _told_in_64_bits(file: BinaryIO, end: int) -> tuple[int, int]:
    """What a reader may take for the size, if a locator stands: some look before it for the
    record, some where it points to, whatever the 32-bit one says."""
    place = end - _LOCATOR.size
    locator = _read(file, place, _LOCATOR.size)
    if not locator.startswith(b"PK\6\7"):
        return 0, 0
    return _size_at(file, place - _END_64.size), _size_at(file, _LOCATOR.unpack(locator)[2])


def _size_at(file: BinaryIO, place: int) -> int:
    record = _read(file, place, _END_64.size)
    size: int = _END_64.unpack(record)[8] if record.startswith(b"PK\6\6") else 0
    return size


def _read(file: BinaryIO, place: int, size: int) -> bytes:
    """So many bytes, or none where there are not as many."""
    if not 0 <= place <= file.seek(0, 2) - size:
        return b""
    file.seek(place)
    return file.read(size)
