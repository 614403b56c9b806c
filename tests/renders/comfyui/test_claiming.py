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
from tower_anime.renders import take_rows, takes
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


def test_a_take_that_was_lost_twice_on_a_server_goes_to_another_that_is_free(db: Database) -> None:
    take_id = write(db, a_take)
    farm = Farm(Infos())
    farm.set_engines([Engine(n, f"gpu{n}", f"http://127.0.0.1:{n}", enabled=True) for n in (1, 2)])
    for engine_id in (1, 2):
        farm.informed(engine_id, info_of("Plain"))
        farm.seen(engine_id, Look(Stats("0.3", ()), Queue([], []), 0.1))
    chosen = farm.choose(())
    assert chosen is not None
    lose(db, take_id, chosen)
    engines = claiming.Claiming(farm, Abilities(farm))

    assert write(db, engines.claim, "local", "2030") is not None

    other = 3 - chosen
    assert farm.free_ids() == [chosen]
    assert db.read_now(take_rows.row_of, take_id)["engine_id"] == other


def test_a_take_that_was_lost_twice_on_the_only_server_that_is_free_goes_there_again(
    db: Database,
) -> None:
    take_id = write(db, a_take)
    farm = Farm(Infos())
    farm.set_engines([Engine(1, "gpu1", "http://127.0.0.1:1", enabled=True)])
    farm.informed(1, info_of("Plain"))
    farm.seen(1, Look(Stats("0.3", ()), Queue([], []), 0.1))
    lose(db, take_id, 1)

    assert write(db, claiming.Claiming(farm, Abilities(farm)).claim, "local", "2030") is not None


def test_what_was_lost_too_often_is_poison_sooner_where_it_was_on_two_servers() -> None:
    assert not claiming.is_poison({"lost": [1, 1, 2], "memory": []})
    assert claiming.is_poison({"lost": [1, 1, 2, 2], "memory": []})
    assert not claiming.is_poison({"lost": [1] * (claiming.MOST_LOSSES - 1), "memory": []})
    assert claiming.is_poison({"lost": [1] * claiming.MOST_LOSSES, "memory": []})


def test_an_attempt_that_is_not_the_newest_writes_nothing_down(db: Database) -> None:
    take_id = write(db, a_take)
    late = write(db, take_rows.SENT.take, take_id, "local", "2030")
    write(db, take_rows.SENT.give_back, late)
    newest = write(db, take_rows.SENT.take, take_id, "other", "2030")
    assert write(db, claiming.note_prompt, newest, "followed")

    write(db, claiming.note_trouble, late, "lost", 1)

    assert not write(db, claiming.note_prompt, late, "sent again")
    row = db.read_now(take_rows.row_of, take_id)
    assert (row["prompt_id"], row["trouble"]) == ("followed", None)


def lose(db: Database, take_id: int, engine_id: int) -> None:
    """Have a server lose a take as often as it may."""
    for _ in range(claiming.TRIES):
        claim = write(db, take_rows.SENT.take, take_id, "local", "2030")
        write(db, claiming.note_trouble, claim, "lost", engine_id)
        write(db, take_rows.SENT.give_back, claim)


def a_take(tx: Transaction) -> int:
    """A take that a server with the node `Plain` can render; its id."""
    plain = add_workflow(tx, "Plain", WORDS)
    graph = {"1": {"class_type": "Plain", "inputs": {"text": ""}}}
    workflows.update(tx, plain, WorkflowUpdate(graph=graph))
    shot = add_shot(tx, add_project(tx, ("keyframe", plain)))["id"]
    [told] = takes.request(tx, shot, TakeRequest(), DESK)
    take_id: int = json.loads(told)["id"]
    return take_id
