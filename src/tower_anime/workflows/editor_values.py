"""The values that a node has in the editor's file, by the names of its inputs.

The editor saves them as a list in the order of what it shows, which counts more than the inputs:
after a seed comes the choice how it changes after each run, and after the required inputs of a node
that takes files comes its button. Newer files name them as well, in the same order; where the two
differ, the editor itself goes by the list. Some nodes save only names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tower_anime.workflows.declarations import DYNAMIC, NUMBERS, Declared
from tower_anime.workflows.editor_file import Node
from tower_anime.workflows.graph import Json, Unusable, Value

_CONTROLS = {"fixed", "increment", "decrement", "randomize", "increment-wrap"}
_BUTTONS = {"image", "video", "audio", "", None}
_BUTTONS_3D = {"upload3dmodel", "uploadExtraResources", "clear"}
_NO_INPUTS = {  # what is saved under a name, and is the editor's own
    *("control_after_generate", "control_filter_list", "upload", "videopreview", "audioUI"),
}


def values_of(node: Node, declared: Sequence[Declared]) -> Json:
    """A node's values by the names of its inputs, before links. Raises `Unusable`."""
    found = _listed(node, declared) if node.values else {}
    if node.named and (not node.values or len(node.values) == len(node.named)):
        known = {one.name for one in declared}
        found = {n: v for n, v in _named(node).items() if n in known or not _is_control(v)}
    for one in declared:
        if one.has_widget and one.name not in found and "default" in one.options:
            found[one.name] = one.options["default"]
    return found


def _named(node: Node) -> Json:
    """The values under the file's own names; what the server has not does no harm there."""
    values = dict(zip(node.named, node.values, strict=True)) if node.values else node.named
    usable = (name for name in values if name not in _NO_INPUTS)
    return {name: values[name] for name in usable if _is_value(values[name])}


def _is_control(value: Value) -> bool:
    return isinstance(value, str) and value in _CONTROLS


def _is_value(value: Value) -> bool:
    return isinstance(value, str | int | float | bool | list)


def _listed(node: Node, declared: Sequence[Declared]) -> Json:
    values = _Values(node.values)
    found: Json = {}
    required = [one for one in declared if one.required]
    for one in required:
        found.update(_taken(one, values))
    if any(one.has_upload for one in required):
        values.skip(_BUTTONS)
    for one in declared:
        if not one.required:
            found.update(_taken(one, values))
    return found


def _taken(one: Declared, values: _Values) -> Iterator[tuple[str, Value]]:
    """The value of an input, and of those that follow from it, as far as the list reaches."""
    if not one.has_widget or values.is_empty:
        return
    value = values.take()
    yield one.name, value
    if one.has_control and values.skip_control() and one.type == "COMBO":
        values.skip_text()  # the filter of the choices
    while one.options.get("file_upload") and values.skip(_BUTTONS_3D):
        pass
    if one.type == DYNAMIC:
        for inner in one.following(value):
            yield from _taken(inner, values)


class _Values:
    """A list of saved values, taken from its beginning."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._left = list(reversed(values))

    @property
    def is_empty(self) -> bool:
        return not self._left

    def take(self) -> Value:
        return self._left.pop()

    def skip(self, of: set[str] | set[str | None]) -> bool:
        """Leave out the next value, where it is one of these."""
        if self._left and isinstance(self._left[-1], str | None) and self._left[-1] in of:
            self._left.pop()
            return True
        return False

    def skip_control(self) -> bool:
        """Leave out the choice how a value changes; the first files had true or false for it."""
        if self._left and isinstance(self._left[-1], bool):
            self._left.pop()
            return True
        return self.skip(_CONTROLS)

    def skip_text(self) -> None:
        """Leave out the next value, where it is a text."""
        if self._left and isinstance(self._left[-1], str):
            self._left.pop()


def require_fitting(node: Node, one: Declared, value: Value) -> None:
    """Raise `Unusable` for a value of another kind than the server declares.

    The file is of another version of the node then, and its list of values means other inputs.
    """
    kinds: dict[str, tuple[type, ...]] = {
        "INT": (int, float),
        "FLOAT": (int, float),
        "BOOLEAN": (bool, int, float),
        "STRING": (str, int, float),
    }
    wanted = kinds.get(one.type)
    number_and_no = one.type in NUMBERS and isinstance(value, bool)
    if wanted is not None and (number_and_no or not isinstance(value, wanted)):
        raise Unusable(
            f"{node} was saved by another version of its class: the value of {one.name!r} is"
            f" {_told(value)}, where the server wants {one.type}. Open the workflow on that server"
            " and save it again, or export it in API format."
        )


def _told(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
