"""What each server says that it can run: the answers of `GET /object_info`, kept in memory.

They are a megabyte or more each, change only when a server's nodes or models do, and are asked
for anew after every start: no table keeps them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from fastapi import Request

ObjectInfo = Mapping[str, Any]  # node class → its declaration, as a server answers it


class Infos:
    """The newest answer of each engine, by the engine's id. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[int, ObjectInfo] = {}

    def put(self, engine_id: int, info: ObjectInfo) -> None:
        """Keep what a server has just answered."""
        with self._lock:
            self._known[engine_id] = info

    def drop(self, engine_id: int) -> None:
        """Forget an engine that is no more, or whose server is another now."""
        with self._lock:
            self._known.pop(engine_id, None)

    def of(self, engine_id: int) -> ObjectInfo | None:
        """What an engine said last; `None` where it has not been reached yet."""
        with self._lock:
            return self._known.get(engine_id)

    def all(self) -> dict[int, ObjectInfo]:
        """What every engine that was reached said last."""
        with self._lock:
            return dict(self._known)


def infos_of(request: Request) -> Infos:
    """The service's knowledge of its engines."""
    infos: Infos = request.app.state.infos
    return infos
