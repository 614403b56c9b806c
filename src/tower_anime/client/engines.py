"""`tower.engines`: the servers that render."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

from tower_anime.client.fields import EngineChange, EngineFields
from tower_anime.client.rows import HasId, KeptRows
from tower_anime.engines.schemas import Engine


class Engines(KeptRows[Engine]):
    """ComfyUI servers."""

    _path = "/engines"
    _model = Engine

    def list(self, *, deleted: bool = False, limit: int = 100) -> Iterator[Engine]:
        """Engines, the newest first, `limit` a page; `deleted` lists the trash."""
        query = {"deleted": deleted, "limit": limit}
        return self._transport.rows(Engine, self._path, query)

    def add(self, url: str, **fields: Unpack[EngineFields]) -> Engine:
        """Add a server by its address, such as `http://gpu1:8188`.

        Raises `Refused` for what is no address, and `Conflict` where an engine has it.
        """
        return self._create(self._path, {"url": url, **fields})

    def update(
        self, engine: HasId | int, *, if_match: int | None = None, **change: Unpack[EngineChange]
    ) -> Engine:
        """Change what is named."""
        return self._update(engine, if_match, change)

    def check(self, engine: HasId | int) -> Engine:
        """Ask it now how it is, and lift its quarantine; takes some seconds where it is away."""
        return self._do(engine, "/check")
