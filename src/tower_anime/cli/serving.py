"""Running the service: uvicorn, told how to log and how to stop."""

from __future__ import annotations

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


def _server(settings: Settings) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return uvicorn.Server(config)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `CannotStart`."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    server = _server(settings)
    server.run()
    if not server.started:
        raise CannotStart("The service did not start; the log above says why.")


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve on a thread beside the caller; yields the service's address, and stops it in the end.

    Raises `CannotStart`.
    """
    logs.configure("warning", as_json=settings.log_json)
    server = _server(settings)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        yield _address(server, thread, settings)
    finally:
        server.should_exit = True
        thread.join()


def _address(server: uvicorn.Server, thread: threading.Thread, settings: Settings) -> str:
    waited = threading.Event()
    for _ in range(START_SECONDS * 20):
        if server.started:
            port = server.servers[0].sockets[0].getsockname()[1]
            return f"http://{settings.host}:{port}"
        if not thread.is_alive():
            break
        waited.wait(0.05)
    raise CannotStart("The service did not start; the log above says why.")
