"""The memory of what is stale is never wrong, whatever happens to a story."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam

from tests.renders.approved_story import (
    KEYFRAME,
    OTHER,
    PICTURE,
    PROBED,
    VIDEO,
    Json,
    add_hero,
    add_project,
    add_shot,
    add_workflow,
    approve,
    change_hero,
    change_shot,
    paint,
    read,
    stale,
    write,
)
from tests.renders.comfyui.graphs import FILM
from tests.renders.plain_staleness import plainly
from tower_anime.characters import service as characters
from tower_anime.core.changes import changes
from tower_anime.core.database import Database, Transaction
from tower_anime.core.errors import NotFound, TowerError
from tower_anime.core.sql import Statement
from tower_anime.media import service as media
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectUpdate
from tower_anime.renders import takes
from tower_anime.renders.staleness import Memory
from tower_anime.story import branches, forking, merging, reverting, scenes, shots
from tower_anime.story.branch_schemas import BranchCreate, MergeRequest, RevertRequest
from tower_anime.story.schemas import SceneUpdate, ShotCreate
from tower_anime.story.tables import scenes as scene_table
from tower_anime.story.tables import shots as shot_table
from tower_anime.undo import service as undoing
from tower_anime.workflows import service as workflows
from tower_anime.workflows.schemas import Bindings, WorkflowUpdate

BRANCHES = ("main", "alt")
STAGES = ("keyframe", "video")
WORDS = ("", "A roof", "A cellar")

_SHOTS = Statement(
    shot_table.select()
    .with_only_columns(shot_table.c.id)
    .join(scene_table, shot_table.c.scene_id == scene_table.c.id)
    .where(scene_table.c.project_id == bindparam("project_id"))
    .order_by(shot_table.c.id)
)


class Story:
    """A project with two stages and two branches, and how things happen to it."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.memory = Memory()
        write(db, self._begin)
        self.begun = self._changes()

    def _begin(self, tx: Transaction) -> None:
        for medium in (PICTURE, OTHER):
            media.add(tx, medium, 1, PROBED, None)
        self.still = add_workflow(tx, "Still", KEYFRAME)
        self.film = add_workflow(tx, "Film", VIDEO)
        self.project = add_project(tx, ("keyframe", self.still), ("video", self.film))
        self.hero = add_hero(tx, self.project)
        shots_made = [add_shot(tx, self.project, number) for number in (1, 2, 3)]
        beside = shots.create(tx, shots_made[0]["scene_id"], ShotCreate(description="A bridge"))
        shots_made.append(read(beside))
        goes_on = {"first_frame": {"shot": "previous", "frame": "last"}}
        change_shot(tx, shots_made[1]["id"], inputs=goes_on)
        change_shot(tx, shots_made[2]["id"], cast={"Hero": {"version": 1}})
        for shot in shots_made:
            approve(tx, shot["id"], "keyframe")
            approve(tx, shot["id"], "video")
        new = BranchCreate.model_validate({"name": "alt", "from": "main"})
        forking.fork(tx, self.project["id"], new)

    def _changes(self) -> list[int]:
        query = changes.select().with_only_columns(changes.c.id).order_by(changes.c.id)
        found: list[int] = self.db.read_now(lambda reader: reader.column(Statement(query)))
        return found

    def all_shots(self, tx: Transaction) -> list[int]:
        found: list[int] = tx.column(_SHOTS, project_id=self.project["id"])
        return found

    def happens(self, what: str, which: int, value: int) -> None:
        """One of the things that people do; what cannot be done then is refused, and is nothing."""
        with suppress(TowerError):
            write(self.db, HAPPENINGS[what], self, which, value)

    def require_right(self) -> None:
        """What is remembered is what a first look finds, and that is what each shot says alone."""
        for branch in BRANCHES:
            first = self._told(branch, Memory())
            assert self._told(branch, self.memory) == first
            if first is not None:
                texts = [
                    (one["shot_id"], one["stage"], [cause["text"] for cause in one["causes"]])
                    for one in first
                ]
                assert texts == self.db.read_now(plainly, self.project, branch)

    def _told(self, branch: str, memory: Memory) -> list[Json] | None:
        try:
            return stale(self.db, self.project, branch, memory)
        except NotFound:  # the fork was undone
            return None


