"""Running the service: uvicorn, told how to log and how to stop."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tower_anime.app import create_app
from tower_anime.core import logs
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings

STOP_SECONDS = 5  # for requests in flight; the queue then gives back what it works on
START_SECONDS = 60


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `CannotStart`."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    # uvicorn raises the signal again once it has stopped; to stop when told to is success.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    _run(_Server(settings))


class _Server(uvicorn.Server):
    """One service. Its parts start before uvicorn does, so that a refusal is ours to tell."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        config = uvicorn.Config(
            self.app,
            host=settings.host,
            port=settings.port,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nothing here believes a caller's word about addresses
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        super().__init__(config)

    async def live(self) -> None:
        """Start the parts, serve, end the parts. Raises `CannotStart`."""
        async with self.app.router.lifespan_context(self.app):
            await self.serve()


def _run(server: _Server) -> None:
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.live())


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve on a thread beside the caller; yields the service's address, and stops it in the end.

    Raises `CannotStart`.
    """
    logs.configure("warning", as_json=settings.log_json)
    server = _Server(settings)
    refusals: list[CannotStart] = []

    def run() -> None:
        try:
            _run(server)
        except CannotStart as error:
            refusals.append(error)

    thread = threading.Thread(target=run, name="server")
    thread.start()
    try:
        yield _address(server, thread, settings, refusals)
    finally:
        server.should_exit = True
        thread.join()


def _address(
    server: _Server, thread: threading.Thread, settings: Settings, refusals: list[CannotStart]
) -> str:
    waited = threading.Event()
    for _ in range(START_SECONDS * 20):
        if server.started:
            port = server.servers[0].sockets[0].getsockname()[1]
            return f"http://{settings.host}:{port}"
        if not thread.is_alive():
            break
        waited.wait(0.05)
    raise refusals[0] if refusals else CannotStart("The service did not start; the log says why.")
