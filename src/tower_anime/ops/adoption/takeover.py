"""Writing the first service's rows into our tables, each with its first revision.

Ids stay. The rows are taken over in the order of their own times, so that the change log is in
that order too. A branch begins, and a project that is missing is made, with the first row that
names it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from tower_anime.characters.service import DOCUMENTS as CHARACTERS
from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import NOBODY, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.sql import Row, insertion
from tower_anime.core.text import nfc
from tower_anime.ops.adoption import rows
from tower_anime.ops.adoption.schema import COLUMNS
from tower_anime.ops.adoption.values import Oddity, OldRow, utc
from tower_anime.ops.tables import oddities
from tower_anime.projects.service import DOCUMENTS as PROJECTS
from tower_anime.story import scenes, shot_rows
from tower_anime.story.branches import DOCUMENTS as BRANCHES

FAR = 2**62  # ids go on counting below this, also where somebody wrote a larger one

_SUBJECTS = {"projects": "project", "characters": "character", "scenes": "scene"}
_INSERT = {
    documents.subject: insertion(documents.table, automatic_id=False)
    for documents in (PROJECTS, BRANCHES, CHARACTERS, scenes.DOCUMENTS)
}
_INSERT_ODDITY = insertion(oddities)


class Takeover:
    """Takes over the rows of tables that were set aside, within the caller's transaction."""

    def __init__(self, db: sqlite3.Connection, aside: dict[str, str]) -> None:
        self._db = db
        self._aside = aside
        self._tx = Transaction(db, "sqlite", NOBODY)
        self._now = self._tx.now
        self._projects: set[int] = set()
        self._homeless: int | None = None  # the project of rows that name none
        self._branches: dict[tuple[int, str], tuple[int, str]] = {}

    def run(self) -> None:
        """Take over every row, and go on counting where the first service stopped."""
        for row_id, *_ in self._read("projects", "id").fetchall():
            self._insert_project(self._old("projects", row_id))
        take = [self._log_project, self._take_character, self._take_scene]
        for at, rank, row_id in sorted(self._all()):
            self._tx.now = at
            take[rank](row_id)
        self._go_on_counting()

    def note(self, found: list[Oddity]) -> None:
        """Keep what was odd."""
        for oddity in found:
            self._tx.insert(_INSERT_ODDITY, oddity._asdict())

    def _all(self) -> Iterator[tuple[str, int, int]]:
        """When each row was changed last, the rank of its table, and its id."""
        for rank, table in enumerate(_SUBJECTS):
            for row_id, created, updated in self._read(table, "id, created_at, updated_at"):
                yield utc(updated) or utc(created) or self._now, rank, row_id

    def _read(self, table: str, columns: str, where: str = "") -> sqlite3.Cursor:
        return self._db.execute(f'SELECT {columns} FROM "{self._aside[table]}" {where}')  # noqa: S608

    def _old(self, table: str, row_id: int) -> OldRow:
        names = COLUMNS[table]
        query = f'SELECT {", ".join(names)} FROM "{self._aside[table]}" WHERE id = ?'  # noqa: S608
        cells = self._db.execute(query, (row_id,)).fetchone()
        return OldRow(_SUBJECTS[table], row_id, dict(zip(names, cells, strict=True)))

    def _insert(self, documents: Documents, row_id: int, row: Row) -> Row:
        nothing = dict.fromkeys(documents.table.columns.keys())
        whole = {**nothing, "revision": 0, **row, "id": row_id}
        self._tx.insert(_INSERT[documents.subject], whole)
        return whole

    def _insert_project(self, old: OldRow) -> None:
        row = {**rows.project(old), **rows.times(old, self._now)}
        self._insert(PROJECTS, old.row_id, row)
        self._projects.add(old.row_id)
        self.note(old.oddities)

    def _log_project(self, row_id: int) -> None:
        row = PROJECTS.find(self._tx, row_id)
        PROJECTS.revise(self._tx, row, "adopted", f"Project {row['name']} adopted")

    def _project_of(self, old: OldRow) -> int:
        """The project that a row names; made again where it is not there."""
        named = old.reference("project_id")
        if named is not None and named in self._projects:
            return named
        if named is not None and abs(named) < FAR:
            return self._recover(named, "It was gone, and characters or scenes name it.")
        if self._homeless is None:
            self._homeless = self._recover(self._unused(), "It is for what named no project.")
        old.odd("project_id", f"It named no project; it is in project {self._homeless} now.")
        return self._homeless

    def _recover(self, project_id: int, reason: str) -> int:
        times = {"created_at": self._tx.now, "updated_at": self._tx.now}
        self._insert(PROJECTS, project_id, {**rows.recovered_project(project_id), **times})
        self._projects.add(project_id)
        self._log_project(project_id)
        self.note([Oddity("project", project_id, "id", None, reason)])
        return project_id

    def _unused(self) -> int:
        """An id that no project has or had, as far as anything tells."""
        named = ["id FROM projects"]
        named += [f'project_id FROM "{self._aside[table]}"' for table in ("characters", "scenes")]
        ids = " UNION SELECT ".join(named)
        query = f"SELECT max(id) FROM (SELECT {ids}) WHERE typeof(id) = 'integer' AND id < ?"  # noqa: S608
        highest = self._db.execute(query, (FAR,)).fetchone()[0] or 0
        return max(highest, self._counted("projects"), 0) + 1

    def _take_character(self, row_id: int) -> None:
        old = self._old("characters", row_id)
        row = {**rows.character(old, self._project_of(old)), **rows.times(old, self._now)}
        text = f"{row['name']}: adopted at version {row['version']}"
        CHARACTERS.revise(self._tx, self._insert(CHARACTERS, row_id, row), "adopted", text)
        self.note(old.oddities)

    def _take_scene(self, row_id: int) -> None:
        """Write a scene with its shot, once: of scenes there may be a hundred thousand."""
        old = self._old("scenes", row_id)
        project_id = self._project_of(old)
        branch_id, branch_name = self._branch_of(old, project_id)
        row = {
            **rows.scene(old, project_id, branch_name),
            **rows.times(old, self._now),
            "id": row_id,
            "branch_id": branch_id,
            "episode": None,
            "workflow_id": None,
            "revision": 1,
            "deleted_at": None,
        }
        shown = scenes.compose(row)
        self._insert(scenes.DOCUMENTS, row_id, {**row, "shown": shown})
        first = {"shot_number": scenes.FIRST_SHOT_NUMBER, "position": 1.0}
        shot = shot_rows.compose(shot_rows.add(self._tx, row_id, first))
        text = f"Scene {row['scene_number']} adopted"
        change = Change("scene", row_id, "adopted", text, project_id, branch_id)
        change_id = changes.record(self._tx, change, revision=1)
        state = f'{shown[:-1]},"shots":[{shot}]}}'
        changes.keep(self._tx, change_id, "scene", row_id, 1, state)
        self.note(old.oddities)

    def _branch_of(self, old: OldRow, project_id: int) -> tuple[int, str]:
        """The branch of that name, from the first scene that names it; names compare in NFC."""
        name = old.words("branch_name", "main")
        key = project_id, nfc(name)
        if key not in self._branches:
            branch_id = BRANCHES.next_id(self._tx)
            row = {"project_id": project_id, "name": name, "name_key": nfc(name)}
            times = {"created_at": self._tx.now, "updated_at": self._tx.now}
            whole = self._insert(BRANCHES, branch_id, {**row, **times})
            BRANCHES.revise(self._tx, whole, "adopted", f"Branch {name} adopted")
            self._branches[key] = branch_id, name
        branch_id, spelled = self._branches[key]
        if spelled != name:
            old.odd("branch_name", f"It spells {spelled} otherwise; the branches are one now.")
        return branch_id, spelled

    def _go_on_counting(self) -> None:
        """No id is used again, as far as the first service remembered them."""
        for table in COLUMNS:
            query = f"SELECT max(id) FROM {table} WHERE id < ?"  # noqa: S608 - one of three names
            highest = self._db.execute(query, (FAR,)).fetchone()[0] or 0
            counted = max(highest, self._counted(table), 0)
            self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            self._db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, counted))

    def _counted(self, table: str) -> int:
        """The highest id that SQLite remembers of a table with AUTOINCREMENT, else 0."""
        query = "SELECT seq FROM sqlite_sequence WHERE name = ? AND typeof(seq) = 'integer'"
        found = self._db.execute(query, (self._aside[table],)).fetchone()
        return found[0] if found and found[0] < FAR else 0
