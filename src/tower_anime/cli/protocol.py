"""How answers leave the service: the head and the body of one together.

uvicorn writes the one and then the other, and uvloop sends each at once: two calls to the system
and two packets where one would do, at both ends.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/"


class Joining:
    """A transport that holds an answer's head back for its body, or for the loop's next turn."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """Send, with the head that was held back; what follows a body is sent as it comes."""
        if self._held:
            data, self._held = self._held + data, b""
        elif data[: len(_HEAD)] == _HEAD:
            self._held = data
            self._loop.call_soon(self._send)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Send what was held back, then close."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def __getattr__(self, name: str) -> Any:  # all else is the transport's own
        return getattr(self._transport, name)


class JoiningProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, over transports that join."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        joining = Joining(cast("asyncio.Transport", transport), self.loop)
        super().connection_made(cast("asyncio.Transport", joining))