Happening = Callable[[Transaction, Story, int, int], object]


def _one(there: list[int], which: int) -> int:
    return there[which % len(there)]


def _shot(tx: Transaction, story: Story, which: int) -> int:
    return _one(story.all_shots(tx), which)


def _scene_of(tx: Transaction, story: Story, which: int) -> int:
    scene_id: int = shots.find(tx, _shot(tx, story, which))["scene_id"]
    return scene_id


def _change_shot(tx: Transaction, story: Story, which: int, value: int) -> None:
    fields: list[Json] = [
        {"description": WORDS[value % 3]},
        {"duration": 1.0 + value % 2},
        {"camera": WORDS[value % 3]},
        {"cast": {"Hero": {"version": 1 + value % 3}}},
        {"cast": {}},
        {"inputs": {"first_frame": {"media_id": OTHER}}},
        {"inputs": {}},
        {"stages": {"video": {"engine": ("animatic", "comfyui")[value % 2]}}},
    ]
    change_shot(tx, _shot(tx, story, which), **fields[value % len(fields)])


def _change_scene(tx: Transaction, story: Story, which: int, value: int) -> None:
    fields: list[Json] = [
        {"description": WORDS[1 + value % 2]},
        {"characters": [[], ["Hero"], ["Villain", "Hero"]][value % 3]},
        {"scene_number": 1 + value},
    ]
    change = SceneUpdate.model_validate(fields[value % len(fields)])
    scenes.update(tx, _scene_of(tx, story, which), change)


def _change_project(tx: Transaction, story: Story, _which: int, value: int) -> None:
    stages = story.project["settings"]["stages"]
    settings_ = [
        {"style": {"prompt": WORDS[value % 3]}},
        {"stages": stages[: 1 + value % 2]},
        {"stages": stages},
        {"fps": "12/1"},
    ]
    change = ProjectUpdate.model_validate({"settings": settings_[value % len(settings_)]})
    projects.update(tx, story.project["id"], change)


def _change_workflow(tx: Transaction, story: Story, which: int, value: int) -> None:
    workflow_id = (story.still, story.film)[which % 2]
    if value % 3 == 0:
        bound = (KEYFRAME, VIDEO)[value % 2]
        workflows.bind(tx, workflow_id, Bindings.model_validate(bound))
    else:
        graph = {**FILM, "4": {**FILM["4"], "class_type": ("Sampler", "Other")[value % 2]}}
        workflows.update(tx, workflow_id, WorkflowUpdate(graph=graph))


def _undo(tx: Transaction, story: Story, which: int, _value: int) -> None:
    query = changes.select().with_only_columns(changes.c.id).order_by(changes.c.id.desc())
    newest = tx.column(Statement(query))[: 1 + which % 3]
    undoing.undo(tx, newest[-1])


def _revert(tx: Transaction, story: Story, which: int, value: int) -> None:
    branch = branches.named(tx, story.project["id"], BRANCHES[value % 2])
    to = _one(story.begun[-6:], which)
    reverting.revert(tx, branch["id"], RevertRequest(to=to))


def _merge(tx: Transaction, story: Story, _which: int, value: int) -> None:
    ours, theirs = (BRANCHES, BRANCHES[::-1])[value % 2]
    branch = branches.named(tx, story.project["id"], ours)
    merging.merge_in(tx, branch["id"], MergeRequest(source=theirs))


