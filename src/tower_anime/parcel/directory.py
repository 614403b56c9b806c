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
_UNTOLD = 0xFFFF_FFFF  # it is told by the 64-bit record


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
    if told == _UNTOLD:
        told = _told_in_64_bits(file, start + at)
    if told > LARGEST:
        raise Unprocessable(f"The list of the file's contents is larger than {LARGEST:,} bytes.")


def _told_in_64_bits(file: BinaryIO, end: int) -> int:
    place = end - _LOCATOR.size - _END_64.size
    if place >= 0:
        file.seek(place)
        record = file.read(_END_64.size)
        if record.startswith(b"PK\6\6"):
            size: int = _END_64.unpack(record)[8]
            return size
    raise Unprocessable("The file is no ZIP, or its end is missing.")
