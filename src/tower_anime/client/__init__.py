"""A typed client of the service. Of the service's code it needs the schemas alone.

Rows are the domain's own schemas; errors are one tree, drawn in `tower_anime.client.errors`.
"""

from tower_anime.client.errors import (
    Conflict,
    NotFinished,
    NotFound,
    PreconditionFailed,
    Problem,
    Refused,
    TooLarge,
    TowerClientError,
    Unavailable,
    Unreachable,
    Unreadable,
    Unresolved,
)
from tower_anime.client.tower import Health, Tower, Version
from tower_anime.core.schemas import Change

__all__ = [
    "Change",
    "Conflict",
    "Health",
    "NotFinished",
    "NotFound",
    "PreconditionFailed",
    "Problem",
    "Refused",
    "TooLarge",
    "Tower",
    "TowerClientError",
    "Unavailable",
    "Unreachable",
    "Unreadable",
    "Unresolved",
    "Version",
]
