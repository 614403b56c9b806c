"""Hearing what a server does, while it does it: one websocket, with an id of its own.

What is heard is a hint. A socket replays nothing, may fall silent without being closed, and a
second one of the same id takes the messages of the first; so each listener has a fresh id, has
one socket at a time, and whoever waits for the end of a run asks the server as well, by
`Server.find`.
"""

from __future__ import annotations

import socket
import uuid
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tower_anime.engines import frames
from tower_anime.engines.frames import Event, Preview
from tower_anime.engines.troubles import Gone, Strange
from tower_anime.engines.wire import CONNECT_SECONDS

OPEN_SECONDS = 5.0  # for the handshake
CLOSE_SECONDS = 1.0
LARGEST = 32 * 1024 * 1024  # bytes of one message: a preview, or an error's inputs
HEARTBEAT_SECONDS = 20.0


class Listener:
    """A websocket of a server, open until it is closed or lost. For one thread at a time.

    `client_id` is what prompts are submitted with whose events are to be heard here.
    """

    def __init__(self, address: str) -> None:
        """Connect to `Server.websocket`. Raises `Gone` or `Strange`."""
        self.client_id = uuid.uuid4().hex
        self._address = f"{address}?clientId={self.client_id}"
        self._socket = _announced(self._address)

    def reopen(self) -> None:
        """Listen on a new socket, which may be heard where the old one is stuck.

        It has the same id, to which the prompt's events go; so the old one is closed before, as
        closing it afterwards would silence the new one. Raises `Gone` or `Strange`.
        """
        self.close()
        self._socket = _announced(self._address)

    def next(self, seconds: float) -> Event | Preview | None:
        """The next that is heard; `None` where that is nothing for so long, or nothing of ours.

        Raises `Gone` once the socket is closed: what is heard further needs a new listener.
        """
        try:
            message = self._socket.recv(timeout=seconds)
        except TimeoutError:
            return None
        except (WebSocketException, OSError) as error:
            raise Gone("The server's websocket was closed.") from error
        return frames.parse(message)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _announced(address: str) -> ClientConnection:
    made = _connect(address)
    try:
        made.send(frames.ANNOUNCEMENT)
    except (WebSocketException, OSError) as error:
        made.close()
        raise Gone("The server's websocket was closed at once.") from error
    return made


def _connect(address: str) -> ClientConnection:
    # With a socket of our own, and only then, `connect` follows no redirect: it raises ValueError.
    plain = _socket_to(address)
    try:
        return connect(
            address,
            sock=plain,
            legacy=True,  # gives a connection, and not an iterator of them
            proxy=None,
            compression=None,  # previews are compressed already
            open_timeout=OPEN_SECONDS,
            close_timeout=CLOSE_SECONDS,
            ping_interval=HEARTBEAT_SECONDS,
            ping_timeout=HEARTBEAT_SECONDS,
            max_size=LARGEST,
        )
    except (OSError, TimeoutError, EOFError) as error:
        raise Gone("The server's websocket cannot be reached.") from error
    except (WebSocketException, ValueError) as error:
        raise Strange("What answers there has no websocket as ComfyUI has.") from error


def _socket_to(address: str) -> socket.socket:
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    try:
        plain = socket.create_connection((parts.hostname or "", port), CONNECT_SECONDS)
    except OSError as error:
        raise Gone("The server cannot be reached; is ComfyUI running there?") from error
    plain.settimeout(None)
    return plain
