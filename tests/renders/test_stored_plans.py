"""Promises of stored plans: older ones compare as newer do, and no graph is told as a cause."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import bindparam

from tests.renders.approved_story import OTHER, Json, a_keyframe, paint, read, stale, texts, write
from tests.renders.comfyui.graphs import FILM
from tower_anime.core.database import Database, Transaction
from tower_anime.core.sql import Statement
from tower_anime.renders import provenance
from tower_anime.renders.manifest import Plan, canonical
from tower_anime.renders.tables import takes
from tower_anime.workflows import service as workflows
from tower_anime.workflows.schemas import WorkflowUpdate

_PLANS = Statement(takes.select().with_only_columns(takes.c.id, takes.c.plan))
_SET = Statement(
    takes.update().where(takes.c.id == bindparam("take")).values(plan=bindparam("told"))
)


def as_before(tx: Transaction) -> None:
    """Plans as they were stored when no hashes were in them."""
    for take_id, plan in tx.tuples(_PLANS):
        old = {name: part for name, part in json.loads(plan).items() if name != "hashes"}
        tx.run(_SET, take=take_id, told=canonical(old))


def change_workflow(db: Database, project: Json) -> None:
    graph = {**FILM, "4": {**FILM["4"], "class_type": "Other"}}
    write(db, workflows.update, project["workflow"], WorkflowUpdate(graph=graph))


def test_a_stored_plan_has_the_hashes_of_its_parts(db: Database) -> None:
    write(db, a_keyframe)
    [(_, told)] = db.read_now(lambda reader: reader.tuples(_PLANS))
    plan = json.loads(told)

    assert set(plan["hashes"]) == set(plan["parts"])
    assert Plan("comfyui", plan["parts"]).hashes == plan["hashes"]
    assert Plan.from_json(told).hashes == plan["hashes"]


@pytest.mark.parametrize("old", [False, True])
def test_a_new_picture_is_told_also_of_an_older_plan(db: Database, old: bool) -> None:
    project = write(db, a_keyframe)
    if old:
        write(db, as_before)

    before = texts(db, project)
    write(db, paint, project["hero"], OTHER)

    assert before == []
    assert texts(db, project) == ["Hero: version 2 → 3 (image)"]


@pytest.mark.parametrize("old", [False, True])
def test_a_changed_workflow_is_told_by_its_versions_and_not_by_its_graph(
    db: Database, old: bool
) -> None:
    project = write(db, a_keyframe)
    if old:
        write(db, as_before)

    change_workflow(db, project)

    [told] = stale(db, project)
    assert told["causes"] == [
        {
            "part": "workflow",
            "before": "Still, version 2",
            "after": "Still, version 3",
            "text": "workflow: Still, version 2 → Still, version 3",
        }
    ]


def test_provenance_does_not_tell_hashes(db: Database) -> None:
    write(db, a_keyframe)
    told = read(db.read_now(provenance.of_take, 1))

    assert sorted(told["plan"]) == ["engine", "labels", "parts", "sources"]
