"""Promises of tower_anime.renders.comfyui.claiming."""

from __future__ import annotations

import json

from tests.renders.approved_story import Json, add_project, add_shot, add_workflow, write
from tests.renders.comfyui.graphs import BINDINGS
from tests.support.rendering import DESK
from tower_anime.core.database import Database, Transaction
from tower_anime.engines.answers import Queue, Stats
from tower_anime.engines.farm import Engine, Farm, Look
from tower_anime.engines.infos import Infos
from tower_anime.renders import takes
from tower_anime.renders.comfyui import claiming
from tower_anime.renders.comfyui.abilities import Abilities
from tower_anime.renders.schemas import TakeRequest
from tower_anime.workflows import service as workflows
from tower_anime.workflows.schemas import WorkflowUpdate

WORDS = {"prompt": BINDINGS["prompt"]}


def info_of(*kinds: str) -> Json:
    """What a server with these nodes answers; they take whatever they are given."""
    one = {"input": {"required": {}}, "output": [], "output_node": True}
    return dict.fromkeys(kinds, one)


def a_crowd(tx: Transaction) -> Json:
    """More takes than are looked at at once that only a busy server can render; then one more."""
    rare, plain = add_workflow(tx, "Rare", WORDS), add_workflow(tx, "Plain", WORDS)
    for workflow_id, kind in ((rare, "Rare"), (plain, "Plain")):
        graph = {"1": {"class_type": kind, "inputs": {"text": ""}}}
        workflows.update(tx, workflow_id, WorkflowUpdate(graph=graph))
    shot = add_shot(tx, add_project(tx, ("keyframe", rare)))["id"]
    for _ in range(claiming.LOOKED_AT // 32 + 1):
        takes.request(tx, shot, TakeRequest(count=32), DESK)
    [last] = takes.request(tx, shot, TakeRequest(workflow_id=plain), DESK)
    told: Json = json.loads(last)
    return told


def test_a_free_server_renders_what_it_can_however_much_waits_for_another(db: Database) -> None:
    last = write(db, a_crowd)
    farm = Farm(Infos())
    farm.set_engines([Engine(1, "free", "http://127.0.0.1:1", enabled=True)])
    farm.informed(1, info_of("Plain"))
    farm.seen(1, Look(Stats("0.3", ()), Queue([], []), 0.1))
    assert farm.free_ids() == [1]

    claim = write(db, claiming.Claiming(farm, Abilities(farm)).claim, "local", "2030")

    assert claim == (last["id"], 1)
