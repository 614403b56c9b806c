"""Telling how other devices of the local network come in: an address, and its QR code."""

from __future__ import annotations

import io
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import segno

from tower_anime.cli import addresses
from tower_anime.core import token
from tower_anime.core.gate import PARAMETER

# A name for documentation (RFC 5737), to which nothing is sent: it only has a route looked up.
_OUTSIDE = ("192.0.2.1", 9)


def invitation(host: str, port: int, data_dir: Path) -> str:
    """What is said once the service listens.

    A token is shown to a person at a terminal, and to nothing that might keep it: a journal, a
    file.
    """
    found = address(host)
    if found is None:
        return (
            "No address of this machine on a network was found; choose one with --host. Once there"
            " is one, other devices need the token in"
            f" {data_dir / token.FILE}."
        )
    at = addresses.url(found, port)
    if not sys.stdout.isatty():
        return f"Other devices come in at {at} with the token in {data_dir / token.FILE}."
    invited = f"{at}/?{PARAMETER}={token.kept(data_dir)}"
    return (
        f"{_code(invited)}\nOther devices of this network come in by this code, or at\n"
        f"{invited}\nWhoever has it can do everything; --new-token makes another."
    )


def address(host: str) -> str | None:
    """By which address other devices reach a service that listens on `host`."""
    if not (_is_address(host) and ip_address(host).is_unspecified):
        return host
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
            looking.connect(_OUTSIDE)
            found: str = looking.getsockname()[0]
    except OSError:
        return None
    return None if ip_address(found).is_unspecified else found


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _code(address: str) -> str:
    drawn = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()
