"""A load generator that leaves one core to the server and is not itself what is measured.

Every connection sends a request, waits for the whole answer, and sends the next: a closed loop, so
requests a second and latency describe the same thing. Requests are bytes built beforehand; of an
answer only the status and the length are read.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter_ns
from typing import TypeAlias, cast

import uvloop

NextRequest: TypeAlias = Callable[[], bytes]

HEAD_END = b"\r\n\r\n"
NOT_MODIFIED = 304  # a success without a body
GRACE = 30.0  # seconds that a server may take for the answers still under way at the end


class RefusedError(RuntimeError):
    """A measurement that would not mean anything: some requests were not answered with success."""


@dataclass(frozen=True)
class Load:
    """What one run saw: `seconds` of wall clock, and each answer's latency in ns, ascending."""

    seconds: float
    latencies: Sequence[int]
    failed: int
    """Answers with a status other than 2xx and 304."""
    broken: int
    """Connections that ended, or were never made, before their answer was whole."""

    @property
    def answered(self) -> int:
        return len(self.latencies)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds

    def percentile(self, percent: int) -> float:
        """The latency in ms that `percent` % of the answers stayed within (nearest rank)."""
        rank = -(-self.answered * percent // 100)
        return self.latencies[max(rank, 1) - 1] / 1e6

    def required_whole(self, what: str) -> "Load":
        """Itself, if every request was answered with success; otherwise `RefusedError`."""
        if self.failed or self.broken or not self.answered:
            raise RefusedError(
                f"{what}: {self.answered} answers, {self.failed} of them without success, "
                f"{self.broken} connections broken."
            )
        return self


def get(path: str, **headers: str) -> bytes:
    """The bytes of a GET request; headers are named with underscores."""
    return _head(f"GET {path}", headers)


def post(path: str, body: bytes, **headers: str) -> bytes:
    """The bytes of a POST request with a JSON body."""
    of_body = {"Content_Type": "application/json", "Content_Length": str(len(body))}
    return _head(f"POST {path}", {**of_body, **headers}) + body


def _head(line: str, headers: dict[str, str]) -> bytes:
    lines = [f"{line} HTTP/1.1", "Host: 127.0.0.1", "Accept: */*"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def in_turn(requests: Sequence[bytes]) -> NextRequest:
    """The given requests one after another, over and over."""
    return cycle(requests).__next__


def parse_head(head: bytes) -> tuple[int, int]:
    """Status and body length of an answer's head; the length is -1 where it names none."""
    status = int(head[9:12])
    if status == NOT_MODIFIED:
        return status, 0
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return status, int(rest.partition(b"\r\n")[0] or -1)


@dataclass
class Tally:
    """What all connections count together, and when they stop asking."""

    next_request: NextRequest
    stop_at: int
    latencies: list[int] = field(default_factory=list)
    failed: int = 0
    broken: int = 0


class Connection(asyncio.Protocol):
    """One keep-alive client. Its `done` future ends when it has asked its last, or was cut off."""

    def __init__(self, tally: Tally) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._head = b""
        self._missing = 0  # bytes of the body still to come
        self._status = 0
        self._asked_at = 0  # 0: nothing under way

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(HEAD_END)
            if end < 0:
                return
            self._status, length = parse_head(self._head[:end])
            self._missing = length - (len(self._head) - end - len(HEAD_END))
            self._head = b""
        if self._missing == 0:
            self._answered()
        elif self._missing < 0:  # no length, or more than was announced: not an answer to count
            self._transport.abort()

    def connection_lost(self, _: Exception | None) -> None:
        self._tally.broken += self._asked_at != 0
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        request = self._tally.next_request()
        self._asked_at = perf_counter_ns()
        self._transport.write(request)

    def _answered(self) -> None:
        now = perf_counter_ns()
        self._tally.latencies.append(now - self._asked_at)
        self._tally.failed += not (200 <= self._status < 300 or self._status == NOT_MODIFIED)
        if now < self._tally.stop_at:
            self._ask()
        else:
            self._asked_at = 0
            self._transport.close()


async def drive(port: int, next_request: NextRequest, connections: int, seconds: float) -> Load:
    """Ask 127.0.0.1:`port` over that many connections for `seconds`, then let the last finish.

    Raises OSError where a connection is refused, TimeoutError where answers stay out.
    """
    loop = asyncio.get_running_loop()
    started = perf_counter_ns()
    tally = Tally(next_request, stop_at=started + int(seconds * 1e9))
    async with asyncio.timeout(seconds + GRACE):
        clients = [
            (await loop.create_connection(lambda: Connection(tally), "127.0.0.1", port))[1]
            for _ in range(connections)
        ]
        await asyncio.gather(*(client.done for client in clients))
    took = (perf_counter_ns() - started) / 1e9
    return Load(took, sorted(tally.latencies), tally.failed, tally.broken)


def measure(port: int, next_request: NextRequest, *, connections: int, seconds: float) -> Load:
    """`drive` on an event loop of its own (uvloop)."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(drive(port, next_request, connections, seconds))
