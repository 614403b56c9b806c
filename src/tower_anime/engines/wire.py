"""Requests to one server, each bounded in time and size from its first byte to its last.

Redirects are not followed, and neither are proxies of the environment: a request goes to the
address that an administrator gave, or nowhere.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

import httpx2

from tower_anime.engines import timed
from tower_anime.engines.troubles import Gone, Strange

MIB = 1024 * 1024
CONNECT_SECONDS = 2.0
CONNECTIONS = 8  # of one server, at a time
KEEP_SECONDS = 20.0  # a connection that nobody uses; ComfyUI's own patience is 75

_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "tower-anime"}

Json = Any  # whatever a server sends
Upload = Mapping[str, tuple[str, IO[bytes], str]]


class NotSent(Gone):
    """The connection was never made: the server has seen nothing of the request."""


class Bounds(NamedTuple):
    """The longest that an answer may take, in seconds, and the largest it may be, in bytes."""

    seconds: float = 10.0
    size: int = MIB


class Answer(NamedTuple):
    """An answer that came whole."""

    status: int
    body: bytes

    def json(self) -> Json:
        """The body as JSON. Raises `Strange`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Strange("What answers there is no ComfyUI: its answer is no JSON.") from error


class Wire:
    """Requests to one address. Any thread may make them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._due = threading.local()
        self._http = httpx2.Client(
            base_url=url,
            headers=_HEADERS,
            transport=timed.transport(
                self._seconds_left, connections=CONNECTIONS, keep_seconds=KEEP_SECONDS
            ),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        bounds: Bounds,
        *,
        body: Json = None,
        form: Mapping[str, str] | None = None,
        files: Upload | None = None,
    ) -> Answer:
        """Send a request; its whole answer. Raises `Gone`, `NotSent` or `Strange`."""
        content = None if body is None else json.dumps(body).encode()
        sent = {"content": content, "data": form, "files": files}
        with self._answered(method, path, bounds.seconds, sent) as response:
            held = bytearray()
            for chunk in response.iter_raw():
                held += chunk
                if len(held) > bounds.size:
                    raise Strange(f"The server's answer is larger than {bounds.size:,} bytes.")
            return Answer(response.status_code, bytes(held))

    @contextmanager
    def stream(
        self, path: str, query: Mapping[str, str], seconds: float
    ) -> Iterator[tuple[int, Mapping[str, str], Iterable[bytes]]]:
        """Read an answer as it comes: its status, headers and parts. Raises as `ask` does."""
        with self._answered("GET", path, seconds, {"params": query}) as response:
            yield response.status_code, response.headers, response.iter_raw()

    @contextmanager
    def _answered(
        self, method: str, path: str, seconds: float, sent: Mapping[str, Any]
    ) -> Iterator[httpx2.Response]:
        self._due.at = time.monotonic() + seconds
        usual = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            with self._http.stream(method, path, timeout=usual, **sent) as response:
                _require_plain(response)
                yield response
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotSent("The server cannot be reached; is ComfyUI running there?") from error
        except httpx2.TimeoutException as error:
            raise Gone(f"The server did not answer within {seconds:g} seconds.") from error
        except httpx2.RemoteProtocolError as error:
            raise Gone("The connection to the server was cut, or its answer was broken.") from error
        except httpx2.TransportError as error:
            raise Gone("The connection to the server was cut.") from error
        except RuntimeError as error:  # httpx's word for a client that was closed
            if not self._http.is_closed:
                raise
            raise NotSent("The engine was removed.") from error

    def _seconds_left(self) -> float:
        due: float = self._due.at
        return due - time.monotonic()


def _require_plain(response: httpx2.Response) -> None:
    if response.has_redirect_location or 300 <= response.status_code < 400:
        raise Strange("The server leads elsewhere (a redirect), and that is not followed.")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Strange("The server's answer is compressed, which nobody asked for.")
