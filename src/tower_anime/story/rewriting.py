"""Making a branch tell another story: the rows of its scenes and shots, under one change."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from tower_anime.core.database import Transaction
from tower_anime.core.sql import Row, Statement
from tower_anime.projects import service as projects
from tower_anime.story import content, scenes, shot_rows
from tower_anime.story.content import Fields, Story, scene_in
from tower_anime.story.scenes import DOCUMENTS
from tower_anime.story.tables import shots

s, h = scenes.s, shots.c

_SCENE = Statement(
    DOCUMENTS.select(*DOCUMENTS.columns).where(
        s.branch_id == bindparam("branch_id"), s.id == bindparam("id")
    )
)
_SHOT = Statement(
    select(*shots.columns)
    .select_from(shots.join(scenes.DOCUMENTS.table, h.scene_id == s.id))
    .where(h.lineage == bindparam("lineage"), s.branch_id == bindparam("branch_id"))
)


def rewrite(
    tx: Transaction,
    branch: Row,
    rows: dict[int, int],
    lineages: Iterable[int],
    story: Story,
    change_id: int,
) -> None:
    """Have these scenes of a branch be as in a story, each changed one as a new revision.

    `rows` are the ids of the branch's scenes by lineage. A scene that the story has not goes to the
    trash. All is a part of the change that is in the log already.
    """
    _Rewriting(tx, branch, story, change_id).run(rows, list(lineages))


class _Rewriting:
    """One story on its way into the rows of a branch."""

    def __init__(self, tx: Transaction, branch: Row, story: Story, change_id: int) -> None:
        self.tx = tx
        self.branch = branch
        self.story = story
        self.change_id = change_id
        settings = projects.settings_of(projects.find(tx, branch["project_id"]))
        self.stages = [stage.name for stage in settings.stages]
        self.touched: set[int] = set()  # scenes of which a shot is another now, by their ids

    def run(self, rows: dict[int, int], lineages: list[int]) -> None:
        there = {lineage: self._row(rows[lineage]) for lineage in lineages if lineage in rows}
        for lineage in lineages:
            if lineage in self.story.scenes and lineage not in there:
                there[lineage] = self._begun(lineage)
        self._write_shots({lineage: row["id"] for lineage, row in there.items()})
        for lineage, row in there.items():
            self._write_scene(row, self.story.scenes.get(lineage))
        for scene_id in sorted(self.touched - {row["id"] for row in there.values()}):
            DOCUMENTS.put(self.tx, self._row(scene_id), self.change_id)  # a shot has left it

    def _row(self, scene_id: int) -> Row:
        return self.tx.rows(_SCENE, branch_id=self.branch["id"], id=scene_id)[0]

    def _begun(self, lineage: int) -> Row:
        """A new row for a scene that the branch has not; what it tells is written after its shots.

        Raises nothing: whatever the story has, a branch can have.
        """
        scene_id = DOCUMENTS.next_id(self.tx)
        row = {
            "id": scene_id,
            "project_id": self.branch["project_id"],
            "branch_id": self.branch["id"],
            "branch_name": self.branch["name"],
            "lineage": lineage,
            "video_path": None,
            **content.scene_columns(self.story.scenes[lineage]),
        }
        DOCUMENTS.insert(self.tx, row)
        self.touched.add(scene_id)
        return self._row(scene_id)

    # --- shots

    def _write_shots(self, scene_ids: dict[int, int]) -> None:
        there = {
            shot["lineage"]: shot
            for scene_id in scene_ids.values()
            for shot in shot_rows.all_of(self.tx, scene_id)
        }
        for lineage, fields in self.story.shots.items():
            if scene_in(fields) in scene_ids:
                row = there.pop(lineage, None) or self._elsewhere(lineage)
                self._write_shot(row, lineage, fields, scene_ids[scene_in(fields)])
        kept = {scene_ids[lineage] for lineage in scene_ids if lineage in self.story.scenes}
        for row in there.values():
            if row["scene_id"] in kept and row["deleted_at"] is None:
                self._revise(row, {"deleted_at": self.tx.now})

    def _elsewhere(self, lineage: int) -> Row | None:
        """The shot's row in another scene of the branch: it was moved, and that is in the trash."""
        found = self.tx.rows(_SHOT, lineage=lineage, branch_id=self.branch["id"])
        return found[0] if found else None

    def _write_shot(self, row: Row | None, lineage: int, fields: Fields, scene_id: int) -> None:
        values = {**content.shot_columns(fields), "scene_id": scene_id, "deleted_at": None}
        values["approved_take_id"] = shot_rows.furthest_approved(
            content.stages_of(fields), self.stages
        )
        if row is None:
            shot_rows.add(self.tx, scene_id, {**values, "lineage": lineage})
            self.touched.add(scene_id)
        else:
            self._revise(row, values)

    def _revise(self, row: Row, values: Row) -> None:
        new = shot_rows.revise(self.tx, row, values)
        if new is not row:
            self.touched |= {row["scene_id"], new["scene_id"]}

    # --- scenes

    def _write_scene(self, row: Row, fields: Fields | None) -> None:
        if fields is None:
            if row["deleted_at"] is None:
                DOCUMENTS.put(self.tx, {**row, "deleted_at": self.tx.now}, self.change_id)
            return
        new = {**row, **content.scene_columns(fields), "deleted_at": None}
        if not new["video_pinned"]:
            new["video_path"] = shot_rows.video_path(self.tx, row["id"])
        if new != row or row["id"] in self.touched:
            DOCUMENTS.put(self.tx, new, self.change_id)
