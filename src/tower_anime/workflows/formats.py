"""What a JSON document is: a graph in API format, the editor's own file, or either one wrapped.

ComfyUI's editor saves `{nodes, links, …}`; its servers run the API format (see `graph`). Other
programs wrap either: `{"prompt": …}` as in a request, `{"workflow": …}`, or both as in pictures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pydantic_core

from tower_anime.workflows.graph import Graph, Json, Unusable, Value, is_link, links, named

MOST_NODES = 5_000
MOST_INPUTS = 1_000  # of one node
MOST_DEPTH = 64  # of lists and objects within a node's inputs
NAME_LENGTH = 255
_WRAPPERS = ("prompt", "output", "workflow")  # API format first: it needs no conversion

Origin = Literal["api", "editor"]


@dataclass(frozen=True)
class Document:
    """A workflow as it came: a graph that can run, or an editor's file that must be converted."""

    origin: Origin
    content: Json


def parse(text: str | bytes) -> Value:
    """JSON as other programs write it: `NaN` is let through, and refused where it matters.

    Raises `Unusable` for what is no JSON, or nested more than 200 levels deep.
    """
    try:
        return pydantic_core.from_json(text, allow_inf_nan=True)
    except ValueError as error:
        raise Unusable(f"This is not valid JSON: {error}.") from error


def read(document: Value, depth: int = 0) -> Document:
    """What a JSON document holds. Raises `Unusable`."""
    if not isinstance(document, dict):
        raise Unusable("A workflow is a JSON object; this is none.")
    if isinstance(document.get("nodes"), list):
        return Document("editor", document)
    if document and all(_is_node(value) for value in document.values()):
        return Document("api", graph(document))
    inner = [document[name] for name in _WRAPPERS if isinstance(document.get(name), dict)]
    if inner and depth < 2:
        return _first(inner, depth)
    if any(_is_node(value) for value in document.values()):
        odd = next(name for name, value in document.items() if not _is_node(value))
        raise Unusable(f"{_short(odd)!r} is no node: it has no class_type.")
    raise Unusable(
        "This is no ComfyUI workflow: it has neither nodes with a class_type (API format) nor a"
        " list of nodes (the editor's format)."
    )


def _first(wrapped: list[Json], depth: int) -> Document:
    """The first that is a workflow; the first one's error where none is."""
    errors = []
    for document in wrapped:
        try:
            return read(document, depth + 1)
        except Unusable as error:
            errors.append(error)
    raise errors[0]


def _is_node(value: Value) -> bool:
    return isinstance(value, dict) and "class_type" in value


def graph(document: Json) -> Graph:
    """A graph in API format, held to its bounds, and without what belongs to one run of it.

    Raises `Unusable`, with the node and the reason.
    """
    if len(document) > MOST_NODES:
        raise Unusable(f"A workflow has at most {MOST_NODES:,} nodes; this has {len(document):,}.")
    made = {node_id: _node(node_id, node) for node_id, node in document.items()}
    for node_id, name, origin, _ in links(made):
        if origin not in made:
            raise Unusable(
                f"The input {_short(name)!r} of {named(made, node_id)} comes from node"
                f" {_short(origin)}, which is not there."
            )
    return made


def _node(node_id: str, node: Json) -> Json:
    told = f"node {_short(node_id)}"
    kind, inputs = node.get("class_type"), node.get("inputs", {})
    if not isinstance(kind, str) or not 0 < len(kind) <= NAME_LENGTH:
        raise Unusable(f"The class_type of {told} is no name.")
    told = f"{told} ({kind})"
    if not 0 < len(node_id) <= NAME_LENGTH:
        raise Unusable(f"The id of {told} is empty or too long.")
    if not isinstance(inputs, dict) or len(inputs) > MOST_INPUTS:
        raise Unusable(f"The inputs of {told} are no JSON object of at most {MOST_INPUTS:,}.")
    for name, value in inputs.items():
        if len(name) > NAME_LENGTH:
            raise Unusable(f"An input of {told} has too long a name: {_short(name)!r}.")
        _require_plain(value, f"The input {name!r} of {told}")
    for text in (node_id, kind, *inputs):
        _require_plain(text, f"A name in {told}")
    return {"class_type": kind, "inputs": _linked(inputs), "_meta": {"title": _title(node, kind)}}


def _linked(inputs: Json) -> Json:
    """The inputs, with every link's output as a whole number."""
    return {name: _as_link(value) for name, value in inputs.items()}


def _as_link(value: Value) -> Value:
    if is_link(value):
        return [value[0], int(value[1])]
    return value


def _title(node: Json, kind: str) -> str:
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    if not isinstance(title, str) or not title.strip():
        return kind
    _require_plain(title, f"The title of a {kind}")
    return title[:NAME_LENGTH]


def _require_plain(value: Value, told: str, depth: int = 0) -> None:
    """Raise `Unusable` for what no database keeps, and for what is nested too deeply."""
    if depth > MOST_DEPTH:
        raise Unusable(f"{told} is nested too deeply.")
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise Unusable(f"{told} has the character NUL or half of a surrogate pair in it.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Unusable(f"{told} is no finite number.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _require_plain(name, told, depth + 1)
            _require_plain(inner, told, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner, told, depth + 1)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
