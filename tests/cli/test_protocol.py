"""An answer's head waits for its body, and for nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

from tower_anime.cli.protocol import Joining

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


class Recorder:
    """A transport that keeps what is done with it."""

    def __init__(self) -> None:
        self.done: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def get_extra_info(self, name: str) -> str:
        return f"its {name}"


def written(act: Callable[[Joining], Coroutine[Any, Any, None]]) -> list[bytes | str]:
    """What reaches the transport."""

    async def run() -> list[bytes | str]:
        recorder = Recorder()
        joining = Joining(cast("asyncio.Transport", recorder), asyncio.get_running_loop())
        await act(joining)
        return recorder.done

    return asyncio.run(run())


def test_a_head_and_its_body_are_sent_together() -> None:
    async def act(joining: Joining) -> None:
        for _ in range(2):
            joining.write(HEAD)
            joining.write(b"body")
        await asyncio.sleep(0)

    assert written(act) == [HEAD + b"body"] * 2


def test_a_head_whose_body_is_long_in_coming_is_sent_alone() -> None:
    async def act(joining: Joining) -> None:
        joining.write(HEAD)
        await asyncio.sleep(0)
        joining.write(b"one")
        joining.write(b"two")

    assert written(act) == [HEAD, b"one", b"two"]


def test_nothing_is_held_back_from_a_connection_that_is_closed() -> None:
    async def act(joining: Joining) -> None:
        joining.write(HEAD)
        joining.close()

    assert written(act) == [HEAD, "closed"]


def test_all_else_is_the_transports_own() -> None:
    async def act(joining: Joining) -> None:
        assert joining.get_extra_info("socket") == "its socket"

    assert written(act) == []
