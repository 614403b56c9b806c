"""Promises of tower_anime.renders.staleness: the causes that are told, and when nothing is."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import bindparam

from tests.renders.approved_story import (
    KEYFRAME,
    OTHER,
    PICTURE,
    Json,
    a_keyframe,
    approve,
    change_hero,
    change_shot,
    paint,
    read,
    staged,
    stale,
    take_of,
    texts,
    write,
)
from tests.support.rendering import DESK
from tower_anime.core.database import Database, Transaction
from tower_anime.core.sql import Statement
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectUpdate
from tower_anime.renders import takes
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.tables import takes as table
from tower_anime.story import forking, scenes, shots
from tower_anime.story.branch_schemas import BranchCreate
from tower_anime.story.schemas import SceneUpdate
from tower_anime.workflows import service as workflows
from tower_anime.workflows.schemas import Bindings, WorkflowUpdate

_AS_UPLOADED = Statement(
    table.update()
    .where(table.c.id == bindparam("take"))
    .values(engine="upload", digest=None, plan=None)
)


# --- causes


def test_nothing_is_stale_of_what_was_just_approved(db: Database) -> None:
    assert texts(db, write(db, a_keyframe)) == []
    assert texts(db, write(db, staged)) == []


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"description": "A cellar"}, "description"),
        ({"camera": "pan"}, "camera"),
    ],
)
def test_a_changed_piece_of_the_prompt_is_told_and_back_is_not_stale(
    db: Database, fields: Json, text: str
) -> None:
    project = write(db, a_keyframe)

    write(db, change_shot, project["shot"], **fields)
    changed = texts(db, project)
    write(db, change_shot, project["shot"], **dict.fromkeys(fields, ""))

    assert changed == [text]
    assert texts(db, project) == []


def test_another_picture_is_told_with_both_versions(db: Database) -> None:
    project = write(db, a_keyframe)

    write(db, paint, project["hero"], OTHER)
    changed = stale(db, project)
    write(db, paint, project["hero"], PICTURE)

    [cause] = changed[0]["causes"]
    assert cause == {
        "part": "character:Hero",
        "before": PICTURE,
        "after": OTHER,
        "text": "Hero: version 2 → 3 (image)",
    }
    assert texts(db, project) == []  # though it is version 4 by now


def test_a_version_that_changed_what_is_not_bound_is_not_stale(db: Database) -> None:
    project = write(db, a_keyframe)

    write(db, change_hero, project["hero"], description="Older", negative_prompt="long hair")

    assert texts(db, project) == []


def test_each_piece_of_a_version_is_a_cause(db: Database) -> None:
    project = write(db, a_keyframe)

    write(db, change_hero, project["hero"], prompt="blue hair", loras=[{"name": "ink"}])

    assert texts(db, project) == ["Hero: LoRA added", "Hero: version 2 → 3 (prompt)"]


def test_the_style_is_a_cause(db: Database) -> None:
    project = write(db, a_keyframe)
    settings = {**project["settings"], "style": {"prompt": "ink"}}

    change = ProjectUpdate.model_validate({"settings": settings})
    write(db, projects.update, project["id"], change)

    assert texts(db, project) == ["style: prompt added"]


def test_another_graph_is_told_by_the_workflows_versions(db: Database) -> None:
    project = write(db, a_keyframe)
    graph = read(db.read_now(workflows.get, project["workflow"]))["graph"]
    other = {**graph, "4": {**graph["4"], "class_type": "OtherSampler"}}

    write(db, workflows.update, project["workflow"], WorkflowUpdate(graph=other))
    changed = texts(db, project)
    write(db, workflows.update, project["workflow"], WorkflowUpdate(graph=graph))

    assert changed == ["workflow: Still, version 2 → Still, version 3"]
    assert texts(db, project) == []


def test_another_name_or_title_of_a_workflow_is_not_stale(db: Database) -> None:
    project = write(db, a_keyframe)
    graph = read(db.read_now(workflows.get, project["workflow"]))["graph"]
    titled = {**graph, "4": {**graph["4"], "_meta": {"title": "Paint"}}}

    write(db, workflows.update, project["workflow"], WorkflowUpdate(name="New", graph=titled))

    assert texts(db, project) == []


def test_bindings_are_a_cause(db: Database) -> None:
    project = write(db, a_keyframe)
    fewer = {name: places for name, places in KEYFRAME.items() if name != "lora:1"}

    write(db, workflows.bind, project["workflow"], Bindings.model_validate(fewer))

    assert texts(db, project) == [
        "lora:1: gone",
        "workflow: Still, version 2 → Still, version 3",
    ]


def test_a_workflow_in_the_trash_is_a_cause(db: Database) -> None:
    project = write(db, a_keyframe)

    write(db, workflows.trash, project["workflow"])
    gone = texts(db, project)
    write(db, workflows.restore, project["workflow"])

    assert gone == ["Workflow not found"]
    assert texts(db, project) == []


def test_another_engine_is_the_only_cause(db: Database) -> None:
    project = write(db, a_keyframe)

    write(db, change_shot, project["shot"], stages={"keyframe": {"engine": "animatic"}})

    assert texts(db, project) == ["engine: comfyui → animatic"]


def test_the_cast_of_a_scene_is_a_cause(db: Database) -> None:
    project = write(db, a_keyframe)
    scene_id = read(db.read_now(shots.get, project["shot"]))["scene_id"]

    write(db, scenes.update, scene_id, SceneUpdate(characters=[]))

    assert texts(db, project) == ["Hero: image gone", "Hero: prompt gone"]


# --- when nothing is told


def test_nothing_is_told_while_a_take_of_it_is_on_its_way(db: Database) -> None:
    project = write(db, a_keyframe)
    write(db, change_shot, project["shot"], camera="pan")

    [made] = write(db, takes.request, project["shot"], TakeRequest(), DESK)
    meanwhile = texts(db, project)
    write(db, takes.cancel, json.loads(made)["id"])

    assert meanwhile == []
    assert texts(db, project) == ["camera"]


def test_an_uploaded_take_is_never_stale(db: Database) -> None:
    project = write(db, a_keyframe)

    def upload(tx: Transaction) -> None:
        take_id = take_of(tx, project["shot"], "keyframe")
        tx.run(_AS_UPLOADED, take=take_id)
        shots.set_approval(tx, project["shot"], "keyframe", take_id, OTHER)

    write(db, upload)
    write(db, change_shot, project["shot"], camera="pan", description="A cellar")

    assert texts(db, project) == []


def test_a_shot_without_an_approved_take_is_not_stale(db: Database) -> None:
    project = write(db, a_keyframe)
    write(db, change_shot, project["shot"], camera="pan")

    write(db, takes.withdraw, project["shot"], "keyframe")

    assert texts(db, project) == []


def test_a_branch_has_its_own_approvals(db: Database) -> None:
    project = write(db, a_keyframe)
    new = BranchCreate.model_validate({"name": "alt", "from": "main"})
    write(db, forking.fork, project["id"], new)

    write(db, change_shot, project["shot"], camera="pan")
    write(db, approve, project["shot"], "keyframe")

    assert texts(db, project) == []
    assert texts(db, project, "alt") == []
    write(db, paint, project["hero"], OTHER)
    assert texts(db, project) == ["Hero: version 2 → 3 (image)"]
    assert texts(db, project, "alt") == ["Hero: version 2 → 3 (image)"]
