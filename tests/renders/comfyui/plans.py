"""Plans of the film in `graphs`, what is sent of them, and how two of them differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.renders.comfyui.graphs import FACTS, recipe
from tower_anime.renders.comfyui.planning import Given, Recipe, comfyui_plan, graph_of, media_of
from tower_anime.renders.manifest import Facts, Plan, causes


def able(told: Facts) -> Facts:
    """The facts, with no more LoRAs than the film takes."""
    few = tuple(replace(role, loras=()) for role in told.cast[1:])
    return replace(told, cast=told.cast[:1] + few)


ABLE = FACTS.map(able)


def planned(told: Facts, of: Recipe | None = None, **inputs: Given) -> Plan:
    return comfyui_plan(of or recipe(), told, inputs)


def sent(plan: Plan, seed: int = 7, prefix: str = "take", **files: str) -> dict[str, Any]:
    """The inputs of each node as they are sent."""
    names = dict.fromkeys(media_of(plan), "there.png") | files
    return {n: node["inputs"] for n, node in graph_of(plan, seed, names, prefix).items()}


def texts(before: Plan, after: Plan) -> list[str]:
    return [cause.text for cause in causes(before, after)]
