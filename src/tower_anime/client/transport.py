"""The way there and back: addresses, headers, retries and pages.

A call is sent again where it never arrived, where the service put it off (503 with `Retry-After`),
and where the connection dropped before the answer: writes carry an `Idempotency-Key` of their own,
and the service answers a repeated key with its first answer. An answer that takes too long is not
waited for twice.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx2
from pydantic import BaseModel

from tower_anime.client import answers, bodies
from tower_anime.client.errors import Unreachable

PREFIX = "/api/anime"
FIRST_PAUSE = 0.2  # seconds; each pause is twice the one before
LONGEST_PAUSE = 30  # seconds that a service may ask for with Retry-After

# What the same call would only meet again, or wait for again as long.
_LASTING = (httpx2.ReadTimeout, httpx2.UnsupportedProtocol, httpx2.TooManyRedirects)
_GATEWAY = (502, 504)  # what a proxy answers where nothing serves behind it

M = TypeVar("M", bound=BaseModel)
Query = Mapping[str, str | int | bool | None]  # None where nothing is asked
Headers = Mapping[str, str]
NOTHING: Headers = {}


class Transport:
    """Calls of one service, each sent again at the most `retries` times."""

    def __init__(
        self,
        url: str,
        *,
        actor: str | None = None,
        token: str | None = None,
        timeout: float = 60.0,
        retries: int = 3,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.url = (url if "://" in url else f"http://{url}").rstrip("/").removesuffix(PREFIX)
        self.retries = retries
        try:
            self._http = httpx2.Client(
                base_url=self.url + PREFIX,
                headers={**_by(actor), **_with(token)},
                timeout=timeout,
                transport=transport,
                # Without TLS there is nothing to verify, and loading the certificates takes 0.1 s.
                verify=not self.url.startswith("http://"),
                trust_env=False,  # the address is meant as given, not through a proxy
            )
        except httpx2.InvalidURL as error:
            raise Unreachable(self.url, f"the address is malformed: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, query: Query | None = None) -> httpx2.Response:
        """Read. Raises `Problem` or `Unreachable`."""
        return self._accepted(self.send("GET", path, query))

    def write(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        if_match: int | None = None,
        query: Query | None = None,
    ) -> httpx2.Response:
        """Change something, once. Raises `Problem` or `Unreachable`."""
        content = None if body is None else bodies.json_bytes(body)
        return self._accepted(self.send(method, path, query, _writing(if_match, content), content))

    def upload(
        self,
        path: str,
        source: bodies.Source,
        *,
        name: str | None = None,
        if_match: int | None = None,
        query: Query | None = None,
        silence: float | None = None,
    ) -> httpx2.Response:
        """Send a file as it is read; the answer may take `silence` seconds.

        Raises `Problem`, `Unreachable`, or `OSError` of the file.
        """
        with bodies.opened(source, name) as file:
            request = self._http.build_request(
                "POST",
                path,
                params=_asked(query),
                headers=_writing(if_match),
                files={"file": file},
                timeout=self._http.timeout if silence is None else httpx2.Timeout(silence),
            )
            return self._accepted(self._sent(request, again=file[1].seekable()))

    def rows(self, model: type[M], path: str, query: Query | None = None) -> Iterator[M]:
        """Every row of a list; each page is asked for when it is needed."""
        asked = dict(query or {})
        while True:
            response = self.get(path, asked)
            yield from answers.many(model, response)
            following = response.links.get("next")
            if following is None:
                return
            # Only what the link asks, not where it leads: a service may know itself by another
            # name than its callers do.
            asked.update(httpx2.URL(following["url"]).params)

    @contextmanager
    def streamed(
        self,
        path: str,
        query: Query | None = None,
        headers: Headers = NOTHING,
        *,
        silence: float | None = None,
    ) -> Iterator[httpx2.Response]:
        """An answer whose body is still to be read; it may pause for `silence` seconds.

        Raises `Problem` or `Unreachable`.
        """
        response = self.send("GET", path, query, headers, stream=True, silence=silence)
        try:
            yield self._accepted(response)
        except httpx2.RequestError as error:
            raise self._unreachable(error) from error
        finally:
            response.close()

    def send(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        headers: Headers = NOTHING,
        content: bytes | None = None,
        *,
        stream: bool = False,
        silence: float | None = None,
    ) -> httpx2.Response:
        """What the service answers, be it a refusal. Raises `Unreachable`."""
        timeout = self._http.timeout if silence is None else httpx2.Timeout(silence)
        request = self._http.build_request(
            method,
            path,
            params=_asked(query),
            headers=dict(headers),
            content=content,
            timeout=timeout,
        )
        return self._sent(request, stream=stream)

    def _sent(
        self, request: httpx2.Request, *, again: bool = True, stream: bool = False
    ) -> httpx2.Response:
        attempts = self.retries if again else 0
        for attempt in range(attempts + 1):
            pause = FIRST_PAUSE * 2**attempt
            try:
                response = self._http.send(
                    request, stream=stream, follow_redirects=request.method == "GET"
                )
            except httpx2.RequestError as error:
                if attempt == attempts or isinstance(error, _LASTING):
                    raise self._unreachable(error) from error
            except UnicodeError as error:  # of a host's name, which is encoded only here
                raise Unreachable(self.url, "the address is malformed") from error
            else:
                told = _retry_after(response)
                if told is None or attempt == attempts:
                    return response
                response.close()
                pause = max(pause, told)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _accepted(self, response: httpx2.Response) -> httpx2.Response:
        if response.is_success:
            return response
        if response.status_code in _GATEWAY:
            raise Unreachable(self.url, f"a proxy before it answers {response.status_code}")
        response.read()
        raise answers.problem(response)

    def _unreachable(self, error: httpx2.RequestError) -> Unreachable:
        if isinstance(error, httpx2.TimeoutException):
            return Unreachable(self.url, "it took too long")
        return Unreachable(self.url, _reason(error))


def _reason(error: httpx2.RequestError) -> str:
    told = re.sub(r"^\[Errno -?\d+\] ", "", str(error))
    return told[:1].lower() + told[1:].rstrip(".") or type(error).__name__


def _by(actor: str | None) -> dict[bytes, bytes]:
    """X-Actor: UTF-8, and free of what no header holds."""
    name = "".join(c for c in actor or "" if c.isprintable())
    return {b"X-Actor": name.encode()} if name else {}


def _with(token: str | None) -> dict[bytes, bytes]:
    """Authorization, for a service that asks other machines for its token."""
    shown = "".join(c for c in token or "" if c.isascii() and c.isprintable()).strip()
    return {b"Authorization": f"Bearer {shown}".encode()} if shown else {}


def _writing(if_match: int | None, content: bytes | None = None) -> Headers:
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    if if_match is not None:
        headers["If-Match"] = f'"{if_match}"'
    if content is not None:
        headers["Content-Type"] = "application/json"
    return headers


def _asked(query: Query | None) -> dict[str, str | int | bool]:
    return {name: value for name, value in (query or {}).items() if value is not None}


def _retry_after(response: httpx2.Response) -> int | None:
    """The seconds after which to come again, where the service says so."""
    told = response.headers.get("retry-after", "")
    if response.status_code != 503 or not told.isdecimal():
        return None
    return min(int(told), LONGEST_PAUSE)
