"""How the compared services are run: one uvicorn worker with its fast parts, and no access log."""

import uvicorn
from starlette.types import ASGIApp


def serve(app: ASGIApp, port: int) -> None:
    """Serve `app` on 127.0.0.1:`port` until a signal ends the process."""
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
