"""Where the inputs of the editor's nodes come from, once all that never runs is looked through.

The rules are those by which ComfyUI's front end makes its own API format: reroutes pass on, a
bypassed node passes on the input of a fitting type, an input within a subgraph takes what its
instance was given, be it a link or a value.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tower_anime.workflows import editor_nodes
from tower_anime.workflows.editor_file import BYPASSED, ENTRY, EditorFile, Link, Node, Sheet
from tower_anime.workflows.graph import Json, Unusable, Value

MOST_STEPS = 200  # of one link, through whatever it leads


@dataclass(frozen=True)
class Place:
    """A graph where it is used: the whole file, or a subgraph at one of its instances."""

    sheet: Sheet
    path: tuple[str, ...] = ()
    outer: Place | None = None
    host: Node | None = None

    def id_of(self, node: Node) -> str:
        """The id that a node has in the API format: those of its subgraphs before its own."""
        return ":".join([*self.path, node.id])

    def within(self, host: Node, sheet: Sheet) -> Place:
        """The subgraph that a node of this place stands for."""
        return Place(sheet, (*self.path, host.id), self, host)


class Linked(NamedTuple):
    """An input that comes from an output of a node."""

    node: str
    output: int


class Given(NamedTuple):
    """An input that has a value: of a primitive node, or of a subgraph's instance."""

    value: Value


Source = Linked | Given | None  # None: nothing is connected, and the node's own value holds
Values = Callable[[Node], Json]  # a node's own values by the names of its inputs


