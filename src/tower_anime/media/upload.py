"""The file of a multipart upload, as a stream: nothing of it is gathered in memory or spooled."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from tower_anime.core.errors import Unprocessable
from tower_anime.core.space import space_of

FIELD = b"file"
NAME_LENGTH = 255


class Upload:
    """The field `file` of one request. `name` is known once the bytes have come.

    Raises `InsufficientStorage` before the first byte where the disk has no room for all of them.
    """

    def __init__(self, request: Request) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Unprocessable("Send the file as multipart/form-data, in the field 'file'.")
        self._request = request
        self._space = space_of(request)
        self._space.require(_declared(request))
        self._parser = self._made_parser(options[b"boundary"])
        self._header = (b"", b"")
        self._disposition = b""
        self._wanted = False
        self._found = False
        self._ended = False
        self._data: list[bytes] = []
        self.name: str | None = None

    def _made_parser(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._part_data,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise Unprocessable(f"The upload is malformed: {error}.") from error

    async def departure(self) -> None:
        """Return when the sender has gone away; to be awaited once all bytes have come."""
        while (await self._request.receive())["type"] != "http.disconnect":
            pass

    def _part_begin(self) -> None:
        self._disposition = b""
        self._wanted = False

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        name, value = self._header
        self._header = (name + data[start:end], value)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        name, value = self._header
        self._header = (name, value + data[start:end])

    def _header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (b"", b"")

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") == FIELD and not self._found:
            self._wanted = self._found = True
            self.name = _plain(options.get(b"filename", b""))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._wanted:
            self._data.append(data[start:end])

    def _end(self) -> None:
        self._ended = True

    async def chunks(self) -> AsyncIterator[bytes]:
        """The file's bytes as they come.

        Raises `Unprocessable` for a body that is malformed, `InsufficientStorage` once the disk has
        too little room.
        """
        try:
            async for piece in self._request.stream():
                self._space.require()  # what others write meanwhile was not counted in
                self._parser.write(piece)
                for data in self._data:
                    yield data
                self._data.clear()
            self._parser.finalize()
        except FormParserError as error:
            raise Unprocessable(f"The upload is malformed: {error}.") from error
        except ClientDisconnect as error:
            raise Unprocessable("The sender went away in the middle of the upload.") from error
        if not self._found:
            raise Unprocessable("The upload has no field 'file'.")
        if not self._ended:
            raise Unprocessable("The upload ended before its last boundary.")


def _declared(request: Request) -> int:
    """How long the body is said to be, in bytes; 0 where it is not said."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdecimal() else 0


def _plain(name: bytes) -> str | None:
    """A client's file name without folders and control characters: it is shown, never opened."""
    text = name.decode("utf-8", "replace").replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in text if c.isprintable())[:NAME_LENGTH] or None
