"""Running the service: uvicorn, told how to log and how to stop."""

from __future__ import annotations

import asyncio
import faulthandler
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket
from types import FrameType

import uvicorn
from starlette.types import Scope

from tower_anime.app import create_app
from tower_anime.cli import addresses, lan, notify
from tower_anime.cli.notify import Supervisor
from tower_anime.cli.protocol import JoiningProtocol
from tower_anime.core import lock, logs, token
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings

STOP_SECONDS = 5  # for requests in flight; the queue then gives back what it works on
START_SECONDS = 60


def serve(settings: Settings, *, new_token: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; with a `new_token` for the local network first.

    Raises `CannotStart`.
    """
    faulthandler.enable()  # systemd's watchdog ends a process that hangs with SIGABRT: tell where
    addresses.require_allowed(settings)
    logs.configure(settings.log_level, as_json=settings.log_json, file=_log_file(settings))
    if new_token:
        with lock.hold(settings.data_dir):  # that of a service that runs stays
            token.replace(settings.data_dir)
    server = _Server(settings, notify.supervisor())
    # uvicorn listens to signals from its own start on, and raises them again in the end. Before it
    # starts, a database may be migrated: to be told to stop holds then too, and is success.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.stop)
    _run(server)


def _log_file(settings: Settings) -> logs.LogFile | None:
    if settings.log_file is None:
        return None
    return logs.LogFile(settings.log_file, settings.log_file_bytes, settings.log_file_count)


class _Server(uvicorn.Server):
    """One service. Its parts start before uvicorn does, so that a refusal is ours to tell."""

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self.app = create_app(settings)
        self.app.state.cut_off = self._cut_off
        self._settings = settings
        self._supervisor = supervisor
        config = uvicorn.Config(
            self.app,
            host=settings.host,
            port=settings.port,
            lifespan="off",
            http=JoiningProtocol,
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
            watch = asyncio.create_task(self._supervisor.keep_watch())
            try:
                await self.serve()
            finally:
                watch.cancel()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, and tell who waits for it. Raises `CannotStart`."""
        try:
            await super().startup(sockets)
        except SystemExit as error:  # uvicorn has logged why
            wanted = addresses.url(self._settings.host, self._settings.port)
            raise CannotStart(
                f"The service cannot listen on {wanted}. If another program does, choose another"
                " port with --port."
            ) from error
        address = self.address()
        lock.tell_holder(self._settings.data_dir, address)
        if self._settings.lan:
            self._invite()
        self._supervisor.tell("READY=1", f"STATUS=Serving at {address}")

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Finish what is in flight; streams are told to end, for they would not by themselves."""
        self._supervisor.tell("STOPPING=1", "STATUS=Giving back what is being rendered")
        self.app.state.hub.close()
        await super().shutdown(sockets)

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Stop as soon as it has started: what a signal asks for."""
        self.should_exit = True

    def _cut_off(self, scope: Scope) -> None:
        """Drop a request's connection with all that waits to be sent: its client does not read."""
        for connection in self.server_state.connections:
            if scope["client"] and getattr(connection, "client", None) == scope["client"]:
                connection.transport.abort()

    def _invite(self) -> None:
        settings, port = self._settings, self.servers[0].sockets[0].getsockname()[1]
        print(lan.invitation(settings.host, port, settings.data_dir), flush=True)

    def address(self) -> str:
        """Where the service is found, once it listens."""
        return addresses.url(self._settings.host, self.servers[0].sockets[0].getsockname()[1])


def _run(server: _Server) -> None:
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.live())


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve on a thread beside the caller; yields the service's address, and stops it in the end.

    Raises `CannotStart`.
    """
    addresses.require_allowed(settings)
    logs.configure("warning", as_json=settings.log_json)
    server = _Server(settings, Supervisor())
    refusals: list[CannotStart] = []

    def run() -> None:
        try:
            _run(server)
        except CannotStart as error:
            refusals.append(error)

    thread = threading.Thread(target=run, name="server")
    thread.start()
    try:
        yield _address(server, thread, refusals)
    finally:
        server.should_exit = True
        thread.join()


def _address(server: _Server, thread: threading.Thread, refusals: list[CannotStart]) -> str:
    waited = threading.Event()
    for _ in range(START_SECONDS * 20):
        if server.started:
            return server.address()
        if not thread.is_alive():
            break
        waited.wait(0.05)
    raise refusals[0] if refusals else CannotStart("The service did not start; the log says why.")
