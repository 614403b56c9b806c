"""A server on a real socket that answers as a test wrote down, for what a service seldom does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Json = dict[str, Any]


class Answer(NamedTuple):
    """What is answered: a body, after `sent` of whose bytes the connection drops, if it does."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}
    sent: int | None = None

    @classmethod
    def json(cls, value: object, status: int = 200, **headers: str) -> Answer:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(value).encode(), told)


DROPPED = Answer(sent=-1)  # not even a status


class Asked(NamedTuple):
    """What came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Scripted:
    """A server's address, and what it was asked."""

    def __init__(self, url: str, answers: list[Answer]) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.answers = answers


@contextmanager
def answering(*answers: Answer) -> Iterator[Scripted]:
    """A server that gives these answers, one a request, and then none."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            scripted.asked.append(asked)
            answer = scripted.answers.pop(0) if scripted.answers else DROPPED
            self.close_connection = answer.sent is not None
            if answer.sent == -1:
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body[: answer.sent])

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def log_message(self, _format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        scripted = Scripted(f"http://127.0.0.1:{server.server_port}", list(answers))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield scripted
        finally:
            server.shutdown()
            thread.join()