class Tracer:
    """Follows the links of one file."""

    def __init__(self, file: EditorFile, values: Values) -> None:
        self._file = file
        self._values = values
        self._steps = 0
        self._sources: dict[tuple[tuple[str, ...], str, int, str], Source] = {}
        self._widgets: dict[tuple[int, int], Given | None] = {}
        self._shown: dict[int, list[int]] = {}
        self._set: dict[int, dict[str, Node]] = {}

    def source(self, place: Place, node: Node, index: int) -> Source:
        """Where an input of a node comes from. Raises `Unusable` for links that lead nowhere."""
        self._steps = 0
        return self._input(place, node, index, None)

    def _input(self, place: Place, node: Node, index: int, wanted: str | None) -> Source:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Unusable(f"The links that lead to {node} go in a circle, or too far.")
        slot = node.inputs[index]
        if slot.link is None:
            return None
        link = place.sheet.links.get(slot.link)
        if link is None:
            raise Unusable(f"The input {slot.name!r} of {node} has a link that is not there.")
        return self._origin(place, node, link, wanted or slot.type)

    def _origin(self, place: Place, node: Node, link: Link, wanted: str) -> Source:
        if link.origin == ENTRY and place.host is not None:
            return self._entry(place, link.output)
        origin = place.sheet.nodes.get(link.origin)
        if origin is None:
            raise Unusable(f"{node} has a link from node {link.origin}, which is not there.")
        return self._output(place, origin, link.output, wanted)

    def _output(self, place: Place, node: Node, output: int, wanted: str) -> Source:
        key = (place.path, node.id, output, wanted)
        if key not in self._sources:
            self._sources[key] = self._found(place, node, output, wanted)
        return self._sources[key]

    def _found(self, place: Place, node: Node, output: int, wanted: str) -> Source:
        if node.mode == BYPASSED:
            index = editor_nodes.way_through(node, output, wanted)
            return None if index is None else self._input(place, node, index, None)
        sheet = self._file.subgraphs.get(node.type)
        if sheet is not None:
            inner = place.within(node, sheet)
            link = sheet.exits.get(output)
            return None if link is None else self._origin(inner, node, link, wanted)
        if node.type == editor_nodes.PRIMITIVE:
            value = editor_nodes.held(node)
            return None if value is None else Given(value)
        if node.type == editor_nodes.GETTER:
            return self._channel(place, node, wanted)
        if editor_nodes.is_virtual(node):
            has = output < len(node.inputs)
            return self._input(place, node, output, wanted) if has else None
        return Linked(place.id_of(node), output)

    def _channel(self, place: Place, getter: Node, wanted: str) -> Source:
        name = editor_nodes.channel(getter)
        where: Place | None = place
        while where is not None:
            node = self._setters(where.sheet).get(name)
            if node is not None:
                return self._input(where, node, 0, wanted) if node.inputs else None
            where = where.outer
        raise Unusable(f"{getter} gets {name!r}, which no Set node sets.")

    def _setters(self, sheet: Sheet) -> dict[str, Node]:
        if id(sheet) not in self._set:
            setters = [n for n in sheet.nodes.values() if n.type == editor_nodes.SETTER]
            self._set[id(sheet)] = {editor_nodes.channel(node): node for node in setters}
        return self._set[id(sheet)]

    # --- what a subgraph's instance gives

    def _entry(self, place: Place, slot: int) -> Source:
        """What an instance was given for one of its subgraph's inputs: a link, or a value."""
        host, outer = place.host, place.outer
        if host is None or outer is None or slot >= len(place.sheet.entries):
            raise Unusable(f"A link in {place.sheet.name} comes from an input that it has not.")
        index = _index_of(host, place.sheet, slot)
        if index is not None and host.inputs[index].link is not None:
            return self._input(outer, host, index, None)
        return self._promoted(host, place.sheet, slot)

    def _promoted(self, host: Node, sheet: Sheet, slot: int) -> Given | None:
        """The value that an instance shows for an input of its subgraph.

        Where it has none of its own, it shows what the first node within has.
        """
        name = sheet.entries[slot].name
        if name in host.named:
            return Given(host.named[name])
        if self._widget_of(sheet, slot) is None:
            return None
        position = self._position(host, sheet, slot)
        if position < len(host.values) and host.values[position] is not None:
            return Given(host.values[position])
        return self._widget_of(sheet, slot)

    def _position(self, host: Node, sheet: Sheet, slot: int) -> int:
        """Where an instance's list has the value; lists of some versions count the controls."""
        shown = self._all_shown(sheet)
        place = bisect_left(shown, slot)
        if len(host.values) <= len(shown):
            return place
        return place + sum(_looks_like_seed(sheet, i) for i in shown[:place])

    def _all_shown(self, sheet: Sheet) -> list[int]:
        """The inputs of a subgraph that its instances show a value for, in their order."""
        if id(sheet) not in self._shown:
            every = range(len(sheet.entries))
            self._shown[id(sheet)] = [i for i in every if self._widget_of(sheet, i) is not None]
        return self._shown[id(sheet)]

    def _widget_of(self, sheet: Sheet, slot: int) -> Given | None:
        """The value that the first node within has for a subgraph's input; None without one."""
        key = (id(sheet), slot)
        if key not in self._widgets:
            self._widgets[key] = self._found_widget(sheet, slot)
        return self._widgets[key]

    def _found_widget(self, sheet: Sheet, slot: int) -> Given | None:
        for link in sheet.entered.get(slot, ()):
            node = sheet.nodes.get(link.target)
            target = next((s for s in node.inputs if s.link == link.id), None) if node else None
            if node is None or target is None or target.widget is None:
                continue
            inner = self._file.subgraphs.get(node.type)
            if inner is None:
                return Given(self._values(node).get(target.widget))
            slots = inner.slots_of(target.name)
            if slots:
                return self._promoted(node, inner, slots[0])
        return None


def _index_of(host: Node, sheet: Sheet, slot: int) -> int | None:
    """The input of an instance that is one of its subgraph's: files may leave out the unused."""
    entry = sheet.entries[slot]
    same = host.slots_of(entry.name)
    exact = [i for i in same if host.inputs[i].type == entry.type]
    return next(iter([*exact, *same]), None)


def _looks_like_seed(sheet: Sheet, slot: int) -> bool:
    entered = sheet.entered.get(slot, ()) if sheet.entries[slot].type == "INT" else ()
    targets = (sheet.nodes.get(link.target) for link in entered)
    ids = {link.id for link in entered}
    names = {s.name for node in targets if node for s in node.inputs if s.link in ids}
    return bool(names & {"seed", "noise_seed"})
