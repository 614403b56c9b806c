"""From the editor's file to the API format, with what a server declares of its nodes.

It does what ComfyUI's front end does when a workflow is queued; what it cannot do is refused with
the node and the reason, and nothing is guessed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from tower_anime.workflows import editor_file, editor_nodes, editor_values, formats
from tower_anime.workflows.declarations import Declared, inputs_of
from tower_anime.workflows.editor_file import EditorFile, Node
from tower_anime.workflows.editor_links import Given, Linked, Place, Tracer
from tower_anime.workflows.graph import Graph, Json, Unusable, Value, is_link

ObjectInfo = Mapping[str, Any]  # node class → its declaration, as a server answers it


class MissingClass(Unusable):
    """A node of a class that the server has not; `class_type` names it."""

    def __init__(self, node: Node) -> None:
        super().__init__(
            f"{node} is of a class that the server has not: {node.type}. Install the nodes that it"
            " belongs to there, or export the workflow in API format."
        )
        self.class_type = node.type


def convert(document: Json, info: ObjectInfo) -> Graph:
    """The graph that a server runs for an editor's file. Raises `Unusable`."""
    file = editor_file.read(document)
    declared = _Declarations(info)
    tracer = Tracer(file, lambda node: editor_values.values_of(node, declared.of(node)))
    graph: Graph = {}
    for place, node in _running(file, Place(file.root), itertools.count()):
        inputs = _inputs(place, node, declared.of(node), tracer)
        meta = {"title": node.title}
        graph[place.id_of(node)] = {"class_type": node.type, "inputs": inputs, "_meta": meta}
    if not graph:
        raise Unusable("Nothing in the workflow runs: every node is muted, bypassed or a note.")
    return formats.graph(_without_loose_links(graph))


class _Declarations:
    """What the server declares of each class, read once."""

    def __init__(self, info: ObjectInfo) -> None:
        self._info = info
        self._known: dict[str, list[Declared]] = {}

    def of(self, node: Node) -> list[Declared]:
        """The inputs of a node's class. Raises `MissingClass`."""
        if node.type not in self._info:
            raise MissingClass(node)
        if node.type not in self._known:
            self._known[node.type] = inputs_of(self._info[node.type])
        return self._known[node.type]


def _running(file: EditorFile, place: Place, visits: Iterator[int]) -> Iterator[tuple[Place, Node]]:
    """Every node that runs, with its place; subgraphs are entered, and `visits` counts the way."""
    for node in place.sheet.nodes.values():
        if next(visits) >= formats.MOST_NODES:
            raise Unusable(
                f"With its subgraphs, the workflow has more than {formats.MOST_NODES:,} nodes."
            )
        if editor_nodes.is_off(node) or editor_nodes.is_virtual(node):
            continue
        editor_nodes.require_no_group(node)
        sheet = file.subgraphs.get(node.type)
        if sheet is None:
            yield place, node
        else:
            yield from _running(file, place.within(node, sheet), visits)


def _inputs(place: Place, node: Node, declared: list[Declared], tracer: Tracer) -> Json:
    values = editor_values.values_of(node, declared)
    found = {name: _wrapped(value) for name, value in values.items() if value is not None}
    for index, slot in enumerate(node.inputs):
        match tracer.source(place, node, index):
            case Linked(origin, output):
                found[slot.widget or slot.name] = [origin, output]
            case Given(value) if value is not None:
                found[slot.widget or slot.name] = _wrapped(value)
            case _:
                pass
    for one in declared:
        if one.name in found and not is_link(found[one.name]):
            editor_values.require_fitting(node, one, found[one.name])
    return found


def _wrapped(value: Value) -> Value:
    """A value as the API format has it: a list would be taken for a link."""
    return {"__value__": value} if isinstance(value, list) else value


def _without_loose_links(graph: Graph) -> Graph:
    """The graph without the inputs that come from nodes that do not run."""
    return {
        node_id: {
            **node,
            "inputs": {
                name: value
                for name, value in node["inputs"].items()
                if not is_link(value) or value[0] in graph
            },
        }
        for node_id, node in graph.items()
    }
