"""Whether the tables say what the change log says: each row against its newest kept state.

Every kept state is whole, so that the newest of each row is what replaying the log from empty comes
to. A branch's name is told by its scenes, and a change of it is one of the branch alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json
from sqlalchemy import bindparam

from tower_anime.characters.service import DOCUMENTS as CHARACTERS
from tower_anime.core import changes
from tower_anime.core.database import Reader
from tower_anime.core.documents import Documents
from tower_anime.core.errors import NotFound
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Row, Statement
from tower_anime.ops.checks import Finding, broken
from tower_anime.projects.service import DOCUMENTS as PROJECTS
from tower_anime.story import history, shot_rows
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.scenes import DOCUMENTS as SCENES

AT_ONCE = 500  # rows, of which each has a document

Document = dict[str, Any]  # a row as callers see it, with its shots if it is a scene


def _some(documents: Documents) -> Statement:
    columns = documents.table.c
    some = documents.select(documents.json.label("shown"), columns.id, columns.revision)
    return Statement(
        some.where(columns.id > bindparam("after")).order_by(columns.id).limit(AT_ONCE)
    )


_KINDS = {one.subject: _some(one) for one in (PROJECTS, CHARACTERS, BRANCHES, SCENES)}


def rows_unlike_the_log(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """Rows that are not as their newest kept state tells, or that have none."""
    for subject, some in _KINDS.items():
        after = 0
        while rows := reader.rows(some, after=after):
            for row in rows:
                text = _wrong_with(reader, subject, row)
                if text is not None:
                    yield broken(text, subject, row["id"])
            after = rows[-1]["id"]


def _wrong_with(reader: Reader, subject: str, row: Row) -> str | None:
    try:
        told = _told(reader, subject, row)
    except ValueError:  # what cannot be read is another check's to tell
        return None
    if told is None:
        return "The change log has no state of it."
    if told != _there(reader, subject, row):
        return f"It is not as revision {row['revision']} in the change log tells."
    return None


def _there(reader: Reader, subject: str, row: Row) -> Document:
    shown: Document = from_json(row["shown"])
    if subject == "scene":
        shown.pop("branch_name")
        shown["shots"] = [shot_rows.told(shot) for shot in shot_rows.all_of(reader, row["id"])]
    return shown


def _told(reader: Reader, subject: str, row: Row) -> Document | None:
    if subject != "scene":
        text = changes.revision_of(reader, subject, row["id"], row["revision"])
        return None if text is None else from_json(text)
    try:
        state = history.document(reader, row["id"], row["revision"])
    except NotFound:
        return None
    return {n: value for n, value in state.items() if n not in {"branch_name", "video_pinned"}}
