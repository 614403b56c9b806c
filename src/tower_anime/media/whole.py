"""Whether a file ends where its own headers say.

Decoders forgive a missing end: a video cut between two packets, or a GIF cut between two frames,
plays as a shorter one. So each container is asked how long it means to be.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

_UNKNOWN_RIFF = 0xFFFF_FFFF  # what a writer that could not seek back leaves there
_OGG_PAGE = 65_307  # the largest page (RFC 3533)


def is_cut_off(path: str, opener: str) -> bool:
    """Whether the file lacks its end. `opener` is `Format.opener`; formats without one pass."""
    check = _CHECKS.get(opener)
    if check is None:
        return False
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        return check(file, size)


def _png(file: BinaryIO, size: int) -> bool:
    """Chunks of length, type, data and CRC, up to IEND; what follows it is not the picture's."""
    at = 8
    while at < size:
        file.seek(at)
        header = file.read(8)
        at += 12 + int.from_bytes(header[:4])
        if header[4:] == b"IEND":
            return at > size
    return True


def _gif(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - 64))
    return not file.read().rstrip(b"\0").endswith(b";")


def _riff(file: BinaryIO, size: int) -> bool:
    length = int.from_bytes(file.read(8)[4:], "little")
    return length != _UNKNOWN_RIFF and 8 + length > size


def _mov(file: BinaryIO, size: int) -> bool:
    """Boxes of size and type (ISO/IEC 14496-12, 4.2); size 1: 64 bits follow, 0: to the end."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if length == 1:
            length = int.from_bytes(header[8:])
        if length == 0:
            return False
        if length < 8:
            return True
        at += length
    return at > size


def _matroska(file: BinaryIO, size: int) -> bool:
    """The EBML header, then one Segment; a live recording does not know its size (RFC 8794)."""
    file.seek(4)
    header = _variable(file)
    file.seek(header or 0, 1)
    if file.read(4) != b"\x18\x53\x80\x67":
        return True
    length = _variable(file)
    return length is not None and file.tell() + length > size


def _variable(file: BinaryIO) -> int | None:
    """An EBML number of 1 to 8 bytes, or None for the one that means unknown (all ones)."""
    first = file.read(1) or b"\0"
    more = 8 - first[0].bit_length()
    bits = 7 * (more + 1)
    number = int.from_bytes(first + file.read(more)) & ((1 << bits) - 1)
    return None if number == (1 << bits) - 1 else number


def _ogg(file: BinaryIO, size: int) -> bool:
    """The last page carries the flag "end of stream" (RFC 3533, 6)."""
    file.seek(max(0, size - _OGG_PAGE))
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    segments = page[26] if len(page) > 26 else 0
    return len(page) < 27 + segments + sum(page[27 : 27 + segments]) or not page[5] & 4


def _mp3(file: BinaryIO, size: int) -> bool:
    """The first frame may be a Xing or Info header that counts the bytes, its own included."""
    head = file.read(10)
    start = 0
    if head.startswith(b"ID3"):  # its size has seven bits a byte, and leaves its own header out
        start = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    file.seek(start)
    frame = file.read(64)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    if at < 0 or len(frame) < at + 16 or not frame[at + 7] & 2:
        return False
    counted = at + (12 if frame[at + 7] & 1 else 8)
    return start + int.from_bytes(frame[counted : counted + 4]) > size


_CHECKS: dict[str, Callable[[BinaryIO, int], bool]] = {
    "PNG": _png,
    "GIF": _gif,
    "WEBP": _riff,
    "wav": _riff,
    "mov": _mov,
    "matroska": _matroska,
    "ogg": _ogg,
    "mp3": _mp3,
}
