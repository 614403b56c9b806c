"""What decided a take and what happened when it was made, in words and as JSON."""

from __future__ import annotations

import json

from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.renders import take_rows


def of_take(reader: Reader, take_id: int) -> Shown:
    """A take's plan and execution. Raises `NotFound`."""
    row = take_rows.find(reader, take_id)
    shown = json.loads(take_rows.show(reader, take_id).json)
    plan = json.loads(row["plan"]) if row["plan"] else None
    execution = json.loads(row["execution"]) if row["execution"] else None
    told = {k: shown[k] for k in ("digest", "seed")}
    told |= {"take_id": take_id, "plan": plan, "execution": execution}
    return Shown(dump({**told, "sentences": _sentences(row, plan, execution)}))


def _sentences(row: Row, plan: Row | None, execution: Row | None) -> list[str]:
    if plan is None:
        return [f"Uploaded at {row['finished_at']}; how it was made is not known."]
    size, frames, fps = (plan["parts"][name] for name in ("size", "frames", "fps"))
    film = f"{frames} frames of {size['width']}x{size['height']} at {fps} a second"
    told = [f"Drawn by the engine {row['engine']} with seed {row['seed']}: {film}."]
    for part, label in sorted(plan["labels"].items()):
        told.append(f"{part.removeprefix('character:')} in {label}.")
    if row["reused_from"]:
        told.append(f"The same plan and seed had been rendered as take {row['reused_from']}.")
    if execution:
        told.append(
            f"Made by the worker {execution['worker']} in {execution['seconds']} s"
            f" with {execution['encoder']}, at {execution['finished_at']}."
        )
    return told
