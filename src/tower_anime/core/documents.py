"""Rows with a history: found, shown as JSON, changed, put in the trash and restored.

What a project, a character, a scene and a cut have in common: a revision that counts their
changes, an entry in the change log and a kept state for each, and a mark instead of a deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, Table, bindparam, select, true

from tower_anime.core import changes, conditions
from tower_anime.core.changes import Change
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import Conflict, NotFound
from tower_anime.core.shown import Shown
from tower_anime.core.sql import (
    Row,
    Statement,
    Value,
    insertion,
    json_row,
    json_text,
    next_ids,
    replacement,
)
from tower_anime.core.text import dump


class Kept(NamedTuple):
    """A state as a revision keeps it (a JSON object), and its fingerprint where it has one."""

    state: str
    fingerprint: str | None = None


State = Callable[[Reader, Row, str], Kept]


class Documents:
    """The rows of one table, and how they are shown.

    `shape` is the JSON that callers see: names and the expressions behind them. `source` joins
    what the shape needs; `parents_live` holds while no parent is in the trash. `place` tells a
    row's project and branch for the change log, `title` its name for a person, and `state` what its
    revisions keep, where that is more than what callers see; `as_now` adds to what is stored what
    depends on other rows.

    A table with a column `shown` keeps that JSON beside its columns, and has `compose` instead of
    a shape: the JSON of a row, written with each change. A list is read four times as fast so
    (59 µs for 100 scenes, where building takes 270). `beside` are columns of what is joined that
    `compose` needs.
    """

    def __init__(
        self,
        table: Table,
        subject: str,
        shape: Mapping[str, ColumnElement[Value]] | None = None,
        *,
        compose: Callable[[Row], str] | None = None,
        beside: Sequence[ColumnElement[Value]] = (),
        source: FromClause | None = None,
        parents_live: ColumnElement[bool] | None = None,
        place: Callable[[Row], tuple[int | None, int | None]],
        title: Callable[[Row], str],
        state: State = lambda _reader, _row, shown: Kept(shown),
        as_now: Callable[[Reader, Shown], Shown] = lambda _reader, shown: shown,
    ) -> None:
        self.table = table
        self.subject = subject
        self.json: ColumnElement[str] = (
            table.c.shown if shape is None else json_text(json_row(**shape))
        )
        self.source = table if source is None else source
        self.columns = (*table.columns, *beside)
        self.live = table.c.deleted_at.is_(None) & (
            true() if parents_live is None else parents_live
        )
        self._compose = compose
        self._place = place
        self._title = title
        self._state = state
        self._as_now = as_now
        one = table.c.id == bindparam("id")
        shown = self.select(self.json, table.c.revision).where(one)
        self._show = Statement(shown)
        self._show_live = Statement(shown.where(self.live))
        self._row = Statement(self.select(*self.columns).where(one))
        self._row_live = Statement(self.select(*self.columns).where(one, self.live))
        self._next_id = next_ids(table)
        self._insert = insertion(table, automatic_id=False)
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

    def anywhere(self, reader: Reader, row_id: int) -> Row:
        """The row by its columns' names, also from the trash. Raises `NotFound`."""
        row = reader.row(self._row, id=row_id)
        if row is None:
            raise self._not_found()
        return row

    def addressed(self, tx: Transaction, row_id: int) -> Row:
        """The row that a call wants to change: as `find`, and as the caller's If-Match says."""
        row = self.find(tx, row_id)
        conditions.require(tx, self.subject, row_id, self.show)
        return row

    def get(self, reader: Reader, row_id: int) -> Shown:
        """The row as callers see it. Raises `NotFound`."""
        found = reader.first(self._show_live, id=row_id)
        if found is None:
            raise self._not_found()
        return self._as_now(reader, Shown(*found))

    def show(self, reader: Reader, row_id: int) -> Shown:
        """The row as callers see it, also from the trash."""
        found = reader.first(self._show, id=row_id)
        if found is None:
            raise self._not_found()
        return self._as_now(reader, Shown(*found))

    def next_id(self, tx: Transaction) -> int:
        """The id of a row to be added, for what must name it before."""
        row_id: int = tx.value(self._next_id)
        return row_id

    def add(
        self,
        tx: Transaction,
        row: Row,
        text: str,
        *,
        complete: Callable[[Transaction, Row, str], Kept] = lambda _tx, _row, shown: Kept(shown),
    ) -> Shown:
        """Insert a row with its first revision; the row as callers see it.

        `row` names each column but the usual ones; where it has its `id`, that is `next_id`'s.
        `complete` adds what belongs to the row's first state, and answers that state: it gets the
        whole row, and its JSON as callers see it.
        """
        row = {
            **row,
            "id": row.get("id") or self.next_id(tx),
            "created_at": tx.now,
            "updated_at": tx.now,
            "revision": 1,
            "deleted_at": None,
        }
        shown = self._written(tx, self._insert, row)
        kept = complete(tx, row, shown.json)
        self._keep(tx, row, self.log(tx, row, "created", text), kept)
        return shown

    def insert(self, tx: Transaction, row: Row) -> None:
        """Insert a row that `put` is to follow, as a part of a change that is in the log already.

        `row` is as for `add`, with its `id`. Its revision is 0 until it is put.
        """
        times = {"created_at": tx.now, "updated_at": tx.now}
        self._written(tx, self._insert, {**row, **times, "revision": 0, "deleted_at": None})

    def change(
        self,
        tx: Transaction,
        row: Row,
        values: Row,
        *,
        verb: str = "changed",
        text: str = "",
        unsaid: Sequence[str] = (),
    ) -> Shown:
        """Write new values over a row: a new revision. Nothing new writes nothing.

        `unsaid` are columns that follow from others, and of which the log does not tell.
        """
        values = {name: value for name, value in values.items() if row[name] != value}
        if not values:
            return self.show(tx, row["id"])
        fields = sorted(values.keys() - {*unsaid})
        new = {**row, **values}
        text = text or f"{self._title(new)}: {in_words(fields)} changed"
        return self.revise(tx, new, verb, text, data=dump({"fields": fields}))

    def revise(
        self,
        tx: Transaction,
        new: Row,
        verb: str,
        text: str,
        *,
        of: tuple[str, int] | None = None,
        data: str | None = None,
    ) -> Shown:
        """Write a row as its next revision, and log what changed: itself, or a part `of` it."""
        change_id = self.log(tx, new, verb, text, of=of, data=data, revision=new["revision"] + 1)
        return self.put(tx, new, change_id)

    def put(self, tx: Transaction, new: Row, change_id: int) -> Shown:
        """Write a row as its next revision, as a part of a change that is in the log already."""
        new = {**new, "updated_at": tx.now, "revision": new["revision"] + 1}
        shown = self._written(tx, self._replace, new)
        self._keep(tx, new, change_id, self._state(tx, new, shown.json))
        return shown

    def _written(self, tx: Transaction, statement: Statement, row: Row) -> Shown:
        named = {**row, "the_id": row["id"]}
        if self._compose is None:
            tx.run_with(statement, named)
            return self.show(tx, row["id"])
        named["shown"] = self._compose(row)
        tx.run_with(statement, named)
        return Shown(named["shown"], row["revision"])

    def log(
        self,
        tx: Transaction,
        row: Row,
        verb: str,
        text: str,
        *,
        of: tuple[str, int] | None = None,
        data: str | None = None,
        revision: int | None = None,
    ) -> int:
        """Append to the change log what becomes of a row, or of a part `of` it; the change's id."""
        project_id, branch_id = self._place(row)
        subject, subject_id = of or (self.subject, row["id"])
        change = Change(subject, subject_id, verb, text, project_id, branch_id, data)
        return changes.record(tx, change, revision=revision or row["revision"])

    def _keep(self, tx: Transaction, row: Row, change_id: int, kept: Kept) -> None:
        """Keep the state that came of a change."""
        changes.keep(tx, change_id, self.subject, row["id"], row["revision"], *kept)

    def trash(self, tx: Transaction, row_id: int) -> Shown:
        """Put a row in the trash; what is under it hides with it. Answers the row."""
        row = self.addressed(tx, row_id)
        text = f"{self._title(row)} moved to the trash"
        return self.change(tx, row, {"deleted_at": tx.now}, verb="deleted", text=text)

    def restore(self, tx: Transaction, row_id: int) -> Shown:
        """Take a row out of the trash. A row that is not there is answered as it is.

        Raises `NotFound` for no such row, and `Conflict` while a parent is in the trash.
        """
        row = self.anywhere(tx, row_id)
        conditions.require(tx, self.subject, row_id, self.show)
        text = f"{self._title(row)} restored from the trash"
        document = self.change(tx, row, {"deleted_at": None}, verb="restored", text=text)
        if tx.first(self._show_live, id=row_id) is None:
            raise Conflict(
                f"The {self.subject} is part of something in the trash; restore that first."
            )
        return document


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
