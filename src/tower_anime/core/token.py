"""The token of a service on a local network: a file in its data folder, for its user alone."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from tower_anime.core.errors import CannotStart

FILE = "lan-token"
BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,200}")


def kept(data_dir: Path) -> str:
    """The token, made where there is none yet. Raises `CannotStart`."""
    path = data_dir / FILE
    try:
        if not path.exists():
            _write(path, secrets.token_urlsafe(BYTES))
        path.chmod(0o600)  # it may have been copied here by hand
        token = path.read_text().strip()
    except (OSError, ValueError) as error:
        raise CannotStart(f"The token {path} cannot be kept: {error}.") from error
    if not _TOKEN.fullmatch(token):
        raise CannotStart(f"{path} holds no token; --new-token makes another.")
    return token


def replace(data_dir: Path) -> None:
    """Make another token: whoever was let in by the old one is not any more.

    Raises `CannotStart`.
    """
    try:
        _write(data_dir / FILE, secrets.token_urlsafe(BYTES))
    except OSError as error:
        raise CannotStart(f"No new token can be kept in {data_dir}: {error}.") from error


def _write(path: Path, token: str) -> None:
    """Nobody else can read it at any moment, and it is whole or not there."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{token}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
