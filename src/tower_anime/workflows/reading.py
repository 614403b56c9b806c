"""Reading an uploaded file for the workflow inside it, in a child process; the file is not kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tower_anime.core.errors import Unprocessable
from tower_anime.media.room import MediaRoom

READ_SECONDS = 60.0
MOST_BYTES = 1024 * 1024 * 1024  # a film with a workflow inside


async def receive(room: MediaRoom, chunks: AsyncIterator[bytes]) -> tuple[str, dict[str, str]]:
    """The SHA-256 of a stream, and the texts that `embedded.read` finds in it.

    Raises `Unprocessable` for a file that is none of those, `TooLarge`, or `InsufficientStorage`.
    """
    received, told = await room.look(
        chunks, "tower_anime.workflows.embedded:read", limit=MOST_BYTES, seconds=READ_SECONDS
    )
    texts = {key: text for key, text in told.items() if isinstance(text, str)}
    if "kind" not in texts:
        raise Unprocessable("The file could not be read.")
    return received.sha256, texts
