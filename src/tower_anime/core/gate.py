"""The gate for a local network: who comes from another machine shows the service's token.

A browser shows it once, in the address that the service's QR code holds, and gets a cookie for it;
programs send it as `Authorization: Bearer`. The service's own machine needs none, but for a proxy
that says for whom it asks. What is asked for
may be logged, so a token in an address is taken out of it before anything else is done: no log has
an address's query, and the browser is led on to the address without it.
"""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from tower_anime.core import plain, problems

PARAMETER = "token"
COOKIE = "tower_token"
KEPT_SECONDS = 365 * 24 * 3600
API = "/api/"

_SENTENCE = (
    "This service asks for its token: open the address that its QR code holds, or send the token"
    " as 'Authorization: Bearer'."
)
_PAGE = plain.page(
    "This studio asks who comes in",
    """
<p>Scan the QR code that <code>tower-anime serve --lan</code> shows in its terminal, or open the
address beside it. This browser is then let in until the token is changed.</p>
<p><a href="">I have done that: try again</a></p>
""",
)
_POLICY = f"default-src 'none'; style-src {plain.STYLE_HASH}"
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

Headers = dict[bytes, bytes]

# With one of these a program on this machine passes on what somebody else asks.
_FORWARDED = {b"forwarded", b"x-forwarded-for"}


class Gate:
    """Who is let in by one token."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def answer(self, scope: Scope, headers: Headers) -> Response | None:
        """What somebody is answered who is not let in, or who has just shown the token."""
        if self._shows_it_in_address(scope):
            return self._led_on(scope)
        if self._has_it(headers) or (is_of_this_machine(scope) and not _FORWARDED & headers.keys()):
            return None
        wants_page = b"text/html" in headers.get(b"accept", b"")
        if wants_page and not scope["path"].startswith(API):
            return HTMLResponse(_PAGE, 401, {**_PRIVATE, "Content-Security-Policy": _POLICY})
        refusal = problems.problem(401, "Unauthorized", _SENTENCE)
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal

    def _is_it(self, shown: bytes) -> bool:
        return hmac.compare_digest(shown, self._token)

    def _shows_it_in_address(self, scope: Scope) -> bool:
        """Whether a page is asked for with the right token; the API takes none in its addresses."""
        if scope["method"] not in {"GET", "HEAD"} or scope["path"].startswith(API):
            return False
        return any(
            name == PARAMETER and self._is_it(shown.encode("utf-8", "replace"))
            for name, shown in _asked(scope)
        )

    def _led_on(self, scope: Scope) -> Response:
        """To the same page under its own address, with a cookie that scripts cannot read."""
        rest = urlencode([(name, value) for name, value in _asked(scope) if name != PARAMETER])
        # Two slashes at its beginning would lead to another host.
        path = "/" + quote(scope["path"].lstrip("/"))
        response = RedirectResponse(f"{path}?{rest}" if rest else path, 303, _PRIVATE)
        response.set_cookie(
            COOKIE, self._token.decode(), max_age=KEPT_SECONDS, httponly=True, samesite="strict"
        )
        return response

    def _has_it(self, headers: Headers) -> bool:
        scheme, _, shown = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"bearer":
            return self._is_it(shown.strip())
        return self._is_it(_cookie(headers.get(b"cookie", b"")))


def is_of_this_machine(scope: Scope) -> bool:
    """Whether a request comes from the machine that the service runs on."""
    client = scope.get("client")
    try:
        address = ip_address(client[0]) if client else None
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address is not None and address.is_loopback


def _asked(scope: Scope) -> list[tuple[str, str]]:
    query: bytes = scope["query_string"]
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True)


def _cookie(header: bytes) -> bytes:
    # Other programs of the same host set cookies too, some in forms that `http.cookies` refuses.
    return cookie_parser(header.decode("latin-1")).get(COOKIE, "").encode("latin-1", "replace")
