"""Which texts of a graph are the prompt and the negative prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tower_anime.workflows.bindings import Target
from tower_anime.workflows.graph import Graph, is_link, links, named, source, title_of
from tower_anime.workflows.suggest_values import MOST_STEPS, value_at

_TEXTS = ("text", "prompt", "positive", "text_g", "text_l", "clip_l", "t5xxl", "value", "string")
_ONWARD = ("conditioning", "conditioning_to", "conditioning_1", "cond")
_NEGATIVE = re.compile(r"\bneg(ative)?\b", re.IGNORECASE)
_POSITIVE = re.compile(r"\bpos(itive)?\b|\bprompt\b", re.IGNORECASE)

Found = Iterator[tuple[str, Target, str]]


def prompts(graph: Graph) -> Found:
    """The texts that a sampler's conditions lead to, and those whose titles say so."""
    for sampler, name, slot in _conditions(graph):
        encoder = _encoder(graph, sampler, slot)
        for place in _texts(graph, encoder):
            way = f"{named(graph, sampler)} leads to it through {named(graph, encoder or '')}"
            yield name, Target(*place), f"{slot} of {way}."
    yield from _titled_prompts(graph)


def _conditions(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """What makes use of conditions, as (node, what they are for, input): samplers and guiders.

    Nodes that only pass conditions on are looked through later.
    """
    passing = {origin for _, name, origin, _ in links(graph) if name in {"positive", "negative"}}
    for node_id, node in graph.items():
        if node_id not in passing:
            for slot, name in (("positive", "prompt"), ("negative", "negative_prompt")):
                if slot in node["inputs"]:
                    yield node_id, name, slot
        if "guider" in node["class_type"].lower() and "conditioning" in node["inputs"]:
            yield node_id, "prompt", "conditioning"


def _encoder(graph: Graph, node_id: str, wanted: str) -> str | None:
    """The node with the text, upstream of a condition; its first way at each node."""
    slot = wanted
    for _ in range(MOST_STEPS):
        origin = source(graph, node_id, slot)
        if origin is None or _texts(graph, origin):
            return origin
        inputs = graph[origin]["inputs"]
        onward = next((way for way in (wanted, *_ONWARD) if is_link(inputs.get(way))), None)
        if onward is None:
            return None
        node_id, slot = origin, onward
    return None


def _texts(graph: Graph, node_id: str | None) -> list[tuple[str, str]]:
    """The text inputs of a node, at the nodes where their values are."""
    if node_id is None:
        return []
    inputs = graph[node_id]["inputs"]
    places = [value_at(graph, node_id, name) for name in _TEXTS if name in inputs]
    return [p for p in dict.fromkeys(places) if p and isinstance(_value(graph, p), str)]


def _value(graph: Graph, place: tuple[str, str]) -> object:
    return graph[place[0]]["inputs"][place[1]]


def _titled_prompts(graph: Graph) -> Found:
    for node_id, node in graph.items():
        title = title_of(node)
        if title == node["class_type"] or "encode" not in node["class_type"].lower():
            continue
        negative = _NEGATIVE.search(title)
        if negative or _POSITIVE.search(title):
            for place in _texts(graph, node_id):
                name = "negative_prompt" if negative else "prompt"
                yield name, Target(*place), f"The title of {named(graph, node_id)} says so."
