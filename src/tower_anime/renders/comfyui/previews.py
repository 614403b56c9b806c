"""Pictures of what is being rendered, told to those who follow its project."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable

from tower_anime.core.followers import Passing
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.engines.frames import Preview

TOLD_SECONDS = 0.2  # at least, between two pictures of one take
LARGEST = 256 * 1024  # bytes; larger ones are no previews


class Previews:
    """Tells of previews, five times a second of a take at the most.

    The event is `preview`; its JSON is `{project_id, subject, subject_id, mime, image}`, the image
    in base 64.
    """

    def __init__(self, tell: Callable[[Passing], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._told: dict[int, float] = {}

    def show(self, take: Row, preview: Preview) -> None:
        """Tell of a picture of a take, unless one has been told of just now."""
        now = time.monotonic()
        with self._lock:
            if len(preview.image) > LARGEST or now - self._told.get(take["id"], 0) < TOLD_SECONDS:
                return
            recent = {n: at for n, at in self._told.items() if now - at < TOLD_SECONDS}
            self._told = {**recent, take["id"]: now}
        of = {"project_id": take["project_id"], "subject": "take", "subject_id": take["id"]}
        image = base64.b64encode(preview.image).decode()
        data = dump({**of, "mime": preview.mime, "image": image})
        self._tell(Passing("preview", take["project_id"], "take", take["id"], data))
