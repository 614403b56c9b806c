"""The addresses of servers: which are accepted, and the one form in which they are kept. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 500  # characters
USUAL_PORTS = {"http": 80, "https": 443}

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+(%[a-z0-9]+)?\]")
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")


def normalised(address: str) -> str:
    """An address as it is kept: `http://gpu1:8188`, in lower case and without a slash at its end.

    A path is kept, for servers behind a reverse proxy. Raises `ValueError` with a sentence for
    anything but http and https, and for an address that has a user, a query, a fragment or `..`.
    """
    written = address.strip()
    if re.search(r"[\s\\]", written):  # urlsplit leaves out some of these without a word
        raise ValueError("an address has neither spaces nor backslashes in it")
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as error:
        raise ValueError("this is no address; write one such as http://gpu1:8188") from error
    if parts.scheme not in USUAL_PORTS:
        raise ValueError("a server's address begins with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("an address has no user name or password in it")
    if "?" in written or "#" in written:
        raise ValueError("an address has neither a query nor a fragment")
    host = _host(parts.netloc)
    if not _PATH.fullmatch(parts.path) or len(written) > LONGEST:
        raise ValueError("the path of an address has plain names only, such as /comfy")
    shown = "" if port in (None, USUAL_PORTS[parts.scheme]) else f":{port}"
    if port == 0:
        raise ValueError("there is no port 0")
    return f"{parts.scheme}://{host}{shown}{parts.path.rstrip('/')}"


def _host(place: str) -> str:
    host = re.sub(r":\d*$", "", place.lower()) if not place.endswith("]") else place.lower()
    if not _HOST.fullmatch(host):
        raise ValueError("this is no address; write one such as http://gpu1:8188")
    return host


def named(url: str) -> str:
    """What a server without a name is called: its host and port."""
    return url.partition("://")[2]


def websocket(url: str) -> str:
    """The address of a server's websocket, from a normalised one."""
    return f"ws{url.removeprefix('http')}/ws"
