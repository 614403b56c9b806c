"""Promises of tower_anime.renders.comfyui.abilities."""

from __future__ import annotations

import json
from typing import Any

from tests.renders.comfyui.graphs import facts
from tests.renders.comfyui.studio import CHECKPOINT, LORAS, STILL, still_graph
from tests.support.comfyui import DATA
from tower_anime.engines.farm import Farm
from tower_anime.engines.infos import Infos
from tower_anime.renders.comfyui.abilities import Abilities
from tower_anime.renders.comfyui.planning import Recipe, comfyui_plan
from tower_anime.workflows.bindings import loaded

KINDS = {node["class_type"] for node in still_graph().values()}


def answer_with(loras: tuple[str, ...]) -> dict[str, Any]:
    """What a server with these LoRAs answers."""
    source = json.loads((DATA / "object_info.json").read_text())
    told = {kind: source[kind] for kind in KINDS}
    told["LoraLoader"]["input"]["required"]["lora_name"] = [[*loras]]
    told["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"] = [[CHECKPOINT]]
    return told


def test_what_a_server_has_by_now_counts_and_not_what_it_had() -> None:
    """Answers come and go; a new one may even lie where an old one lay in memory."""
    bare, full = answer_with(()), answer_with(LORAS)
    plan = comfyui_plan(Recipe("Still", still_graph(), loaded(STILL)), facts(), {})
    farm = Farm(Infos())
    can = Abilities(farm).of(plan)
    for told in [bare, full] * 8:
        farm.informed(1, dict(told))
        assert can(farm.infos.all()[1]) == (told is full)
        farm.infos.drop(1)
