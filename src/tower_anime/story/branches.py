"""The verbs of branches. A branch exists from the first scene that names it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.errors import NotFound
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import nfc
from tower_anime.projects import service as projects
from tower_anime.projects.service import DOCUMENTS as PROJECTS
from tower_anime.story.tables import branches

b = branches.c

DOCUMENTS = Documents(
    branches,
    "branch",
    {
        "id": b.id,
        "project_id": b.project_id,
        "name": b.name,
        "parent_id": b.parent_id,
        "forked_at": b.forked_at,
        "description": b.description,
        "created_at": b.created_at,
        "updated_at": b.updated_at,
        "revision": b.revision,
        "deleted_at": b.deleted_at,
    },
    source=branches.join(PROJECTS.table),
    parents_live=PROJECTS.live,
    place=lambda row: (row["project_id"], row["id"]),
    title=lambda row: f"Branch {row['name']}",
)

find = DOCUMENTS.find
get = DOCUMENTS.get

NAMED = (b.name_key == bindparam("branch_key")) & b.deleted_at.is_(None)
_NAMED = Statement(select(b.id, b.name).where(b.project_id == bindparam("project_id"), NAMED))
_LISTING = Listing(
    DOCUMENTS.select(DOCUMENTS.json).where(DOCUMENTS.live, b.project_id == bindparam("project_id")),
    b.id,
)


def listed(reader: Reader, page: Page, project_id: int) -> Found:
    """A project's branches, the oldest first."""
    projects.find(reader, project_id)
    return _LISTING.read(reader, page, project_id=project_id)


def named(reader: Reader, project_id: int, name: str) -> Row:
    """The branch of that name. Raises `NotFound`."""
    found = reader.first(_NAMED, project_id=project_id, branch_key=nfc(name))
    if found is None:
        raise NotFound(f"Branch {name!r} not found")
    return find(reader, found[0])


def ensure(tx: Transaction, project_id: int, name: str) -> tuple[int, str]:
    """The branch of that name, made now where nobody has named it before: its id and name."""
    found = tx.first(_NAMED, project_id=project_id, branch_key=nfc(name))
    if found is not None:
        return found[0], found[1]
    branch_id = DOCUMENTS.next_id(tx)
    row = {
        "id": branch_id,
        "project_id": project_id,
        "name": name,
        "name_key": nfc(name),
        "parent_id": None,
        "forked_at": None,
        "description": None,
    }
    DOCUMENTS.add(tx, row, f"Branch {name} begun")
    return branch_id, name
