"""A simulated server in a thread of this process, or as the whole of a process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn

from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.front import Front
from tower_anime.simulator.machine import Machine
from tower_anime.simulator.received import Record
from tower_anime.simulator.routes import application

_BACKLOG = 2048
_SERVER = "Python/3.11 aiohttp/3.14.5"


class Simulator:
    """A running server: its `url`, its state, and words to change how it behaves."""

    def __init__(self, machine: Machine, address: tuple[str, int]) -> None:
        self.machine = machine
        self.host, self.port = address
        self.url = f"http://{self.host}:{self.port}"

    @property
    def folder(self) -> Path:
        """Where `input`, `output` and `temp` are."""
        return self.machine.folders.root

    def behave(self, **settings: Any) -> None:
        """Change settings of `Behaviour`; raises `ValidationError`."""
        self.machine.behave(**settings)

    def prompts(self) -> list[Record]:
        """Every prompt that was received, the oldest first."""
        return self.machine.received.all()

    def restart(self) -> None:
        """Lose queue and history as a restart does; files stay."""
        self.machine.restart()

    def drop_websockets(self) -> None:
        """Close every websocket."""
        self.machine.sockets.drop()

    def mute_websockets(self) -> None:
        """Say nothing more on those that are open now."""
        self.machine.sockets.mute()


@contextlib.contextmanager
def running(
    folder: Path | None = None, host: str = "127.0.0.1", port: int = 0, **behaviour: Any
) -> Iterator[Simulator]:
    """A server in a thread, on a free port unless one is named; stopped in the end.

    Its files are in `folder`, or else in one that is removed afterwards.
    """
    with contextlib.ExitStack() as stack:
        root = folder or Path(stack.enter_context(TemporaryDirectory(prefix="comfyui-")))
        machine = Machine(root, Behaviour(**behaviour))
        stack.callback(machine.stop)
        listener = stack.enter_context(_listener(host, port))
        started = threading.Event()
        server = _server(machine, started.set)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        stack.callback(_stop, server, thread)
        started.wait()
        yield Simulator(machine, listener.getsockname()[:2])


def serve(
    host: str, port: int, folder: Path, behaviour: Behaviour, told: Callable[[str], None]
) -> None:
    """Serve until the process is told to stop; `told` hears the address once it listens."""
    machine = Machine(folder, behaviour, on_death=lambda: os._exit(1))
    with _listener(host, port) as listener:
        name, number = listener.getsockname()[:2]
        server = _server(machine, lambda: told(f"http://{name}:{number}"))
        server.run([listener])
    machine.stop()


class _Server(uvicorn.Server):
    """Uvicorn, which says when it listens and does not wait for its connections."""

    def __init__(
        self, config: uvicorn.Config, machine: Machine, started: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._machine = machine
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        self._machine.sockets.bind(asyncio.get_running_loop())
        await super().startup(sockets)
        self._told()


def _server(machine: Machine, started: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        Front(application(machine), machine),
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        headers=[("Server", _SERVER)],
        ws="websockets-sansio",
        ws_max_size=1024 * 1024,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, machine, started)


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def _stop(server: _Server, thread: threading.Thread) -> None:
    server.force_exit = True
    server.should_exit = True
    thread.join()
