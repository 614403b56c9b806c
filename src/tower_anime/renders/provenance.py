"""What decided a take and what happened when it was made, in words and as JSON."""

from __future__ import annotations

import json

from tower_anime.core import clock
from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.media.frames import parse_fps
from tower_anime.renders import embedded, take_rows


def of_take(reader: Reader, take_id: int) -> Shown:
    """A take's plan and execution. Raises `NotFound`."""
    row = take_rows.find(reader, take_id)
    shown = json.loads(take_rows.show(reader, take_id).json)
    plan = json.loads(row["plan"]) if row["plan"] else None
    if plan is not None:
        plan.pop("hashes", None)  # they are for comparing, and say nothing to a person
    execution = json.loads(row["execution"]) if row["execution"] else None
    told = {k: shown[k] for k in ("digest", "seed")}
    told |= {"take_id": take_id, "plan": plan, "execution": execution}
    return Shown(dump({**told, "sentences": _sentences(row, plan, execution)}))


def _sentences(row: Row, plan: Row | None, execution: Row | None) -> list[str]:
    if row["waits"] is not None:
        return [json.loads(row["waits"])["text"]]
    if plan is None and row["status"] != "done":
        why = f": {json.loads(row['error'])['detail']}" if row["error"] else ""
        return [f"It was never planned, and so never rendered{why.removesuffix('.')}."]
    if plan is None:
        return _uploaded(row, execution)
    told = [f"{_engine(row, plan)} with seed {row['seed']}{_measures(plan['parts'])}."]
    told += [f"{who} in {version}." for who, version in sorted(_versions(plan).items())]
    told += _loras(plan)
    if row["reused_from"]:
        told.append(f"The same plan and seed had been rendered as take {row['reused_from']}.")
    if execution:
        told.append(_made(execution))
    return told


def _uploaded(row: Row, execution: Row | None) -> list[str]:
    when = clock.for_people(row["finished_at"])
    if execution is None:
        return [f"Uploaded on {when}; how it was made is not known."]
    return [f"Uploaded on {when}.", *embedded.sentences(execution)]


def _engine(row: Row, plan: Row) -> str:
    workflow = plan["labels"].get("workflow")
    if workflow is None:
        return f"Drawn by the engine {row['engine']}"
    return f"Rendered by ComfyUI from the workflow {workflow},"


def _measures(parts: Row) -> str:
    size = parts.get("size") or {side: parts.get(side) for side in ("width", "height")}
    told = []
    if parts.get("frames"):
        told.append(f"{parts['frames']} frames")
    if size["width"] and size["height"]:
        told.append(f"of {size['width']}x{size['height']}")
    if parts.get("fps"):
        told.append(f"at {_rate(parts['fps'])} a second")
    return f": {' '.join(told)}" if told else ""


def _rate(fps: str) -> str:
    """Frames a second as people say them: `24`, or `23.976`."""
    return f"{round(float(parse_fps(fps)), 3):g}"


def _versions(plan: Row) -> dict[str, str]:
    """Which version of whom a plan is made from."""
    found = dict(plan["labels"])
    for pieces in plan.get("sources", {}).values():
        found |= {of: label for of, _, _, label in pieces if label}
    return {of.removeprefix(_WHO): label for of, label in found.items() if of.startswith(_WHO)}


def _loras(plan: Row) -> list[str]:
    strengths = plan["parts"]
    return [
        f"With the LoRA {value} at strength {strengths.get(f'lora_strength:{name[5:]}', 1)}."
        for name, value in sorted(strengths.items())
        if name.startswith("lora:") and isinstance(value, str)
    ]


def _made(execution: Row) -> str:
    took, when = f"{execution['seconds']:.1f} s", clock.for_people(execution["finished_at"])
    if "worker" in execution:
        by = f"by the worker {execution['worker']} in {took} with {execution['encoder']}"
    else:
        version = execution["version"] or "of an unknown version"
        by = f"by {execution['server']} (ComfyUI {version}) in {took}"
    return f"Made {by}, on {when}."


_WHO = "character:"
