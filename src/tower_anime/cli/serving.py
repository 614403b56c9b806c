"""Running the service: uvicorn, told how to log and how to stop."""

from __future__ import annotations

import uvicorn

from tower_anime.app import create_app
from tower_anime.core import logs
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings

STOP_SECONDS = 5  # for requests in flight; the queue then gives back what it works on


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises `CannotStart`."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        raise CannotStart("The service did not start; the log above says why.")
