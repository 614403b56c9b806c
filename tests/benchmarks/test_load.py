"""The load generator counts what a server really did; nothing here depends on time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count

import pytest

from benchmarks import load

CONNECTIONS = 4
ONE_ANSWER_EACH = 0.0  # seconds: a connection asks again only before this is over

Respond = Callable[[int, asyncio.StreamWriter], None]


def answer(status: str, body: bytes = b"{}") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


@asynccontextmanager
async def server(respond: Respond) -> AsyncIterator[tuple[int, Counter[bytes]]]:
    """A server's port, and how often it was asked each first line; waits for its clients' end."""
    asked: Counter[bytes] = Counter()
    numbers = count()
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        while not writer.is_closing() and (head := await next_head(reader)):
            asked[head.partition(b"\r\n")[0]] += 1
            respond(next(numbers), writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listener:
        yield listener.sockets[0].getsockname()[1], asked
        await asyncio.gather(*filter(None, serving))


async def next_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def driven(respond: Respond, seconds: float = ONE_ANSWER_EACH) -> tuple[load.Load, Counter[bytes]]:
    async def main() -> tuple[load.Load, Counter[bytes]]:
        async with server(respond) as (port, asked):
            requests = load.in_turn([load.get("/a"), load.get("/b")])
            return await load.drive(port, requests, CONNECTIONS, seconds), asked

    return asyncio.run(main())


def test_every_answer_is_counted_once_and_requests_take_turns() -> None:
    found, asked = driven(lambda _, writer: writer.write(answer("200 OK")), seconds=0.05)
    assert found.answered == asked.total() >= CONNECTIONS
    assert abs(asked[b"GET /a HTTP/1.1"] - asked[b"GET /b HTTP/1.1"]) <= 1
    assert found.required_whole("all") is found
    assert 0 < found.percentile(50) <= found.percentile(99) <= found.latencies[-1] / 1e6


def test_an_answer_other_than_2xx_refuses_the_measurement() -> None:
    def respond(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("503 Service Unavailable" if number == 2 else "201 Created"))

    found, _ = driven(respond)
    assert (found.answered, found.failed, found.broken) == (CONNECTIONS, 1, 0)
    with pytest.raises(load.RefusedError, match="writes: 4 answers, 1 of them without success"):
        found.required_whole("writes")


def test_a_connection_closed_in_the_middle_of_an_answer_refuses_the_measurement() -> None:
    def respond(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("200 OK", b"x" * 100)[: -50 if number == 0 else None])
        if number == 0:
            writer.close()

    found, _ = driven(respond)
    assert (found.answered, found.failed, found.broken) == (CONNECTIONS - 1, 0, 1)
    with pytest.raises(load.RefusedError, match="1 connections broken"):
        found.required_whole("reads")


@pytest.mark.parametrize(
    "malformed", [b"HTTP/1.1 200 OK\r\n\r\n{}", answer("200 OK") + b"more than was announced"]
)
def test_an_answer_whose_end_cannot_be_told_is_a_broken_connection(malformed: bytes) -> None:
    found, _ = driven(lambda _, writer: writer.write(malformed))
    assert (found.answered, found.broken) == (0, CONNECTIONS)


def test_an_answer_in_many_pieces_is_one_answer() -> None:
    head, body = answer("200 OK", b"x" * 300)[:-300], b"x" * 300

    async def main() -> tuple[int, int, bool]:
        loop = asyncio.get_running_loop()
        tally = load.Tally(load.in_turn([load.get("/")]), stop_at=0)
        async with server(lambda *_: None) as (port, _):
            _, client = await loop.create_connection(
                lambda: load.Connection(tally), "127.0.0.1", port
            )
            for piece in (head[:5], head[5:-2], head[-2:] + body[:1], body[1:-1]):
                client.data_received(piece)
            early = len(tally.latencies)
            client.data_received(body[-1:])
            await client.done
        return early, len(tally.latencies), bool(tally.failed or tally.broken)

    assert asyncio.run(main()) == (0, 1, False)


def test_percentiles_are_nearest_ranks_in_milliseconds() -> None:
    found = load.Load(2.0, [1_000_000 * n for n in range(1, 101)], failed=0, broken=0)
    assert [found.percentile(p) for p in (1, 50, 99, 100)] == [1, 50, 99, 100]
    assert found.per_second == 50


def test_a_server_that_is_not_there_is_an_error() -> None:
    async def unused_port() -> int:
        async with server(lambda _, writer: writer.write(b"")) as (port, _):
            return port

    with pytest.raises(OSError, match="Connect"):
        load.measure(
            asyncio.run(unused_port()), load.in_turn([load.get("/")]), connections=1, seconds=0
        )
