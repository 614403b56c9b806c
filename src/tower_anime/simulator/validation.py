"""Whether a prompt can be run: the checks of `POST /prompt`, in ComfyUI's own words.

Pure. The kinds of errors, their messages and their details are what a 0.3.64 answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tower_anime.simulator.catalogue import Info

Graph = dict[str, Any]  # a graph in API format, as a client sent it: any JSON
Error = dict[str, Any]
PictureCheck = Callable[[str], bool]  # whether LoadImage would find that file

_CUSTOM = {("LoadImage", "image"), ("LoadImageMask", "image")}
_LONG = 20  # choices; a longer list is not repeated in the error


@dataclass
class Verdict:
    """What `POST /prompt` answers: no `error` where at least one output can be made."""

    error: Error | None = None
    outputs: list[str] = field(default_factory=list)
    node_errors: dict[str, Error] = field(default_factory=dict)


class _Check:
    """One prompt's validation, each node once: whether it is valid, and its own errors."""

    def __init__(self, graph: Graph, nodes: Info, has_picture: PictureCheck) -> None:
        self.graph = graph
        self.nodes = nodes
        self.has_picture = has_picture
        self.validated: dict[str, tuple[bool, list[Error]]] = {}

    def node(self, node_id: str) -> bool:
        """Validate a node and all that it needs; raises `LookupError` at a link to nowhere."""
        if node_id in self.validated:
            return self.validated[node_id][0]
        self.validated[node_id] = (False, [])  # so that a cycle ends, refused without a reason
        node = self.graph[node_id]
        inputs = node["inputs"]
        declared = self.nodes[node["class_type"]]["input"]
        errors: list[Error] = []
        valid = True
        for group in ("required", "optional"):
            for name, spec in declared.get(group, {}).items():
                config = [spec[0], spec[1] if len(spec) > 1 else {}]
                if name not in inputs:
                    if group == "required":
                        errors.append(_missing(name))
                    continue
                valid &= self._input(node_id, name, config, errors)
        self.validated[node_id] = (valid and not errors, errors)
        return valid and not errors

    def _input(self, node_id: str, name: str, config: list[Any], errors: list[Error]) -> bool:
        """Check one input; False where what it is linked to is not valid."""
        node = self.graph[node_id]
        value = node["inputs"][name]
        if isinstance(value, list):
            return self._link(name, config, value, errors)
        converted, error = _converted(name, config, value)
        if error is None:
            node["inputs"][name] = converted
            if (node["class_type"], name) in _CUSTOM:
                error = None if self.has_picture(str(converted)) else _no_picture(name, converted)
            else:
                error = _out_of_bounds(name, config, converted)
        if error is not None:
            errors.append(error)
        return True

    def _link(self, name: str, config: list[Any], value: list[Any], errors: list[Error]) -> bool:
        if len(value) != 2:
            extra = {"input_name": name, "input_config": config, "received_value": value}
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            errors.append(_error("bad_linked_input", message, name, extra))
            return True
        source, slot = value
        outputs = self.nodes[self.graph[source]["class_type"]]["output"]
        if slot >= len(outputs):
            raise IndexError("tuple index out of range")
        if not _fits(outputs[slot], config[0]):
            errors.append(_mismatch(name, config, value, outputs[slot]))
            return True
        try:
            return self.node(source)
        except (LookupError, TypeError) as error:
            self.validated[source] = (False, [_inner(name, config, value, error)])
            return False


def validate(
    graph: Graph, nodes: Info, has_picture: PictureCheck, targets: list[str] | None = None
) -> Verdict:
    """Check a graph against the nodes that the server has; coerces its values in place.

    `targets`: the outputs to make, where not all. Raises `TypeError` where the server would
    trip over the graph's shape and answer 500.
    """
    outputs: list[str] = []
    for node_id in graph:
        node = graph[node_id]
        if "class_type" not in node:
            message = "Cannot execute because a node is missing the class_type property."
            return _refusal("invalid_prompt", message, f"Node ID '#{node_id}'")
        name = node["class_type"]
        if name not in nodes:
            message = f"Cannot execute because node {name} does not exist."
            return _refusal("invalid_prompt", message, f"Node ID '#{node_id}'")
        if nodes[name]["output_node"] and (targets is None or node_id in targets):
            outputs.append(node_id)
    if not outputs:
        return _refusal("prompt_no_outputs", "Prompt has no outputs", "")
    return _validated(_Check(graph, nodes, has_picture), outputs)


