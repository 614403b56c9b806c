"""Connections on which a whole request has one bound of time.

httpx bounds the wait for each part of an answer, not for the whole: a server that sends a byte
every second is never too late. Here each read and write has at most what is left of the whole.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2
import httpx2

SecondsLeft = Callable[[], float]  # of the request that the calling thread makes


def transport(left: SecondsLeft, *, connections: int, keep_seconds: float) -> httpx2.HTTPTransport:
    """A transport of httpx, over connections that ask how many seconds are left."""
    made = httpx2.HTTPTransport(verify=False, trust_env=False)
    # httpx takes no network backend, and its pool is where one goes.
    made._pool = httpcore2.ConnectionPool(  # noqa: SLF001
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=keep_seconds,
        network_backend=_Backend(left),
    )
    return made


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, left: SecondsLeft) -> None:
        self._left = left
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # options of the socket module
    ) -> httpcore2.NetworkStream:
        made = self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(made, self._left)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, plain: httpcore2.NetworkStream, left: SecondsLeft) -> None:
        self._plain = plain
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, self._within(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._plain.write(buffer, self._within(timeout, httpcore2.WriteTimeout))

    def _within(self, timeout: float | None, late: type[Exception]) -> float:
        left = self._left()
        if left <= 0:
            raise late("the whole took too long")
        return left if timeout is None else min(left, timeout)

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, timeout), self._left)

    def get_extra_info(self, info: str) -> Any:  # whatever is asked for
        return self._plain.get_extra_info(info)
