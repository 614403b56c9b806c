"""Addresses: where a service may listen and is then found, and servers as people type them."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from tower_anime.core.errors import CannotStart

if TYPE_CHECKING:
    from tower_anime.core.settings import Settings

# Every address of the machine: a browser on it is to ask for one that leads somewhere.
_EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to be told, not to be listened on


def url(host: str, port: int) -> str:
    """The address of a service as a client on this machine types it."""
    host = _EVERY.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def with_scheme(typed: str) -> str:
    """A server's address that may have been typed as `gpu1:8188`."""
    return typed if "://" in typed else f"http://{typed}"


def require_allowed(settings: Settings) -> None:
    """Raise `CannotStart` where other machines could reach the service and nobody allowed that."""
    remote = [address for address in _addresses(settings.host) if not _is_loopback(address)]
    if remote and not (settings.allow_remote or settings.lan):
        raise CannotStart(
            f"On {settings.host!r} ({remote[0]}) other machines can reach the service, and all that"
            " is in it. --lan asks them for a token first (the setting lan). If they may come in"
            " as they are, say so with --allow-remote (the setting allow_remote)."
        )


def _addresses(host: str) -> list[str]:
    """What a host's name stands for; an empty one is every address, as servers take it."""
    try:
        found = socket.getaddrinfo(host or "::", None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotStart(f"The address {host!r} to listen on is not known: {error}.") from error
    return sorted({str(address[0]) for *_, address in found})


def _is_loopback(address: str) -> bool:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback
