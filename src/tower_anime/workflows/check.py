"""A graph held against what one server declares: what is not there, and what is out of range.

Inputs that are bound are not held to the values of the template, which never are sent.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from tower_anime.workflows.declarations import AUTOGROW, NUMBERS, Declared, inputs_of
from tower_anime.workflows.graph import PLACEHOLDER, Graph, Value, is_link, named, title_of

ObjectInfo = Mapping[str, Any]  # node class → its declaration, as a server answers it
MOST_PROBLEMS = 1_000

_MODEL = re.compile(r"\.(safetensors|ckpt|pt|pth|bin|gguf|onnx|sft|pkl)$", re.IGNORECASE)
_MODEL_INPUT = re.compile(
    r"^(ckpt|lora|vae|unet|clip|control_net|style_model|upscale_model|model|gligen|hypernetwork"
    r"|diffusion_model|text_encoder)_?(name|path|file)?[0-9]?$"
)


class Problem(NamedTuple):
    """One reason why a graph cannot run on a server."""

    node: str
    title: str
    class_type: str
    input: str | None
    problem: Literal["node", "model", "value", "input"]
    text: str


class Need(NamedTuple):
    """A model's file that a graph loads."""

    class_type: str
    input: str
    model: str


def check(
    graph: Graph, info: ObjectInfo, bound: Collection[tuple[str, str]] = frozenset()
) -> list[Problem]:
    """Why a graph cannot run on the server that declares `info`; empty where it can.

    `bound` are the (node, input) that are filled when a take is sent.
    """
    found: list[Problem] = []
    for node_id in graph:
        found.extend(_node(graph, node_id, info, bound))
        if len(found) >= MOST_PROBLEMS:
            break
    if not any(_is_output(info.get(node["class_type"])) for node in graph.values()) and not found:
        node_id = next(iter(graph))
        text = "Nothing in the workflow saves or shows anything: add a node such as SaveImage."
        found.append(_problem(graph, node_id, None, "node", text))
    return found[:MOST_PROBLEMS]


def _is_output(declaration: Any) -> bool:  # of a class, or None
    return isinstance(declaration, dict) and bool(declaration.get("output_node"))


def needs(graph: Graph) -> list[Need]:
    """The models' files that a graph loads, by the names that it has for them."""
    return [
        Need(node["class_type"], name, value)
        for node in graph.values()
        for name, value in node["inputs"].items()
        if isinstance(value, str) and _is_model(name, value)
    ]


def _is_model(name: str, value: str) -> bool:
    return bool(_MODEL.search(value)) or (bool(_MODEL_INPUT.match(name)) and "." in value)


def _problem(
    graph: Graph,
    node_id: str,
    name: str | None,
    problem: Literal["node", "model", "value", "input"],
    text: str,
) -> Problem:
    node = graph[node_id]
    return Problem(node_id, title_of(node), node["class_type"], name, problem, text)


def _node(
    graph: Graph, node_id: str, info: ObjectInfo, bound: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    kind, inputs = graph[node_id]["class_type"], graph[node_id]["inputs"]
    if kind not in info:
        text = f"The server has no node {kind}, which {named(graph, node_id)} is."
        yield _problem(graph, node_id, None, "node", text)
        return
    waiting = inputs_of(info[kind])
    while waiting:
        one = waiting.pop(0)
        if one.name not in inputs:
            if one.required and not _may_be_absent(one, inputs):
                text = f"{named(graph, node_id)} has nothing for its input {one.name!r}."
                yield _problem(graph, node_id, one.name, "input", text)
            continue
        value = inputs[one.name]
        waiting.extend(one.following(value) if isinstance(value, str) else ())
        if (node_id, one.name) in bound or is_link(value):
            continue
        yield from _value(graph, node_id, one, value)


def _may_be_absent(one: Declared, inputs: Mapping[str, Value]) -> bool:
    """Whether an input is there under names of its own: `images.image0`."""
    return one.type == AUTOGROW or any(name.startswith(f"{one.name}.") for name in inputs)


def _value(graph: Graph, node_id: str, one: Declared, value: Value) -> Iterator[Problem]:
    if isinstance(value, str) and PLACEHOLDER.search(value):
        return
    if one.choices is not None:
        values = _unwrapped(value) if isinstance(value, dict) else [value]
        for chosen in values:
            if chosen not in one.choices:
                yield _not_offered(graph, node_id, one, chosen)
    elif one.type in NUMBERS:
        yield from _number(graph, node_id, one, value)


def _unwrapped(value: Mapping[str, Value]) -> list[Value]:
    inner = value.get("__value__")
    return inner if isinstance(inner, list) else [value]


def _not_offered(graph: Graph, node_id: str, one: Declared, value: Value) -> Problem:
    place = f"{named(graph, node_id)} has it as its {one.name}"
    if isinstance(value, str) and _is_model(one.name, value):
        what = "LoRA" if "lora" in one.name.lower() else "model"
        text = f"The {what} {value[:255]} is not there; {place}."
        return _problem(graph, node_id, one.name, "model", text)
    if one.has_upload:
        text = f"The file {_shown(value)} is not there; {place}. Bind the input, or upload it."
        return _problem(graph, node_id, one.name, "value", text)
    text = f"The server does not offer {_shown(value)}; {place}."
    return _problem(graph, node_id, one.name, "value", text)


def _shown(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


def _number(graph: Graph, node_id: str, one: Declared, value: Value) -> Iterator[Problem]:
    place = f"The {one.name} of {named(graph, node_id)}"
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        yield _problem(graph, node_id, one.name, "value", f"{place} is {_shown(value)}, no number.")
        return
    least, most = one.options.get("min"), one.options.get("max")
    if isinstance(least, int | float) and number < least:
        text = f"{place} is {value}; the server takes {least} at the least."
        yield _problem(graph, node_id, one.name, "value", text)
    if isinstance(most, int | float) and number > most:
        text = f"{place} is {value}; the server takes {most} at the most."
        yield _problem(graph, node_id, one.name, "value", text)
