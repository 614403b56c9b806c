"""What is wrong with an input, in ComfyUI's own words. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Error = dict[str, Any]

_LONG = 20  # choices; a longer list is not repeated in the error


def complaint(kind: str, message: str, details: str, extra: Error) -> Error:
    """One error: its kind, its sentence, what it is about, and more for programs."""
    return {"type": kind, "message": message, "details": details, "extra_info": extra}


def missing(name: str) -> Error:
    """A required input is not there."""
    message = "Required input is missing"
    return complaint("required_input_missing", message, name, {"input_name": name})


def mismatch(name: str, config: list[Any], link: list[Any], received: Any) -> Error:
    """A link brings another type than the input takes."""
    details = f"{name}, received_type({received}) mismatch input_type({config[0]})"
    extra = {
        "input_name": name,
        "input_config": config,
        "received_type": received,
        "linked_node": link,
    }
    message = "Return type mismatch between linked nodes"
    return complaint("return_type_mismatch", message, details, extra)


def inner(name: str, config: list[Any], link: list[Any], error: Exception) -> Error:
    """A node that this one is linked to could not be checked."""
    extra = {
        "input_name": name,
        "input_config": config,
        "exception_message": str(error),
        "exception_type": type(error).__name__,
        "traceback": _traceback("validate_inputs"),
        "linked_node": link,
    }
    message = "Exception when validating inner node"
    return complaint("exception_during_inner_validation", message, str(error), extra)


def outer(error: Exception) -> Error:
    """An output could not be checked."""
    extra = {"exception_type": type(error).__name__, "traceback": _traceback("validate_prompt")}
    message = "Exception when validating node"
    return complaint("exception_during_validation", message, str(error), extra)


def _traceback(function: str) -> list[str]:
    return [f'  File "/opt/ComfyUI/execution.py", line 808, in {function}\n']


def no_picture(name: str, value: Any) -> Error:
    """The file that LoadImage is to load is not there."""
    details = f"{name} - Invalid image file: {value}"
    message = "Custom validation failed for node"
    return complaint("custom_validation_failed", message, details, {"input_name": name})


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "INT": int,
    "FLOAT": float,
    "STRING": str,
    "BOOLEAN": bool,
}


def converted(name: str, config: list[Any], value: Any) -> tuple[Any, Error | None]:
    """A value as the type of its input, or why it cannot be."""
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
        return value, complaint("invalid_input_type", message, f"{name}, {value}, {error}", extra)


def out_of_bounds(name: str, config: list[Any], value: Any) -> Error | None:
    """What is wrong with a value that has the right type.

    The choices of a `COMBO`, which newer nodes declare, are not looked at, only those of a list.
    """
    kind, options = config
    extra = {"input_name": name, "input_config": config, "received_value": value}
    if isinstance(kind, list):
        return _not_in_list(name, kind, extra)
    if kind not in ("INT", "FLOAT"):
        return None
    if "min" in options and value < options["min"]:
        message = f"Value {value} smaller than min of {options['min']}"
        return complaint("value_smaller_than_min", message, name, extra)
    if "max" in options and value > options["max"]:
        message = f"Value {value} bigger than max of {options['max']}"
        return complaint("value_bigger_than_max", message, name, extra)
    return None


def _not_in_list(name: str, choices: list[Any], extra: Error) -> Error | None:
    value = extra["received_value"]
    if value in choices:
        return None
    listed = str(choices)
    if len(choices) > _LONG:
        listed = f"(list of length {len(choices)})"
        extra = {**extra, "input_config": None}
    return complaint(
        "value_not_in_list", "Value not in list", f"{name}: '{value}' not in {listed}", extra
    )
