"""Properties of branches in a database: whatever several people do to several branches.

Run them by hand for longer: `TOWER_TEST_PRODUCTIONS=1000 pytest tests/property`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tower_anime.core import feed
from tower_anime.core.changes import changes, revisions
from tower_anime.core.database import Database, write_now
from tower_anime.core.errors import Conflict, NotFound, Unprocessable, Unresolved
from tower_anime.core.paging import Page
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Row, Statement
from tower_anime.ops.replay import rows_unlike_the_log
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import (
    branches,
    forking,
    history,
    merging,
    points,
    reverting,
    scenes,
    shot_rows,
    shots,
)
from tower_anime.story.branch_schemas import BranchCreate, MergeRequest, RevertRequest
from tower_anime.story.content import VIDEO_PATH, Story
from tower_anime.story.schemas import SceneCreate, SceneUpdate, ShotCreate, ShotUpdate
from tower_anime.undo import service as undoing

PRODUCTIONS = int(os.environ.get("TOWER_TEST_PRODUCTIONS", "50"))
WORDS = ("rain", "snow", "雨", "")

_REVISIONS = Statement(
    revisions.select().order_by(revisions.c.subject, revisions.c.subject_id, revisions.c.revision)
)
_CHANGES = Statement(changes.select().order_by(changes.c.id))

# What somebody does: a verb, and three numbers that choose what to do it to.
Deed = tuple[str, int, int, int]


class Production:
    """One project in a database, and people at work on its branches."""

    def __init__(self, db: Database) -> None:
        self.db = db
        made = write_now(db, projects.create, ProjectCreate(name="P"))
        self.project_id: int = json.loads(made.json)["id"]
        self.create_scene(0, 1, 0)
        self.create_scene(0, 2, 1)

    # --- what is there

    def read(self, query: Callable[..., Any], *args: Any) -> Any:  # any query
        return self.db.read_now(query, *args)

    def write(self, command: Callable[..., Any], *args: Any) -> Any:  # any command
        return write_now(self.db, command, *args)

    def branches(self) -> list[Row]:
        found = self.read(branches.listed, Page(100), self.project_id, False)
        return [json.loads(document) for document in found.documents]

    def branch(self, n: int) -> Row:
        there = self.branches()
        if not there:
            raise NotFound("Branch not found")
        return there[n % len(there)]

    def scene(self, n: int, m: int) -> Row | None:
        there = self.read(scenes.in_order, self.branch(n)["id"])
        return there[m % len(there)] if there else None

    def shot(self, n: int, m: int) -> Row | None:
        scene = self.scene(n, m)
        there = self.read(shot_rows.live, scene["id"]) if scene else []
        return there[m % len(there)] if there else None

    def told(self, branch_id: int, at: int = history.NOW) -> Story:
        def story(reader: Any) -> Story:  # a reader
            there = history.standings(reader, branch_id, at)
            return history.story(reader, there, there)

        found: Story = self.read(story)
        return found

    def newest(self) -> int:
        newest: int = self.read(feed.newest)
        return newest

    # --- what people do

    def create_scene(self, n: int, m: int, k: int) -> None:
        there = self.branches()
        name = there[n % len(there)]["name"] if there else "main"
        new = SceneCreate(
            project_id=self.project_id,
            branch_name=name,
            scene_number=m % 4,
            description=WORDS[k % 4],
        )
        self.write(scenes.create, new)

    def edit_scene(self, n: int, m: int, k: int) -> None:
        if scene := self.scene(n, m):
            change = ({"description": WORDS[k % 4]}, {"status": WORDS[k % 3]}, {"episode": k % 2})
            self.write(scenes.update, scene["id"], SceneUpdate(**change[k % 3]))

    def move_scene(self, n: int, m: int, k: int) -> None:
        if scene := self.scene(n, m):
            self.write(scenes.update, scene["id"], SceneUpdate(scene_number=k % 5))

    def delete_scene(self, n: int, m: int, _: int) -> None:
        if scene := self.scene(n, m):
            self.write(scenes.trash, scene["id"])

    def create_shot(self, n: int, m: int, k: int) -> None:
        if scene := self.scene(n, m):
            lines = [{"line": WORDS[k % 3]}] * (k % 3)
            new = ShotCreate.model_validate({"description": WORDS[k % 4], "dialogue": lines})
            self.write(shots.create, scene["id"], new)

    def edit_shot(self, n: int, m: int, k: int) -> None:
        if shot := self.shot(n, m):
            lines = json.loads(shot["dialogue"])
            change = (
                {"camera": WORDS[k % 4]},
                {"seed": k},
                {"dialogue": [*lines[k % 2 :], {"line": WORDS[k % 4]}]},
                {"cast": {"Hero": {"look": WORDS[k % 3]}}},
            )
            self.write(shots.update, shot["id"], ShotUpdate.model_validate(change[k % 4]))

    def move_shot(self, n: int, m: int, k: int) -> None:
        shot, scene = self.shot(n, m), self.scene(n, k)
        if shot and scene:
            self.write(shots.update, shot["id"], ShotUpdate(scene_id=scene["id"]))

    def delete_shot(self, n: int, m: int, _: int) -> None:
        if shot := self.shot(n, m):
            self.write(shots.trash, shot["id"])

    def fork(self, n: int, _: int, k: int) -> None:
        source = self.branch(n)
        at = self.newest() - k % 3 if k % 2 else source["name"]
        new = BranchCreate.model_validate({"name": f"b{self.newest()}", "from": at})
        fork = json.loads(self.write(forking.fork, self.project_id, new).json)
        source_then = self.told(fork["parent_id"], fork["forked_at"])
        assert self.told(fork["id"]) == source_then
        sides = fork["parent_id"], fork["id"], fork["forked_at"], None
        compared = self.read(merging.compare, *sides)
        assert json.loads(compared.json)["scenes"] == []

    def merge(self, n: int, m: int, k: int) -> None:
        target, source = self.branch(n), self.branch(m)
        choice = ("ours", "theirs")[k % 2]
        self._merge(target, source, choice)
        again = self.read(merging.preview, target["id"], MergeRequest(source=source["id"]))
        assert json.loads(again.json)["changes"] == []
        if k % 3 == 0:
            assert self._merge(source, target, choice) == []
            assert _unpinned(self.told(source["id"])) == _unpinned(self.told(target["id"]))

    def _merge(self, target: Row, source: Row, choice: str) -> list[str]:
        """Merge, each conflict resolved by one choice; the conflicts that there were."""
        resolutions: dict[str, str] = {}
        while True:
            before = self.told(target["id"])
            asked = MergeRequest.model_validate(
                {"source": source["id"], "resolutions": resolutions}
            )
            try:
                self.write(merging.merge_in, target["id"], asked)
            except Unresolved as refused:
                assert self.told(target["id"]) == before
                found: Any = refused.members["conflicts"]
                assert any(one["id"] not in resolutions for one in found)
                resolutions |= {one["id"]: choice for one in found}
            else:
                return [*resolutions]

    def revert(self, n: int, _: int, k: int) -> None:
        branch = self.branch(n)
        name = f"t{self.newest()}"
        self.write(points.tag, branch["id"], name, self.newest() - k % 4)
        [tagged] = [
            json.loads(document)["change_id"]
            for document in self.read(points.tagged, Page(1000), branch["id"]).documents
            if json.loads(document)["name"] == name
        ]
        then = self.told(branch["id"], tagged)
        self.write(reverting.revert, branch["id"], RevertRequest(to=name))
        assert self.told(branch["id"]) == then

    def undo(self, *_: int) -> None:
        newest = self.newest()
        before = {branch["id"]: self.told(branch["id"], newest - 1) for branch in self.branches()}
        self.write(undoing.undo, newest)
        for branch in self.branches():  # but one that the change began, and that is gone
            if branch["id"] in before:
                assert self.told(branch["id"]) == before[branch["id"]]

    def undo_earlier(self, _n: int, _m: int, k: int) -> None:
        self.write(undoing.undo, max(self.newest() - k % 6, 1))

    def do(self, deed: Deed) -> None:
        """One deed; a refusal with a sentence is an answer too."""
        verb, *numbers = deed
        try:
            getattr(self, verb)(*numbers)
        except (Conflict, NotFound, Unprocessable):
            return

    def require_whole(self) -> None:
        """The log replays to the tables; revisions count by one, each with its change."""
        settings = Settings(data_dir="unused")
        assert list(self.read(rows_unlike_the_log, settings)) == []
        known = {row["id"] for row in self.read(lambda reader: reader.rows(_CHANGES))}
        counts: dict[tuple[str, int], int] = {}
        for row in self.read(lambda reader: reader.rows(_REVISIONS)):
            subject = (row["subject"], row["subject_id"])
            counts[subject] = counts.get(subject, 0) + 1
            assert row["revision"] == counts[subject]
            assert row["change_id"] in known


def _unpinned(story: Story) -> Story:
    without = {
        lineage: {n: v for n, v in fields.items() if n != VIDEO_PATH}
        for lineage, fields in story.scenes.items()
    }
    return Story(without, story.shots)


VERBS = (
    *("create_scene", "edit_scene", "edit_scene", "move_scene", "delete_scene"),
    *("create_shot", "edit_shot", "edit_shot", "move_shot", "delete_shot"),
    *("fork", "fork", "merge", "merge", "merge", "revert", "undo", "undo_earlier"),
)
numbers = st.integers(0, 11)
deeds = st.lists(st.tuples(st.sampled_from(VERBS), numbers, numbers, numbers), max_size=30)


@pytest.fixture(scope="module")
def productions(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database for all productions: each is a project of its own."""
    from tower_anime.core.opening import open_database

    url = request.getfixturevalue("new_postgresql")() if dialect == "postgresql" else None
    settings = Settings(data_dir=tmp_path_factory.mktemp("stories"), database_url=url)
    database = open_database(settings)
    yield database
    database.close()


@settings(
    max_examples=PRODUCTIONS,
    deadline=None,
    database=None,
    derandomize="TOWER_TEST_PRODUCTIONS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(done=deeds)
def test_whatever_people_do_branches_keep_their_promises(
    productions: Database, done: list[Deed]
) -> None:
    production = Production(productions)
    for deed in done:
        production.do(deed)
    production.require_whole()
