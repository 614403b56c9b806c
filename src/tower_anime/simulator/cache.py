"""What the last prompt made, kept so that an equal node of the next one need not run again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tower_anime.simulator.order import is_link
from tower_anime.simulator.validation import Graph

Changes = Callable[[str], str | None]
"""What else decides a node's result, such as the hash of the file that it loads."""


@dataclass(frozen=True)
class Made:
    """What a node made: a value for each of its slots, and what it told of its output."""

    values: tuple[Any, ...]
    told: dict[str, Any] | None


def signatures(graph: Graph, outputs: list[str], changes: Changes) -> dict[str, str]:
    """For each node that the outputs need, a hash of its class, its inputs and its sources."""
    known: dict[str, str] = {}

    def signature(node_id: str) -> str:
        if node_id not in known:
            node = graph[node_id]
            inputs = [
                [name, [signature(value[0]), value[1]] if is_link(value) else ["=", value]]
                for name, value in sorted(node["inputs"].items())
            ]
            whole = json.dumps([node["class_type"], changes(node_id), inputs])
            known[node_id] = hashlib.sha256(whole.encode()).hexdigest()
        return known[node_id]

    for output in outputs:
        signature(output)
    return known


class Cache:
    """The results of the last prompt's nodes by signature."""

    def __init__(self) -> None:
        self._made: dict[str, Made] = {}

    def begin(self, wanted: set[str]) -> None:
        """Forget all but what the next prompt has in common with the last."""
        self._made = {s: made for s, made in self._made.items() if s in wanted}

    def get(self, signature: str) -> Made | None:
        """What an equal node made, or None."""
        return self._made.get(signature)

    def made(self, signature: str) -> Made:
        """What a node made that has run; raises `LookupError` otherwise."""
        return self._made[signature]

    def put(self, signature: str, made: Made) -> None:
        """Keep what a node made."""
        self._made[signature] = made

    def clear(self) -> None:
        """Forget everything, as `POST /free` asks."""
        self._made.clear()
