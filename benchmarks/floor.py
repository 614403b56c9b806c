"""The floor: what the HTTP server costs by itself, before an application does anything.

`python -m benchmarks.floor PORT BYTES` answers every request with the same BYTES bytes; no service
behind uvicorn can answer faster.
"""

import sys

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.worker import serve


def constant(length: int) -> ASGIApp:
    """An ASGI application without a framework: each answer is a JSON string of `length` bytes."""
    body = b'"' + b"a" * (length - 2) + b'"'
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % length)]
    start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
    whole: Message = {"type": "http.response.body", "body": body}

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send(start)
            await send(whole)

    return app


if __name__ == "__main__":
    serve(constant(int(sys.argv[2])), int(sys.argv[1]))
