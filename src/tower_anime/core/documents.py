"""Rows with a history: found, shown as JSON, changed, put in the trash and restored.

What a project, a character, a scene and a cut have in common: a revision that counts their
changes, an entry in the change log and a kept state for each, and a mark instead of a deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, Table, bindparam, select, true

from tower_anime.core import changes
from tower_anime.core.changes import Change
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import Conflict, NotFound
from tower_anime.core.sql import Row, Statement, Value, insertion, json_row, json_text, replacement
from tower_anime.core.text import dump


class Added(NamedTuple):
    """A new row: its id, and the JSON that callers see."""

    row_id: int
    shown: str


class Documents:
    """The rows of one table, and how they are shown.

    `shape` is the JSON that callers see: names and the expressions behind them. `source` joins
    what the shape needs; `parents_live` holds while no parent is in the trash. `place` tells a
    row's project and branch for the change log, `title` its name for a person, and `state` the
    JSON that its revisions keep, where that is more than what callers see.

    A table with a column `shown` keeps that JSON beside its columns, and each change writes it
    anew: a list is read four times as fast so (59 µs for 100 scenes, where building takes 270).
    """

    def __init__(
        self,
        table: Table,
        subject: str,
        shape: Mapping[str, ColumnElement[Value]],
        *,
        source: FromClause | None = None,
        parents_live: ColumnElement[bool] | None = None,
        place: Callable[[Row], tuple[int | None, int | None]],
        title: Callable[[Row], str],
        state: Callable[[Reader, int, str], str] = lambda _reader, _row_id, shown: shown,
    ) -> None:
        self.table = table
        self.subject = subject
        self.built = json_text(json_row(**shape))
        self._keeps = "shown" in table.c
        self.json: ColumnElement[str] = table.c.shown if self._keeps else self.built
        self.source = table if source is None else source
        self.live = table.c.deleted_at.is_(None) & (
            true() if parents_live is None else parents_live
        )
        self._place = place
        self._title = title
        self._state = state
        one = table.c.id == bindparam("id")
        self._show = Statement(self.select(self.json).where(one))
        self._show_live = Statement(self.select(self.json).where(one, self.live))
        self._keep = Statement(
            table.update()
            .where(one)
            .values({"shown": self.built} if self._keeps else {"id": table.c.id})
            .returning(self.json)
        )
        self._row = Statement(self.select(*table.columns).where(one))
        self._row_live = Statement(self.select(*table.columns).where(one, self.live))
        self._insert = insertion(table)
        self._replace = replacement(table)

    def select(self, *columns: ColumnElement[Value]) -> Select[tuple[Value, ...]]:
        """A SELECT from the table and what is joined to it."""
        return select(*columns).select_from(self.source)

    def _not_found(self) -> NotFound:
        return NotFound(f"{self.subject.capitalize()} not found")

    def find(self, reader: Reader, row_id: int) -> Row:
        """The row by its columns' names. Raises `NotFound`, also for what is in the trash."""
        row = reader.row(self._row_live, id=row_id)
        if row is None:
            raise self._not_found()
        return row

    def get(self, reader: Reader, row_id: int) -> str:
        """The row as callers see it. Raises `NotFound`."""
        document: str | None = reader.value(self._show_live, id=row_id)
        if document is None:
            raise self._not_found()
        return document

    def show(self, reader: Reader, row_id: int) -> str:
        """The row as callers see it, also from the trash."""
        document: str = reader.value(self._show, id=row_id)
        return document

    def refresh(self, tx: Transaction, row_id: int) -> str:
        """The row as callers see it, after its columns were written."""
        shown: str = tx.value(self._keep if self._keeps else self._show, id=row_id)
        return shown

    def add(
        self,
        tx: Transaction,
        row: Row,
        text: str,
        *,
        complete: Callable[[Transaction, int], None] = lambda _tx, _row_id: None,
    ) -> Added:
        """Insert a row with its first revision; its id, and the row as callers see it.

        `row` names each column but the usual ones. `complete` adds what belongs to the row's
        first state, and needs its id.
        """
        row = {
            **row,
            "created_at": tx.now,
            "updated_at": tx.now,
            "revision": 1,
            "deleted_at": None,
            **({"shown": ""} if self._keeps else {}),
        }
        row_id: int = tx.insert(self._insert, row)
        complete(tx, row_id)
        return Added(row_id, self._log(tx, {**row, "id": row_id}, "created", text))

    def change(
        self, tx: Transaction, row: Row, values: Row, *, verb: str = "changed", text: str = ""
    ) -> str:
        """Write new values over a row: a new revision. Nothing new writes nothing."""
        values = {name: value for name, value in values.items() if row[name] != value}
        if not values:
            return self.show(tx, row["id"])
        fields = sorted(values)
        new = {**row, **values, "updated_at": tx.now, "revision": row["revision"] + 1}
        tx.run(self._replace, the_id=row["id"], **_without_id(new))
        text = text or f"{self._title(new)}: {in_words(fields)} changed"
        return self._log(tx, new, verb, text, dump({"fields": fields}))

    def _log(self, tx: Transaction, row: Row, verb: str, text: str, data: str | None = None) -> str:
        """Append to the change log what became of a row, and keep its state; the row as shown."""
        project_id, branch_id = self._place(row)
        change = Change(self.subject, row["id"], verb, text, project_id, branch_id, data)
        change_id = changes.record(tx, change, revision=row["revision"])
        shown = self.refresh(tx, row["id"])
        state = self._state(tx, row["id"], shown)
        changes.keep(tx, change_id, self.subject, row["id"], row["revision"], state)
        return shown

    def trash(self, tx: Transaction, row_id: int) -> str:
        """Put a row in the trash; what is under it hides with it. Answers the row."""
        row = self.find(tx, row_id)
        text = f"{self._title(row)} moved to the trash"
        return self.change(tx, row, {"deleted_at": tx.now}, verb="deleted", text=text)

    def restore(self, tx: Transaction, row_id: int) -> str:
        """Take a row out of the trash. A row that is not there is answered as it is.

        Raises `NotFound` for no such row, and `Conflict` while a parent is in the trash.
        """
        row = tx.row(self._row, id=row_id)
        if row is None:
            raise self._not_found()
        text = f"{self._title(row)} restored from the trash"
        document = self.change(tx, row, {"deleted_at": None}, verb="restored", text=text)
        if tx.value(self._show_live, id=row_id) is None:
            raise Conflict(
                f"The {self.subject} is part of something in the trash; restore that first."
            )
        return document


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


_PLAIN = {
    "image_path": "image",
    "media_id": "image",
    "video_path": "video",
    "comfyui_workflow": "workflow",
}


def in_words(fields: list[str]) -> str:
    """Field names as a person reads them: `image, description`."""
    names = (_PLAIN.get(field, field.replace("_", " ")) for field in fields)
    return ", ".join(dict.fromkeys(names))
