"""Where the value of an input is, in graphs where nodes of their own hold values."""

from __future__ import annotations

from tower_anime.workflows.graph import Graph, is_link, source

MOST_STEPS = 200  # upstream of one input

_HELD = ("value", "string", "text", "String", "int", "float", "source", "prompt", "string_a")


def value_at(graph: Graph, node_id: str, name: str) -> tuple[str, str] | None:
    """Where the value of an input is: there, or at the node that only holds it.

    Switches are followed as they are set, and nodes that work on a text to what they work on.
    """
    for _ in range(MOST_STEPS):
        origin = source(graph, node_id, name)
        if origin is None:
            held = graph[node_id]["inputs"].get(name)
            return None if held is None or is_link(held) else (node_id, name)
        inputs = graph[origin]["inputs"]
        following = next((n for n in (*_HELD, *_switched(graph, origin)) if n in inputs), None)
        if following is None:
            return None
        node_id, name = origin, following
    return None


def _switched(graph: Graph, node_id: str) -> tuple[str, ...]:
    inputs = graph[node_id]["inputs"]
    if "switch" not in inputs:
        return ()
    origin = source(graph, node_id, "switch")
    is_on = graph[origin]["inputs"].get("value") if origin else inputs["switch"]
    return ("on_true", "on_false") if is_on is True else ("on_false", "on_true")
