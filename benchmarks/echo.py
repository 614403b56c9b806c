"""A server that is hardly there: it answers each packet with the same bytes and parses nothing.

`python -m benchmarks.echo PORT BYTES` shows how fast the load generator can go by itself.
"""

import asyncio
import sys
from typing import cast

import uvloop


class Echo(asyncio.Protocol):
    """One connection, whose every packet is taken for one request."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - any packet will do
        self._transport.write(self._answer)


async def serve_forever(port: int, length: int) -> None:
    """Answer on 127.0.0.1:`port` with bodies of `length` bytes until a signal ends the process."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
    answer = head.encode() + b"a" * length
    server = await asyncio.get_running_loop().create_server(lambda: Echo(answer), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve_forever(int(sys.argv[1]), int(sys.argv[2])))
