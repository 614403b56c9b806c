"""What a file is, told by its first bytes and never by its name.

FFmpeg guesses a format by asking all of its demuxers, among them ones that open other files or the
network (HLS, DASH, concat, SDP, numbered pictures). Nothing here guesses: a file of a format in
this list is opened as that format and all else is refused unopened.
"""

import re
from pathlib import Path
from typing import NamedTuple

HEAD = 64
"""How many bytes of a file `sniff` wants to see."""

_ACCEPTED = (
    "Pictures (PNG, JPEG, WebP, GIF, AVIF), videos (MP4, MOV, WebM, MKV) and sound "
    "(WAV, FLAC, MP3, OGG, M4A) are accepted."
)
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class NotMedia(ValueError):
    """The file is no picture, video or sound that can be read to its end (422)."""


class TooLarge(ValueError):
    """The media has more pixels, seconds or frames than are accepted (413)."""


class Format(NamedTuple):
    """A file format: its MIME subtype, who opens it, and the opener's name for it."""

    subtype: str
    opener: str
    picture: bool = False
    """Opened by Pillow if true, by FFmpeg if not."""


_MAGIC: list[tuple[re.Pattern[bytes], Format]] = [
    (re.compile(pattern, re.DOTALL), known)
    for pattern, known in [
        (rb"\x89PNG\r\n\x1a\n", Format("png", "PNG", picture=True)),
        (rb"\xff\xd8\xff", Format("jpeg", "JPEG", picture=True)),
        (rb"RIFF....WEBP", Format("webp", "WEBP", picture=True)),
        (rb"GIF8[79]a", Format("gif", "GIF", picture=True)),
        (rb"....ftypavi[fs]", Format("avif", "AVIF", picture=True)),
        (rb"....ftypqt  ", Format("quicktime", "mov")),
        (rb"....ftyp", Format("mp4", "mov")),
        (rb"....(?:moov|mdat|wide|free|skip)", Format("quicktime", "mov")),
        (rb"\x1a\x45\xdf\xa3.{0,48}webm", Format("webm", "matroska")),
        (rb"\x1a\x45\xdf\xa3", Format("x-matroska", "matroska")),
        (rb"RIFF....WAVE", Format("wav", "wav")),
        (rb"fLaC", Format("flac", "flac")),
        (rb"OggS", Format("ogg", "ogg")),
        # An ID3 tag, or a frame header with a layer, a bit rate and a sample rate
        (rb"ID3", Format("mpeg", "mp3")),
        (rb"\xff[\xe2-\xe7\xf2-\xf7][\x00-\xef]", Format("mpeg", "mp3")),
    ]
]

_SUBTYPES = {
    True: {known.subtype for _, known in _MAGIC if known.picture},
    False: {known.subtype for _, known in _MAGIC if not known.picture},
}
MIMES = frozenset(
    [f"image/{subtype}" for subtype in _SUBTYPES[True]]
    + [f"{kind}/{subtype}" for kind in ("video", "audio") for subtype in _SUBTYPES[False]]
)
"""All that a proof can say that a file is."""

_OTHERS: list[tuple[re.Pattern[bytes], str]] = [
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), name)
    for pattern, name in [
        (rb"PK\x03\x04", "a ZIP archive"),
        (rb"%PDF", "a PDF document"),
        (rb"#EXTM3U", "a playlist"),
        (rb"\s*(?:<\?xml[^>]*>\s*)?<svg", "an SVG drawing"),
        (rb"\s*<(?:!doctype html|html)", "a web page"),
        (rb"....ftyp", "a HEIF picture"),
        (rb"[\t\n\r\x20-\x7e]+", "a text"),
    ]
]


def sniff(path: str) -> Format:
    """The format of the file at `path`, or NotMedia that says what the file is instead."""
    with Path(path).open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise NotMedia("The file is empty.")
    if head[8:12] not in _HEIF or head[4:8] != b"ftyp":
        for pattern, known in _MAGIC:
            if pattern.match(head):
                return known
    raise NotMedia(f"The file is {_other(head)}. {_ACCEPTED}")


def _other(head: bytes) -> str:
    for pattern, name in _OTHERS:
        found = pattern.match(head)
        if found and (name != "a text" or found.end() == len(head)):
            return name
    return "of an unknown format"
