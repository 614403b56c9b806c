"""Where takes are handed in: who is told of a new one, and who knows what engines can render."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tower_anime.core.database import Reader
from tower_anime.renders.manifest import Plan
from tower_anime.renders.staleness import Memory

Wake = Callable[[], None]


class Desk(NamedTuple):
    """What handing in a take needs of the running service."""

    wake: Wake  # the queue: there is something new
    memory: Memory  # of what is stale
    require_able: Callable[[Reader, Plan], None]
    """Raise `Unprocessable` for a plan that no engine can render, with what is missing where."""
