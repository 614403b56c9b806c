"""The editor's file, read: nodes, their slots, links and subgraphs, held to bounds.

The shapes are those that ComfyUI's front end saves (its workflow schemas 0.4 and 1.0): a link is
`[id, from, output, to, input, type]` or an object, a subgraph is a graph under
`definitions.subgraphs` whose own inputs and outputs are the nodes -10 and -20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tower_anime.workflows.formats import MOST_INPUTS, MOST_NODES, NAME_LENGTH
from tower_anime.workflows.graph import Json, Unusable, Value

ENTRY, EXIT = "-10", "-20"  # the two ends of a subgraph
MOST_SUBGRAPHS = 1_000
MOST_LEVELS = 16  # of subgraphs within subgraphs

ALWAYS, MUTED, BYPASSED = 0, 2, 4


@dataclass(frozen=True)
class Slot:
    """An input or output of a node. `widget` names the value that an input may have instead."""

    name: str
    type: str
    link: str | None = None
    widget: str | None = None


@dataclass(frozen=True)
class Node:
    """A node as it was saved. `named` are its values by name, where the file has them so."""

    id: str
    type: str
    title: str
    mode: int
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    values: tuple[Value, ...]
    named: Mapping[str, Value]

    @cached_property
    def _slots(self) -> Mapping[str, Sequence[int]]:
        return _by_name(self.inputs)

    def slots_of(self, name: str) -> Sequence[int]:
        """Which of its inputs have that name."""
        return self._slots.get(name, ())

    def __str__(self) -> str:
        """The node as a person finds it."""
        return f"{self.title!r} (node {self.id}, {self.type})"


@dataclass(frozen=True)
class Link:
    """Where an input comes from, and where it goes to."""

    id: str
    origin: str
    output: int
    target: str
    input: int


@dataclass(frozen=True)
class Sheet:
    """One graph of the file: the whole of it, or a subgraph with inputs and outputs of its own."""

    name: str
    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    entries: tuple[Slot, ...] = ()
    entered: Mapping[int, Sequence[Link]] = field(default_factory=dict)  # from each entry inwards
    exits: Mapping[int, Link] = field(default_factory=dict)  # what each output comes from

    @cached_property
    def _slots(self) -> Mapping[str, Sequence[int]]:
        return _by_name(self.entries)

    def slots_of(self, name: str) -> Sequence[int]:
        """Which of a subgraph's inputs have that name."""
        return self._slots.get(name, ())


@dataclass(frozen=True)
class EditorFile:
    """A file of the editor: its graph, and the subgraphs that nodes of it stand for, by id."""

    root: Sheet
    subgraphs: Mapping[str, Sheet]


def _by_name(slots: Sequence[Slot]) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    for i, slot in enumerate(slots):
        found.setdefault(slot.name, []).append(i)
    return found


def read(document: Json) -> EditorFile:
    """The file, as far as its conversion needs it. Raises `Unusable`."""
    definitions = document.get("definitions")
    listed = definitions.get("subgraphs", []) if isinstance(definitions, dict) else []
    if not isinstance(listed, list) or len(listed) > MOST_SUBGRAPHS:
        raise Unusable(f"A workflow has at most {MOST_SUBGRAPHS:,} subgraphs, in a list.")
    try:
        subgraphs = {str(told["id"]): _sheet(told, _name(told)) for told in listed}
        file = EditorFile(_sheet(document, "the workflow"), subgraphs)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(
            "The file looks like one of ComfyUI's editor, but a part of it has another shape."
            " Export the workflow again, in API format: Workflow → Export (API)."
        ) from error
    _levels(file.root, file.subgraphs, {})
    return file


def _levels(sheet: Sheet, subgraphs: Mapping[str, Sheet], known: dict[int, int | None]) -> int:
    """How many levels of subgraphs a graph has; `known` has those that are counted already.

    Raises `Unusable` for a subgraph that is part of itself, or that has too many levels.
    """
    counted = known.setdefault(id(sheet), None)
    if counted is not None:
        return counted
    deepest = 0
    for kind in {node.type for node in sheet.nodes.values()} & subgraphs.keys():
        inner = subgraphs[kind]
        if known.get(id(inner), 0) is None:
            raise Unusable(f"{inner.name} is part of itself.")
        deepest = max(deepest, 1 + _levels(inner, subgraphs, known))
    if deepest > MOST_LEVELS:
        raise Unusable(f"{sheet.name} has subgraphs within subgraphs on {deepest} levels.")
    known[id(sheet)] = deepest
    return deepest


def _name(told: Json) -> str:
    name = told.get("name")
    return f"the subgraph {name!r}" if isinstance(name, str) else "a subgraph"


def _sheet(told: Json, name: str) -> Sheet:
    if len(told["nodes"]) > MOST_NODES:
        raise Unusable(f"A workflow has at most {MOST_NODES:,} nodes; {name} has more.")
    nodes = [node(one) for one in told["nodes"]]
    links = dict(_link(link) for link in told.get("links") or [] if link)
    by_id = {one.id: one for one in nodes}
    if len(by_id) < len(nodes):
        raise Unusable(f"Two nodes of {name} have the same id.")
    entered: dict[int, list[Link]] = {}
    for link in links.values():
        if link.origin == ENTRY:
            entered.setdefault(link.output, []).append(link)
    exits = {link.input: link for link in links.values() if link.target == EXIT}
    return Sheet(name, by_id, links, _slots(told.get("inputs")), entered, exits)


def _link(told: Value) -> tuple[str, Link]:
    if isinstance(told, dict):
        origin, target = told["origin_id"], told["target_id"]
        ends = told["origin_slot"], told["target_slot"]
        link_id = str(told["id"])
        return link_id, Link(link_id, str(origin), int(ends[0]), str(target), int(ends[1]))
    link_id, origin, output, target, slot = told[:5]
    return str(link_id), Link(str(link_id), str(origin), int(output), str(target), int(slot))


def node(told: Json) -> Node:
    """One node of the file. Raises KeyError, TypeError or ValueError for another shape."""
    values = told.get("widgets_values")
    named = told.get("widgets_values_named")
    if isinstance(values, dict):
        values, named = [], values
    kind = str(told["type"])
    title = told.get("title")
    return Node(
        id=str(told["id"]),
        type=kind,
        title=_title(title) or _title(_usual_title(told)) or kind,
        mode=int(told.get("mode") or ALWAYS),
        inputs=_slots(told.get("inputs")),
        outputs=_slots(told.get("outputs")),
        values=tuple(values) if isinstance(values, list) else (),
        named=dict(named) if isinstance(named, dict) else {},
    )


def _usual_title(told: Json) -> Value:
    properties = told.get("properties")
    return properties.get("Node name for S&R") if isinstance(properties, dict) else None


def _title(told: Value) -> str:
    return told[:NAME_LENGTH] if isinstance(told, str) and told.strip() else ""


def _slots(told: Any) -> tuple[Slot, ...]:  # a list, or what an odd file has there
    if not isinstance(told, list):
        return ()
    if len(told) > MOST_INPUTS:
        raise Unusable(f"A node has at most {MOST_INPUTS:,} inputs; one has more.")
    return tuple(_slot(slot) for slot in told)


def _slot(told: Json) -> Slot:
    kind, link, widget = told.get("type"), told.get("link"), told.get("widget")
    return Slot(
        name=str(told["name"]),
        type="COMBO" if isinstance(kind, list) else str(kind),
        link=None if link is None else str(link),
        widget=str(widget["name"]) if isinstance(widget, dict) and "name" in widget else None,
    )
