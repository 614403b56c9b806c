"""How far a run is, from the events of its prompt: from 0 to 1, never back, never beyond. Pure.

Each node of the graph has a weight, and the whole is the weight of what is done, with the fraction
of what is running, over the weight of all. A node weighs 1, a sampler as much as it has steps:
there the time goes, and a step of it takes about as long as any other node. Where a sampler's
steps come from another node, it weighs `USUAL_STEPS`.

Newer servers tell of all nodes at once (`progress_state`); older ones tell which node begins
(`executing`), by which the one before has ended. Nodes that a server makes itself while it runs
count as the node of the graph that they stand for (`display_node`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tower_anime.engines.frames import Event

USUAL_STEPS = 20
MOST_STEPS = 1_000

Graph = Mapping[str, Any]  # API format: node id → {class_type, inputs}


@dataclass(frozen=True)
class Progress:
    """A run's progress: `overall` from 0 to 1; `running` is the node that began last."""

    weights: Mapping[str, float]
    fractions: Mapping[str, float] = field(default_factory=dict)  # node → 0 to 1
    running: str | None = None
    tells_all: bool = False  # the server sends `progress_state`
    overall: float = 0.0


def begin(graph: Graph) -> Progress:
    """The progress of a prompt that was sent just now."""
    return Progress({node: _weight(declared) for node, declared in graph.items()})


def after(progress: Progress, event: Event) -> Progress:
    """The progress once an event of the same prompt was heard. Events of other kinds are none."""
    if event.kind == "execution_success":
        return replace(progress, overall=1.0)
    return _summed(_heard(progress, event.kind, event.data))


def _heard(progress: Progress, kind: str, data: Mapping[str, Any]) -> Progress:  # JSON
    match kind:
        case "execution_cached":
            return _finished(progress, *_nodes(data.get("nodes")))
        case "executing":
            return _begun(progress, _node(data, "display_node", "node"))
        case "progress":
            return _moved(progress, _node(data, "display_node_id", "node"), _fraction(data))
        case "progress_state":
            return _told_of_all(progress, data.get("nodes"))
        case "executed":
            return _finished(progress, *_nodes([_node(data, "display_node", "node")]))
        case _:
            return progress


def _weight(declared: object) -> float:
    if not isinstance(declared, Mapping) or "Sampler" not in str(declared.get("class_type")):
        return 1.0
    inputs = declared.get("inputs")
    steps = inputs.get("steps") if isinstance(inputs, Mapping) else None
    if isinstance(steps, bool) or not isinstance(steps, int):
        return float(USUAL_STEPS)
    return float(min(max(steps, 1), MOST_STEPS))


def _begun(progress: Progress, node: str | None) -> Progress:
    before = progress.running
    if before not in (None, node) and not progress.tells_all:
        progress = _finished(progress, *_nodes([before]))
    return replace(progress, running=node)


def _told_of_all(progress: Progress, nodes: object) -> Progress:
    progress = replace(progress, tells_all=True)
    if not isinstance(nodes, Mapping):
        return progress
    for node, state in nodes.items():
        # What stands for a part of another node says nothing of that node as a whole.
        if isinstance(state, Mapping) and node in progress.weights:
            done = state.get("state") == "finished"
            progress = _moved(progress, node, 1.0 if done else _fraction(state))
    return progress


def _finished(progress: Progress, *nodes: str) -> Progress:
    done = {node: 1.0 for node in nodes if node in progress.weights}
    return replace(progress, fractions={**progress.fractions, **done})


def _moved(progress: Progress, node: str | None, fraction: float) -> Progress:
    if node is None or node not in progress.weights:
        return progress
    furthest = max(fraction, progress.fractions.get(node, 0.0))
    return replace(progress, fractions={**progress.fractions, node: furthest})


def _summed(progress: Progress) -> Progress:
    whole = sum(progress.weights.values())
    done = sum(progress.weights[node] * part for node, part in progress.fractions.items())
    return replace(progress, overall=min(max(progress.overall, done / whole if whole else 0), 1.0))


def _fraction(data: Mapping[str, Any]) -> float:
    value, most = _number(data.get("value")), _number(data.get("max"))
    return min(max(value / most, 0.0), 1.0) if most > 0 else 0.0


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _node(data: Mapping[str, Any], *names: str) -> str | None:
    return next((data[name] for name in names if isinstance(data.get(name), str)), None)


def _nodes(found: object) -> list[str]:
    return [node for node in found if isinstance(node, str)] if isinstance(found, list) else []
