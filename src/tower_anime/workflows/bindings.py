"""Bindings: which inputs of a graph take what a shot has, and how numbers are made to fit.

`{name: [{"node": "6", "input": "text", "rule": {"multiple": 4, "plus": 1, "most": 81}}]}`; one name
may bind several inputs. `output` names the nodes whose files are the take, without inputs.

An input whose value comes over a link cannot be bound: what is bound is the value where it comes
from. So a picture is bound to the `image` of a `LoadImage` node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from tower_anime.workflows.graph import Graph, Json, Unusable, is_link, named, placeholders

TEXTS = ("prompt", "negative_prompt", "filename_prefix")
OUTPUT = "output"
NAME_PATTERN = (
    r"^(prompt|negative_prompt|seed|width|height|frames|fps|filename_prefix|first_frame|last_frame"
    r"|output|(character_image|lora|lora_strength):[1-9][0-9]?|stage:[a-z][a-z0-9_-]{0,31})$"
)
_NAME = re.compile(NAME_PATTERN)
_RULED = {"width", "height", "frames", "fps"}


@dataclass(frozen=True)
class Rule:
    """Which numbers an input takes: `plus + k·multiple`, from `least` to `most`."""

    multiple: int = 1
    plus: int = 0
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Target:
    """One place that a binding fills: an input of a node; for an output, the node alone."""

    node: str
    input: str | None = None
    rule: Rule | None = None


Bound = Mapping[str, Sequence[Target]]


def loaded(stored: Json) -> Bound:
    """Bindings of the shape in which they are stored and sent, which has been held to its schema.

    `rule` and its parts may be absent, or null.
    """
    return {name: [_target(told) for told in targets] for name, targets in stored.items()}


def _target(told: Json) -> Target:
    rule = {name: value for name, value in (told.get("rule") or {}).items() if value is not None}
    return Target(told["node"], told.get("input"), Rule(**rule) if rule else None)


def stored(targets: Iterable[tuple[str, Target]]) -> Json:
    """Named targets in the shape in which bindings are stored and sent: without what is absent."""
    found: Json = {}
    for name, target in targets:
        told = {key: value for key, value in asdict(target).items() if value is not None}
        if target.rule is not None:
            rule = asdict(target.rule).items()
            told["rule"] = {key: value for key, value in rule if value is not None}
        found.setdefault(name, []).append(told)
    return found


def is_name(name: str) -> bool:
    """Whether something of that name can be bound: `prompt`, `lora:1`, `stage:keyframe`…"""
    return _NAME.fullmatch(name) is not None


def fitted(rule: Rule | None, value: float) -> int | float:
    """The nearest number that a rule allows; of two that are as near, the larger.

    A frame too many can be cut away, one too few cannot be had. Without a rule the value stays.
    Raises `Unusable` for a rule that allows no number.
    """
    if rule is None:
        return value
    lowest, highest = _ends(rule)
    k = (value - rule.plus) / rule.multiple
    nearest = int(k // 1) + (k % 1 >= 0.5)
    if lowest is not None:
        nearest = max(nearest, lowest)
    if highest is not None:
        nearest = min(nearest, highest)
    return rule.plus + nearest * rule.multiple


def _ends(rule: Rule) -> tuple[int | None, int | None]:
    """The least and the most k. Raises `Unusable` where there is none between them."""
    lowest = None if rule.least is None else -((rule.plus - rule.least) // rule.multiple)
    highest = None if rule.most is None else (rule.most - rule.plus) // rule.multiple
    if lowest is not None and highest is not None and lowest > highest:
        raise Unusable(
            f"No number from {rule.least} to {rule.most} is {rule.plus} and a multiple of"
            f" {rule.multiple}."
        )
    return lowest, highest


def require_valid(bindings: Bound, graph: Graph) -> None:
    """Raise `Unusable` for the first binding that does not fit the graph."""
    taken: dict[tuple[str, str | None], str] = {}
    for name, target in _each(bindings):
        if not is_name(name):
            raise Unusable(f"Nothing of the name {name!r} can be bound.")
        if target.node not in graph:
            raise Unusable(f"{name} is bound to node {target.node}, which is not there.")
        if name == OUTPUT:
            if target.input is not None or target.rule is not None:
                raise Unusable("An output names a node alone, without an input and a rule.")
        else:
            _require_input(name, target, graph)
        _require_rule(name, target)
        place = (target.node, target.input)
        if place in taken:
            other = "twice" if taken[place] == name else f"also as {taken[place]}"
            raise Unusable(f"{_place(target, graph)} is bound as {name}, and {other}.")
        taken[place] = name


def _each(bindings: Bound) -> Iterator[tuple[str, Target]]:
    return ((name, target) for name, targets in bindings.items() for target in targets)


def _require_input(name: str, target: Target, graph: Graph) -> None:
    inputs = graph[target.node]["inputs"]
    if target.input is None:
        raise Unusable(f"{name} is bound to {named(graph, target.node)}; name one of its inputs.")
    if target.input not in inputs:
        known = ", ".join(inputs) or "none"
        raise Unusable(
            f"{named(graph, target.node)} has no input {target.input!r}; it has: {known}."
        )
    value = inputs[target.input]
    if is_link(value):
        raise Unusable(
            f"{_place(target, graph)} comes from {named(graph, value[0])}: bind an input of that."
        )


def _require_rule(name: str, target: Target) -> None:
    if target.rule is None:
        return
    if name not in _RULED:
        raise Unusable(f"A rule is for {', '.join(sorted(_RULED))}; {name} takes none.")
    _ends(target.rule)


def _place(target: Target, graph: Graph) -> str:
    node = named(graph, target.node)
    return node if target.input is None else f"The input {target.input!r} of {node}"


def filled_names(bindings: Bound, graph: Graph) -> set[str]:
    """Everything that the workflow takes: by a binding, or by a `{{name}}` in a text."""
    written = {name for _, _, name in placeholders(graph) if is_name(name)}
    return {name for name, targets in bindings.items() if targets} | written


def inputs_bound(bindings: Bound) -> set[tuple[str, str]]:
    """Every (node, input) that is filled when a take is sent."""
    return {(t.node, t.input) for _, t in _each(bindings) if t.input is not None}
