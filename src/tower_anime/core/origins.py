"""Who may call: the pages of other sites, and the names that the service answers to.

A browser lets any page send requests to a service on its user's machine. The ten calls that were
documented first are open to all, as documented. Everything else is for the service's own pages
and for origins that a setting names: others cannot read its answers, and their writes are refused
here, for a browser sends simple ones without asking first. The Host header must be a name of this
machine, so that a page cannot have its own name lead here.
"""

from __future__ import annotations

import socket
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from tower_anime.core.settings import Settings

Header = tuple[bytes, bytes]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN: Header = (b"access-control-allow-origin", b"*")
_EXPOSED: Header = (
    b"access-control-expose-headers",
    b"ETag, Link, X-Request-ID, X-Total-Count",
)
# Told with every answer, also to one's own page: a browser that keeps an answer would else give it
# to a page of another origin without the headers that are for that one.
VARY: Header = (b"vary", b"Origin")


class Origins:
    """What the settings allow."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = {origin.lower().rstrip("/") for origin in settings.cors_origins}
        own = {"localhost", settings.host.lower(), *_names_of_this_machine()}
        self._hosts = own | {name.lower() for name in settings.allowed_hosts}
        self.is_known_host = lru_cache(256)(self._is_known_host)

    def _is_known_host(self, host: str) -> bool:
        """Whether a Host header names this service: by an address, or by one of its names.

        An address is no danger: to lead a page's visitors here by it, the page must come from it.
        """
        name = _name_in(f"//{host}")
        return name is not None and (
            "*" in self._hosts
            or name in self._hosts
            or name.endswith(".localhost")
            or _is_address(name)
        )

    def may_read(self, origin: str, host: str, *, documented: bool) -> list[Header] | None:
        """The headers that let a page of `origin` read an answer; `None` where it may not.

        `documented` is one of the ten calls that are open to all.
        """
        if documented or "*" in self._allowed:
            return [_OPEN, _EXPOSED]
        if origin in self._allowed:
            return [(b"access-control-allow-origin", origin.encode("latin-1")), _EXPOSED]
        if origin.lower() in {f"{scheme}://{host.lower()}" for scheme in ("http", "https")}:
            return []  # its own page, which needs no leave
        return None


def _names_of_this_machine() -> set[str]:
    name = socket.gethostname().lower()
    return {name, f"{name}.local"}


def _name_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
