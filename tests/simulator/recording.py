"""What a real server answered, and ways to hold another answer to it."""

from __future__ import annotations

import json
from typing import Any

from tests.support.comfyui import DATA

_LINES = [json.loads(line) for line in (DATA / "recorded.jsonl").read_text().splitlines()]
_BY_CHANCE = {
    "prompt_id", "timestamp", "traceback", "sid", "number", "Date", "Etag", "Last-Modified",
    "Content-Length",
}  # fmt: skip
"""Fields that differ from run to run: only their types are compared."""


def recorded(scenario: str, what: str) -> Any:
    """What the last run of a scenario recorded under that name."""
    found = [
        line["value"] for line in _LINES if (line["scenario"], line["what"]) == (scenario, what)
    ]
    assert found, (scenario, what)
    return found[-1]


def names(scenario: str) -> list[str]:
    """Everything that was recorded in a scenario, each once."""
    return list(dict.fromkeys(line["what"] for line in _LINES if line["scenario"] == scenario))


def messages(scenario: str) -> list[dict[str, Any]]:
    """The websocket's messages in the last run of a scenario."""
    found: list[dict[str, Any]] = []
    for line in _LINES:
        if line["scenario"] == scenario and line["what"] == "POST /prompt":
            found = []
        elif line["scenario"] == scenario and line["what"].startswith("ws +"):
            found.append(line["value"])
    return found


def shape(value: Any) -> Any:
    """Keys and the types of values; lists element by element. An int is a float's equal."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return "number" if type(value) in (int, float) else type(value).__name__


def settled(value: Any) -> Any:
    """The value itself, but for what differs from run to run."""
    if isinstance(value, dict):
        return {
            key: type(inner).__name__ if key in _BY_CHANCE else settled(inner)
            for key, inner in value.items()
        }
    return [settled(inner) for inner in value] if isinstance(value, list) else value


def outline(told: list[dict[str, Any]]) -> list[Any]:
    """Messages by type and by node; of a state, how far each node has come."""
    return [_outlined(message["type"], message["data"]) for message in told]


def _outlined(kind: str, data: dict[str, Any]) -> Any:
    if kind == "progress_state":
        nodes = data["nodes"].items()
        return (
            kind,
            [(node, about["state"], about["value"], about["max"]) for node, about in nodes],
        )
    if kind == "execution_cached":
        return (kind, data["nodes"])
    return (kind, data.get("node", data.get("node_id")))
