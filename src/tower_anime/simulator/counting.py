"""Faults that happen so many times more, counted down from several threads."""

from __future__ import annotations

from tower_anime.simulator.behaviour import Behaviour


def take(behaviour: Behaviour, name: str) -> bool:
    """Whether the fault `name` happens now; one fewer is left then."""
    left: int = getattr(behaviour, name)
    if left > 0:
        setattr(behaviour, name, left - 1)
    return left != 0


def take_path(counts: dict[str, int], path: str) -> bool:
    """The same of a fault whose times are told for beginnings of paths."""
    for beginning, left in counts.items():
        if left and path.startswith(beginning):
            counts[beginning] = left - 1 if left > 0 else left
            return True
    return False
