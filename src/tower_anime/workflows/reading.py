"""Reading a file for the workflow inside it, in a child process."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tower_anime.core.children import Answer
from tower_anime.core.errors import Unprocessable
from tower_anime.media.room import MediaRoom

READER = "tower_anime.workflows.embedded:read"
READ_SECONDS = 60.0
MOST_BYTES = 1024 * 1024 * 1024  # a film with a workflow inside


async def receive(room: MediaRoom, chunks: AsyncIterator[bytes]) -> tuple[str, dict[str, str]]:
    """The SHA-256 of a stream, and the texts that `embedded.read` finds in it; it is not kept.

    Raises `Unprocessable` for a file that is none of those, `TooLarge`, or `InsufficientStorage`.
    """
    received, told = await room.look(chunks, READER, limit=MOST_BYTES, seconds=READ_SECONDS)
    texts = _texts(told)
    if "kind" not in texts:
        raise Unprocessable("The file could not be read.")
    return received.sha256, texts


async def kept(room: MediaRoom, sha256: str) -> dict[str, str]:
    """The texts that `embedded.read` finds in a medium; none where it is no file that has any."""
    try:
        return _texts(await room.ask(sha256, READER, seconds=READ_SECONDS))
    except Unprocessable:
        return {}


def _texts(told: Answer) -> dict[str, str]:
    return {key: text for key, text in told.items() if isinstance(text, str)}
