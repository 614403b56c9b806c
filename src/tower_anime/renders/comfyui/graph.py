"""A workflow's graph and what is put into it. Pure.

A plan keeps the graph with every bound input emptied, and beside it the bindings; what is put in
is in parts of its own. So the same workflow with another prompt differs in the part `prompt` and
in no other, and a take can be rendered again from its plan alone.

Graphs are in ComfyUI's API format: `{node: {class_type, inputs}}`. Strings may hold placeholders,
`{{prompt}}`, which need no binding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tower_anime.workflows.bindings import OUTPUT, Bound, Target, fitted
from tower_anime.workflows.graph import PLACEHOLDER

Graph = Mapping[str, Mapping[str, Any]]
Values = Mapping[str, Any]  # by the bindings' names: text, numbers, names of files


def _places(bindings: Bound) -> Iterator[tuple[str, int, str, str, Target]]:
    """Every place that is filled: the binding's name, which of its places, the node, the input."""
    for name, targets in bindings.items():
        for n, target in enumerate(targets):
            if name != OUTPUT and target.input is not None:
                yield name, n, target.node, target.input, target


def emptied(graph: Graph, bindings: Bound) -> dict[str, Any]:
    """What of a graph decides the picture by itself: without bound inputs, and without titles."""
    bare = _bare(graph)
    for _, _, node, name, _ in _places(bindings):
        bare[node]["inputs"][name] = None
    return bare


def _bare(graph: Graph) -> dict[str, Any]:
    return {
        node_id: {"class_type": node["class_type"], "inputs": dict(node["inputs"])}
        for node_id, node in graph.items()
    }


def own(graph: Graph, bindings: Bound, name: str) -> dict[str, Any]:
    """What a workflow itself has where a binding puts something, for `filled` to put back."""
    return {"own": [graph[t.node]["inputs"].get(t.input or "") for t in bindings.get(name, ())]}


def filled(graph: Graph, bindings: Bound, values: Values) -> dict[str, Any]:
    """A graph that can be sent: an emptied one with all values in their places.

    A value of `own` puts back what the workflow itself has; a place that gets nothing is left out.
    A placeholder that is all of a string becomes the value, also a number.
    """
    whole = _bare(graph)
    for node in whole.values():
        node["inputs"] = {name: _replaced(v, values) for name, v in node["inputs"].items()}
    for name, n, node_id, input_name, target in _places(bindings):
        _put(whole[node_id]["inputs"], input_name, target, _at(values.get(name), n))
    return whole


def _at(value: Any, n: int) -> object:
    return value["own"][n] if _is_own(value) else value


def _is_own(value: Any) -> bool:  # any JSON
    return isinstance(value, dict) and "own" in value


def _put(inputs: dict[str, Any], name: str, target: Target, value: object) -> None:
    if value is None:
        inputs.pop(name, None)
    elif target.rule is not None and isinstance(value, int | float):
        inputs[name] = fitted(target.rule, value)
    else:
        inputs[name] = value


def _replaced(value: object, values: Values) -> object:
    if not isinstance(value, str) or "{{" not in value:
        return value
    whole = PLACEHOLDER.fullmatch(value)
    if whole and not _is_own(values.get(whole[1], value)):
        return values.get(whole[1], value)
    return PLACEHOLDER.sub(lambda found: _written(values, found), value)


def _written(values: Values, found: Any) -> str:  # a match of PLACEHOLDER
    value = values.get(found[1], found[0])  # a name that nobody knows stays as it is
    return "" if _is_own(value) else str(value)  # a placeholder is all that the workflow has


def outputs(bindings: Bound) -> list[str]:
    """The nodes whose files are the take's; none: those of every node."""
    return [target.node for target in bindings.get(OUTPUT, ())]
