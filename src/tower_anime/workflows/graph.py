"""A graph in API format, as ComfyUI runs it: `{node: {class_type, inputs, _meta: {title}}}`.

An input is a value, or a link `[node, output]` to another node. A list that is a value and no link
is wrapped as `{"__value__": [...]}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Value = Any  # whatever JSON holds
Json = dict[str, Any]  # a JSON object
Graph = dict[str, Json]

PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_:-]*)\s*\}\}")


class Unusable(ValueError):
    """What cannot be taken as a workflow; the sentence names the node and the reason."""


def is_link(value: Value) -> bool:
    """Whether an input's value is a link, by the same rule as ComfyUI's own."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int | float)
        and not isinstance(value[1], bool)
    )


def title_of(node: Mapping[str, Any]) -> str:
    """A node's title as a person gave it, or its class."""
    title = (node.get("_meta") or {}).get("title")
    return title if isinstance(title, str) and title.strip() else str(node["class_type"])


def named(graph: Graph, node_id: str) -> str:
    """A node as a person finds it: `node 6 (Positive prompt)`."""
    return f"node {node_id} ({title_of(graph[node_id])})"


def links(graph: Graph) -> Iterator[tuple[str, str, str, int]]:
    """Every link as (node, input, the node it comes from, that node's output)."""
    for node_id, node in graph.items():
        for name, value in node["inputs"].items():
            if is_link(value):
                yield node_id, name, value[0], int(value[1])


def source(graph: Graph, node_id: str, name: str) -> str | None:
    """The node that an input's link comes from; None for a value, or no such input."""
    value = graph[node_id]["inputs"].get(name)
    return value[0] if is_link(value) and value[0] in graph else None


def placeholders(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Every `{{name}}` in a string input, as (node, input, name)."""
    for node_id, node in graph.items():
        for name, value in node["inputs"].items():
            if isinstance(value, str):
                for found in dict.fromkeys(PLACEHOLDER.findall(value)):
                    yield node_id, name, found
