"""The change log: what people changed, who, when, and the state that came of it.

`changes` is append-only and in the order of commits. `revisions` keeps the whole document of a
row after each change. Character versions, history, undo, merge bases, live updates and audit are
reads of these two tables. Texts over 64 KB are kept once, by their SHA-256, in `texts`.
"""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.sql import Statement, insertion
from tower_anime.core.tables import Id, Json, id_column, metadata

LONG_TEXT = 65_536  # bytes
NO_PROJECT = 0  # what changed outside all projects, for those who are told of commits
_APART = "$texts"  # beside a document's own fields, which callers do not name

changes = Table(
    "changes",
    metadata,
    id_column(),
    Column("at", Text, nullable=False),
    Column("actor", Text),
    Column("request_id", Text),
    Column("project_id", Id),
    Column("branch_id", Id),
    Column("subject", Text, nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("verb", Text, nullable=False),
    Column("revision", Integer),
    Column("text", Text, nullable=False),
    Column("data", Json),
    Index(None, "project_id", "id"),
    Index(None, "subject", "subject_id", "id"),
    sqlite_autoincrement=True,
)

revisions = Table(
    "revisions",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("subject_id", Id, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("change_id", Id, nullable=False),  # append-only both: nothing can come to point nowhere
    Column("document", Json, nullable=False),
    Column("content", Text),  # equal for equal stories of a scene (see story.content)
    # What is asked of ten thousand scenes at a time, without a look at their documents.
    Index("ix_revisions_standing", "subject", "subject_id", "revision", "change_id", "content"),
    sqlite_with_rowid=False,
)

texts = Table(
    "texts",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("body", Text, nullable=False),
)

_INSERT_CHANGE = insertion(changes)
_INSERT_REVISION = insertion(revisions, automatic_id=False)
_INSERT_TEXT = insertion(texts, automatic_id=False)
_TEXT = Statement(select(texts.c.body).where(texts.c.sha256 == bindparam("sha256")))
_REVISION = Statement(
    select(revisions.c.document)
    .where(revisions.c.subject == bindparam("subject"))
    .where(revisions.c.subject_id == bindparam("subject_id"))
    .where(revisions.c.revision == bindparam("revision"))
)


class Change(NamedTuple):
    """One entry of the log. `text` is a sentence that a person reads."""

    subject: str
    subject_id: int
    verb: str
    text: str
    project_id: int | None = None
    branch_id: int | None = None
    data: str | None = None


def record(tx: Transaction, change: Change, *, revision: int | None = None) -> int:
    """Append a change; its id. `revision` is the one that came of it, where one did."""
    row = {
        "at": tx.now,
        "actor": tx.actor,
        "request_id": tx.request_id,
        "project_id": change.project_id,
        "branch_id": change.branch_id,
        "subject": change.subject,
        "subject_id": change.subject_id,
        "verb": change.verb,
        "revision": revision,
        "text": change.text,
        "data": change.data,
    }
    tx.touched.add(NO_PROJECT if change.project_id is None else change.project_id)
    change_id: int = tx.insert(_INSERT_CHANGE, row)
    return change_id


def keep(
    tx: Transaction,
    change_id: int,
    subject: str,
    subject_id: int,
    revision: int,
    document: str,
    fingerprint: str | None = None,
) -> None:
    """Keep the state (a JSON object) that came of a change, and its fingerprint if it has one."""
    row = {
        "subject": subject,
        "subject_id": subject_id,
        "revision": revision,
        "change_id": change_id,
        "document": _with_long_texts_apart(tx, document),
        "content": fingerprint,
    }
    tx.insert(_INSERT_REVISION, row)


def revision_of(reader: Reader, subject: str, subject_id: int, revision: int) -> str | None:
    """The document of a row at one of its revisions, whole; `None` where there is none."""
    document = reader.value(_REVISION, subject=subject, subject_id=subject_id, revision=revision)
    return None if document is None else whole(reader, document)


def whole(reader: Reader, document: str) -> str:
    """A stored document with its long texts back in place."""
    if f'"{_APART}":' not in document:
        return document
    fields = json.loads(document)
    for name, sha256 in fields.pop(_APART, {}).items():
        fields[name] = reader.value(_TEXT, sha256=sha256)
    return json.dumps(fields, ensure_ascii=False)


def _with_long_texts_apart(tx: Transaction, document: str) -> str:
    if len(document.encode()) <= LONG_TEXT:
        return document
    fields = json.loads(document)
    apart = {
        name: _kept_once(tx, value)
        for name, value in fields.items()
        if isinstance(value, str) and len(value.encode()) > LONG_TEXT
    }
    if not apart:
        return document
    places = dict.fromkeys(apart)  # null, where the text goes back
    return json.dumps({**fields, **places, _APART: apart}, ensure_ascii=False)


def _kept_once(tx: Transaction, text: str) -> str:
    """The SHA-256 of a text that is in `texts` now."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if tx.value(_TEXT, sha256=sha256) is None:
        tx.insert(_INSERT_TEXT, {"sha256": sha256, "body": text})
    return sha256
