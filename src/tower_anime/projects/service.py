"""The verbs of projects."""

from __future__ import annotations

import json
from functools import cache

from sqlalchemy import bindparam, func, select

from tower_anime.core.database import Reader, Transaction, brief
from tower_anime.core.documents import Documents
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, as_json
from tower_anime.core.text import dump
from tower_anime.projects.schemas import ProjectCreate, ProjectUpdate, StoredSettings
from tower_anime.projects.tables import projects

p = projects.c

DOCUMENTS = Documents(
    projects,
    "project",
    {
        "id": p.id,
        "name": p.name,
        "description": p.description,
        "status": p.status,
        "created_at": p.created_at,
        "updated_at": p.updated_at,
        "metadata": as_json(p.metadata),
        "settings": as_json(p.settings),
        "revision": p.revision,
        "deleted_at": p.deleted_at,
    },
    place=lambda row: (row["id"], None),
    title=lambda row: f"Project {row['name']}",
)

find = DOCUMENTS.find
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)
restore = DOCUMENTS.restore

_COUNT = Statement(select(func.count()).select_from(projects).where(DOCUMENTS.live))


def count(reader: Reader) -> int:
    """How many projects there are."""
    found: int = reader.value(_COUNT)
    return found


@cache
def _listing(by_status: bool, deleted: bool) -> Listing:
    query = DOCUMENTS.select(DOCUMENTS.json)
    query = query.where(p.deleted_at.is_not(None) if deleted else DOCUMENTS.live)
    if by_status:
        query = query.where(p.status == bindparam("status"))
    return Listing(query, p.created_at, p.id, descending=True)


def listed(reader: Reader, page: Page, status: str | None, deleted: bool) -> Found:
    """Projects, the newest first."""
    return _listing(status is not None, deleted).read(reader, page, status=status)


@brief
def create(tx: Transaction, new: ProjectCreate) -> Shown:
    """Start a production."""
    row = {
        "name": new.name,
        "description": new.description,
        "status": new.status,
        "metadata": None if new.metadata is None else dump(new.metadata),
        "settings": new.settings.model_dump_json(),
    }
    return DOCUMENTS.add(tx, row, f"Project {new.name} created")


@brief
def update(tx: Transaction, project_id: int, change: ProjectUpdate) -> Shown:
    """Change what is named."""
    row = DOCUMENTS.addressed(tx, project_id)
    values = change.model_dump(exclude_unset=True)
    if values.get("metadata") is not None:
        values["metadata"] = dump(values["metadata"])
    if "settings" in values:
        values["settings"] = _merged(row, values["settings"])
    return DOCUMENTS.change(tx, row, values)


def settings_of(row: Row) -> StoredSettings:
    """The settings of a project's row."""
    return StoredSettings.model_validate_json(row["settings"])


def _merged(row: Row, named: Row) -> str:
    """The stored settings with the named ones changed; words of the style one by one."""
    stored = json.loads(row["settings"])
    style = {**stored["style"], **named.get("style", {})}
    return StoredSettings.model_validate({**stored, **named, "style": style}).model_dump_json()