def _validated(check: _Check, outputs: list[str]) -> Verdict:
    verdict = Verdict()
    told: list[str] = []
    for output in outputs:
        try:
            valid = check.node(output)
        except (LookupError, TypeError) as error:
            check.validated[output] = (valid := False, [_outer(error)])
        if valid:
            verdict.outputs.append(output)
            continue
        told += [f"{e['message']}: {e['details']}" for e in check.validated[output][1]]
        _collect(check, output, verdict.node_errors)
    if not verdict.outputs:
        message = "Prompt outputs failed validation"
        verdict.error = _error("prompt_outputs_failed_validation", message, "\n".join(told), {})
    return verdict


def _collect(check: _Check, output: str, node_errors: dict[str, Error]) -> None:
    for node_id, (valid, errors) in check.validated.items():
        if valid or not errors:
            continue
        name = check.graph[node_id]["class_type"]
        entry = {"errors": errors, "dependent_outputs": [], "class_type": name}
        node_errors.setdefault(node_id, entry)["dependent_outputs"].append(output)


def _error(kind: str, message: str, details: str, extra: Error) -> Error:
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def _refusal(kind: str, message: str, details: str) -> Verdict:
    return Verdict(error=_error(kind, message, details, {}))


def _missing(name: str) -> Error:
    message = "Required input is missing"
    return _error("required_input_missing", message, name, {"input_name": name})


def _fits(received: Any, wanted: Any) -> bool:
    if "*" in (received, wanted) or isinstance(received, list) or isinstance(wanted, list):
        return True
    if "COMBO" in (received, wanted):
        return True
    return bool(set(str(received).split(",")) & set(str(wanted).split(",")))


def _mismatch(name: str, config: list[Any], link: list[Any], received: Any) -> Error:
    details = f"{name}, received_type({received}) mismatch input_type({config[0]})"
    extra = {
        "input_name": name,
        "input_config": config,
        "received_type": received,
        "linked_node": link,
    }
    message = "Return type mismatch between linked nodes"
    return _error("return_type_mismatch", message, details, extra)


def _inner(name: str, config: list[Any], link: list[Any], error: Exception) -> Error:
    extra = {
        "input_name": name,
        "input_config": config,
        "exception_message": str(error),
        "exception_type": type(error).__name__,
        "traceback": _traceback("validate_inputs"),
        "linked_node": link,
    }
    message = "Exception when validating inner node"
    return _error("exception_during_inner_validation", message, str(error), extra)


def _outer(error: Exception) -> Error:
    extra = {"exception_type": type(error).__name__, "traceback": _traceback("validate_prompt")}
    message = "Exception when validating node"
    return _error("exception_during_validation", message, str(error), extra)


def _traceback(function: str) -> list[str]:
    return [f'  File "/opt/ComfyUI/execution.py", line 808, in {function}\n']


def _no_picture(name: str, value: Any) -> Error:
    details = f"{name} - Invalid image file: {value}"
    message = "Custom validation failed for node"
    return _error("custom_validation_failed", message, details, {"input_name": name})


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "INT": int,
    "FLOAT": float,
    "STRING": str,
    "BOOLEAN": bool,
}


def _converted(name: str, config: list[Any], value: Any) -> tuple[Any, Error | None]:
    kind = config[0]
    if not isinstance(kind, str) or kind not in _CONVERSIONS:
        return value, None
    try:
        return _CONVERSIONS[kind](value), None
    except (ValueError, TypeError) as error:
        extra = {
            "input_name": name,
            "input_config": config,
            "received_value": value,
            "exception_message": str(error),
        }
        message = f"Failed to convert an input value to a {kind} value"
        return value, _error("invalid_input_type", message, f"{name}, {value}, {error}", extra)


def _out_of_bounds(name: str, config: list[Any], value: Any) -> Error | None:
    kind, options = config
    extra = {"input_name": name, "input_config": config, "received_value": value}
    if isinstance(kind, list) or kind == "COMBO":
        return _not_in_list(name, kind if isinstance(kind, list) else options["options"], extra)
    if kind not in ("INT", "FLOAT"):
        return None
    if "min" in options and value < options["min"]:
        message = f"Value {value} smaller than min of {options['min']}"
        return _error("value_smaller_than_min", message, name, extra)
    if "max" in options and value > options["max"]:
        message = f"Value {value} bigger than max of {options['max']}"
        return _error("value_bigger_than_max", message, name, extra)
    return None


def _not_in_list(name: str, choices: list[Any], extra: Error) -> Error | None:
    value = extra["received_value"]
    if value in choices:
        return None
    listed = str(choices)
    if len(choices) > _LONG:
        listed = f"(list of length {len(choices)})"
        extra = {**extra, "input_config": None}
    return _error(
        "value_not_in_list", "Value not in list", f"{name}: '{value}' not in {listed}", extra
    )