HAPPENINGS: dict[str, Happening] = {
    "shot": _change_shot,
    "scene": _change_scene,
    "project": _change_project,
    "workflow": _change_workflow,
    "undo": _undo,
    "revert": _revert,
    "merge": _merge,
    "painted": lambda tx, story, _n, value: paint(tx, story.hero, (PICTURE, OTHER)[value % 2]),
    "hero": lambda tx, story, _n, value: change_hero(tx, story.hero, prompt=WORDS[value % 3]),
    "hero gone": lambda tx, story, _n, _v: characters.trash(tx, story.hero),
    "hero back": lambda tx, story, _n, _v: characters.restore(tx, story.hero),
    "version back": lambda tx, story, _n, value: characters.restore_version(
        tx, story.hero, 1 + value % 2
    ),
    "approved": lambda tx, story, which, value: approve(
        tx,
        _shot(tx, story, which),
        ("keyframe", "video")[value % 2],
        (PICTURE, OTHER)[value % 3 % 2],
    ),
    "withdrawn": lambda tx, story, which, value: takes.withdraw(
        tx, _shot(tx, story, which), STAGES[value % 2]
    ),
    "shot gone": lambda tx, story, which, _v: shots.trash(tx, _shot(tx, story, which)),
    "shot back": lambda tx, story, which, _v: shots.restore(tx, _shot(tx, story, which)),
    "scene gone": lambda tx, story, which, _v: scenes.trash(tx, _scene_of(tx, story, which)),
    "workflow gone": lambda tx, story, which, _v: workflows.trash(
        tx, (story.still, story.film)[which % 2]
    ),
    "workflow back": lambda tx, story, which, _v: workflows.restore(
        tx, (story.still, story.film)[which % 2]
    ),
}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.integers(0, 11), st.integers(0, 11)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_what_is_remembered_is_what_would_be_found(
    db: Database, steps: list[tuple[str, int, int]]
) -> None:
    story = Story(db)
    story.require_right()
    for step in steps:
        story.happens(*step)
        story.require_right()


@pytest.mark.parametrize("what", sorted(HAPPENINGS))
def test_each_happening_can_happen(db: Database, what: str) -> None:
    """None of them is refused always, so that the property above is about something."""
    story = Story(db)
    if what == "version back":
        write(db, paint, story.hero, OTHER)
    elif what.endswith("back"):
        write(db, HAPPENINGS[what.replace("back", "gone")], story, 0, 0)
    elif what in {"merge", "undo"}:
        write(db, HAPPENINGS["hero" if what == "undo" else "shot"], story, 0, 0)

    write(db, HAPPENINGS[what], story, -1 if what == "revert" else 0, 1)

    story.require_right()


def test_a_workflow_that_is_gone_with_its_project_is_not_remembered(db: Database) -> None:
    """A shot may use a workflow that is another project's."""

    def begin(tx: Transaction) -> tuple[Json, Json]:
        other = add_project(tx, ("keyframe", None))
        workflow_id = add_workflow(tx, "Theirs", KEYFRAME, other["id"])
        project = add_project(tx, ("keyframe", workflow_id))
        approve(tx, add_shot(tx, project)["id"], "keyframe")
        return project, other

    project, other = write(db, begin)
    memory = Memory()
    assert stale(db, project, "main", memory) == []

    write(db, projects.trash, other["id"])
    gone = stale(db, project, "main", memory)
    write(db, projects.restore, other["id"])

    assert [cause["text"] for one in gone for cause in one["causes"]] == ["Workflow not found"]
    assert stale(db, project, "main", memory) == []


def test_a_finding_is_remembered_until_its_key_is_another(db: Database) -> None:
    story = Story(db)
    place: Any = (1, "video")
    stale(db, story.project, "main", story.memory)
    known = dict(story.memory._known)

    assert story.memory.recall({place: known[place][0]}) == {place: known[place][1]}
    assert story.memory.recall({place: "another"}) == {}
    assert story.memory.recall({(999, "video"): known[place][0]}) == {}
