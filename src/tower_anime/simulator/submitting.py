"""`POST /prompt`: what is queued, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tower_anime.simulator.complaints import complaint
from tower_anime.simulator.counting import take
from tower_anime.simulator.machine import Machine, new_id
from tower_anime.simulator.validation import Verdict, validate


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body."""

    status: int
    body: dict[str, Any]


def submit(machine: Machine, body: Any) -> Answer:
    """Check and queue a prompt. Raises what the server trips over, which is a 500."""
    number = _number(machine, body)
    if "prompt" not in body:
        error = complaint("no_prompt", "No prompt provided", "No prompt provided", {})
        return Answer(400, {"error": error, "node_errors": {}})
    graph = body["prompt"]
    chosen = None if machine.behaviour.chooses_ids else body.get("prompt_id")
    prompt_id = str(chosen or new_id())
    extra = body.get("extra_data", {})
    if "client_id" in body:
        extra["client_id"] = body["client_id"]
    client_id = body.get("client_id")
    verdict = _checked(machine, graph, body.get("partial_execution_targets"))
    if verdict.error is not None:
        machine.refused(prompt_id, client_id, graph)
        return Answer(400, {"error": verdict.error, "node_errors": verdict.node_errors})
    machine.submit((number, prompt_id, graph, extra, verdict.outputs))
    told = {"prompt_id": prompt_id, "number": number, "node_errors": verdict.node_errors}
    return Answer(200, told)


def _number(machine: Machine, body: Any) -> float:
    if "number" in body:
        return float(body["number"])
    number = machine.number
    machine.number += 1
    return -number if body.get("front") else number


def _checked(machine: Machine, graph: Any, targets: list[str] | None) -> Verdict:
    verdict = validate(graph, machine.nodes(), machine.folders.has_picture, targets)
    if verdict.error is None and take(machine.behaviour, "partial"):
        _refuse_one(verdict, graph)
    return verdict


def _refuse_one(verdict: Verdict, graph: Any) -> None:
    """Leave the last output out, as where its part of the graph is not valid."""
    output = verdict.outputs.pop() if len(verdict.outputs) > 1 else verdict.outputs[0]
    error = complaint("custom_validation_failed", "Custom validation failed for node", "image", {})
    verdict.node_errors[output] = {
        "errors": [error],
        "dependent_outputs": [output],
        "class_type": graph[output]["class_type"],
    }
