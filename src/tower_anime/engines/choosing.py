"""Which server a take goes to. Pure.

Of the servers that are free and can run it: one that has its models in memory, for loading them
takes minutes; then the nearest and the largest; then the one that has rested longest. Distance and
memory count in steps, so that a millisecond does not send every take to the same server.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

LATENCY_STEP = 0.05  # seconds
MEMORY_STEP = 2**30  # bytes

ObjectInfo = Mapping[str, Any]  # node class → its declaration, as a server answers it


class Need(NamedTuple):
    """A node class that a graph has and, where `input` is named, the model it is to read there."""

    class_type: str
    input: str | None = None
    model: str | None = None


Needs = Collection[Need] | Callable[[ObjectInfo], bool]


class Candidate(NamedTuple):
    """A free server: what it can run, its distance in seconds, free memory in bytes, models that
    it ran last, and when it was used last (any number that grows).
    """

    id: int
    info: ObjectInfo
    latency: float
    free: int
    warm: frozenset[str]
    used: int


def choose(
    candidates: Iterable[Candidate],
    needs: Needs,
    not_on: Collection[int] = (),
    prefer: Collection[str] = (),
) -> int | None:
    """The id of the best server for a take; `None` where none can run it now."""
    able = [c for c in candidates if c.id not in not_on and can_run(c.info, needs)]
    if not able:
        return None
    wanted = frozenset(prefer)
    return min(able, key=lambda candidate: _rank(candidate, wanted)).id


def _rank(candidate: Candidate, prefer: frozenset[str]) -> tuple[float, ...]:
    return (
        -len(prefer & candidate.warm),
        math.floor(candidate.latency / LATENCY_STEP),
        -(candidate.free // MEMORY_STEP),
        candidate.used,
        candidate.id,
    )


def can_run(info: ObjectInfo, needs: Needs) -> bool:
    """Whether a server has every node and every model that is needed."""
    if callable(needs):
        return needs(info)
    return all(_has(info, need) for need in needs)


def _has(info: ObjectInfo, need: Need) -> bool:
    declared = info.get(need.class_type)
    if not isinstance(declared, Mapping):
        return False
    return need.input is None or need.model in choices(declared, need.input)


def choices(declared: Mapping[str, Any], name: str) -> Collection[object]:
    """What a node offers for an input: `[[…], {}]`, or in newer servers `["COMBO", {options}]`."""
    inputs = declared.get("input")
    groups = inputs.values() if isinstance(inputs, Mapping) else ()
    for group in groups:
        match group.get(name) if isinstance(group, Mapping) else None:
            case [list(options), *_]:
                return options
            case [str(), {"options": list(options)}, *_]:
                return options
    return ()
