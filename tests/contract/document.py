"""The contract document: its examples as the bytes that curl sends, its models and its tables."""

from __future__ import annotations

import json
import re
import shlex
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.services import PATIENCE

TEXT = (Path(__file__).parent / "tower-api.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"```(?P<kind>\w*)\n(?P<body>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Request:
    """What one curl command line asks."""

    method: str
    target: str
    headers: tuple[str, ...] = ()
    body: bytes = b""

    def bytes_of_curl(self, host: str) -> bytes:
        """The request as curl 8 writes it: its own headers first, then those of the command."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"Host: {host}"]
        lines += ["User-Agent: curl/8.5.0", "Accept: */*", *self.headers]
        if self.body:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True)
class Answer:
    """What came back."""

    request: Request
    status: int
    headers: dict[str, str] = field(repr=False)
    body: Any  # any JSON value


def examples() -> list[Request]:
    """Every curl command of the document, in its order."""
    return [request for body in _blocks("bash") for request in _commands(body)]


def health() -> dict[str, Any]:
    """The health answer that the document shows."""
    answer: dict[str, Any] = json.loads(next(_blocks("json")))
    return answer


def model(name: str) -> dict[str, str]:
    """The fields of a data model and what the document says of each."""
    section = TEXT.partition(f"### {name}\n")[2]
    found = _BLOCK.search(section)
    assert found is not None, name
    return dict(re.findall(r'^  "(\w+)": (.*?),?$', found["body"], re.MULTILINE))


def columns(table: str) -> list[str]:
    """The columns of a table of the document's database schema."""
    section = TEXT.partition(f"### {table}\n")[2].partition("\n\n")[0]
    return re.findall(r"^- (\w+) \(", section, re.MULTILINE)


def endpoints() -> list[tuple[str, str]]:
    """Every documented call: its method, and its path without a query."""
    return re.findall(r"^\*\*([A-Z]+)\*\* (/[^?\n]*)", TEXT, re.MULTILINE)


def ask(url: str, request: Request) -> Answer:
    """Send exactly those bytes on a socket of their own."""
    address = urlsplit(url)
    assert address.hostname
    with socket.create_connection((address.hostname, address.port or 80), PATIENCE) as connection:
        connection.sendall(request.bytes_of_curl(address.netloc))
        response = HTTPResponse(connection, method=request.method)
        response.begin()
        body = response.read()
    return Answer(request, response.status, dict(response.getheaders()), json.loads(body))


def _blocks(kind: str) -> Iterator[str]:
    return (found["body"] for found in _BLOCK.finditer(TEXT) if found["kind"] == kind)


def _commands(block: str) -> Iterator[Request]:
    words = shlex.split(block.replace("\\\n", " "), comments=True)
    starts = [place for place, word in enumerate(words) if word == "curl"]
    for start, end in pairwise([*starts, len(words)]):
        yield _request(words[start + 1 : end])


def _request(words: list[str]) -> Request:
    options: dict[str, list[str]] = {"-X": [], "-H": [], "-d": []}
    urls = []
    waiting = iter(words)
    for word in waiting:
        if word in options:
            options[word].append(next(waiting))
        else:
            urls.append(word)
    [url] = urls
    body = "&".join(options["-d"]).encode()
    method = options["-X"][0] if options["-X"] else "POST" if body else "GET"
    return Request(method, url.partition(":8321")[2], tuple(options["-H"]), body)
