"""The verbs of branches. A branch exists from the first scene that names it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.documents import Documents
from tower_anime.core.errors import Conflict, NotFound
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, as_json, json_row, json_text
from tower_anime.core.text import nfc
from tower_anime.projects import service as projects
from tower_anime.projects.service import DOCUMENTS as PROJECTS
from tower_anime.story.branch_schemas import BranchUpdate
from tower_anime.story.tables import SHOWN, branches, scenes

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
addressed = DOCUMENTS.addressed
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)

NAMED = (b.name_key == bindparam("branch_key")) & b.deleted_at.is_(None)
_NAMED = Statement(select(b.id, b.name).where(b.project_id == bindparam("project_id"), NAMED))
_NAMED_LIVE = Statement(
    DOCUMENTS.select(b.id, b.name).where(
        b.project_id == bindparam("project_id"), NAMED, DOCUMENTS.live
    )
)
_LISTING, _TRASH = (
    Listing(
        DOCUMENTS.select(DOCUMENTS.json).where(which, b.project_id == bindparam("project_id")), b.id
    )
    for which in (DOCUMENTS.live, b.deleted_at.is_not(None) & PROJECTS.live)
)


def _shown_scene() -> ColumnElement[str]:
    """The JSON of a scene, made by the database; the branch's name is bound."""
    told = {**{c.name: c for c in scenes.columns}, "characters": as_json(scenes.c.characters)}
    told["branch_name"] = bindparam("branch_name", type_=Text)
    return json_text(json_row(**{name: told[name] for name in SHOWN}))


_TELL_NAME = Statement(
    scenes.update().where(scenes.c.branch_id == bindparam("of_branch")).values(shown=_shown_scene())
)


def listed(reader: Reader, page: Page, project_id: int, deleted: bool) -> Found:
    """A project's branches, the oldest first."""
    projects.find(reader, project_id)
    return (_TRASH if deleted else _LISTING).read(reader, page, project_id=project_id)


def named(reader: Reader, project_id: int, name: str) -> Row:
    """The branch of that name. Raises `NotFound`."""
    found = reader.first(_NAMED, project_id=project_id, branch_key=nfc(name))
    if found is None:
        raise NotFound(f"Branch {name!r} not found")
    return find(reader, found[0])


def id_of(reader: Reader, project_id: int, name: str) -> int | None:
    """The id of the branch of that name, where there is one."""
    found: int | None = reader.value(_NAMED, project_id=project_id, branch_key=nfc(name))
    return found


def require_free(reader: Reader, project_id: int, name: str) -> None:
    """Raise `Conflict` where a branch of the project has that name."""
    if id_of(reader, project_id, name) is not None:
        raise Conflict(f"There is a branch {name!r} in this project already.")


def new_row(tx: Transaction, project_id: int, name: str) -> Row:
    """The row of a new branch, with its id, that comes of no other."""
    return {
        "id": DOCUMENTS.next_id(tx),
        "project_id": project_id,
        "name": name,
        "name_key": nfc(name),
        "parent_id": None,
        "forked_at": None,
        "description": None,
    }


def ensure(tx: Transaction, project_id: int, name: str) -> tuple[int, str]:
    """The branch of that name, made now where nobody has named it before: its id and name.

    Raises `NotFound` for no such project.
    """
    found = tx.first(_NAMED_LIVE, project_id=project_id, branch_key=nfc(name))
    if found is not None:
        return found[0], found[1]
    projects.find(tx, project_id)
    row = new_row(tx, project_id, name)
    DOCUMENTS.add(tx, row, f"Branch {name} begun")
    return row["id"], name


def update(tx: Transaction, branch_id: int, change: BranchUpdate) -> Shown:
    """Rename or describe a branch; its scenes follow its name. Raises `Conflict` for a used one."""
    row = addressed(tx, branch_id)
    values = change.model_dump(exclude_unset=True)
    if "name" in values:
        values["name_key"] = nfc(values["name"])
        if values["name_key"] != row["name_key"]:
            require_free(tx, row["project_id"], values["name"])
    named = values.get("name", row["name"])
    text = f"Branch {row['name']} renamed to {named}" if named != row["name"] else ""
    shown = DOCUMENTS.change(tx, row, values, text=text, unsaid=("name_key",))
    if values.get("name", row["name"]) != row["name"]:
        tx.run(_TELL_NAME, of_branch=branch_id, branch_name=values["name"])
    return shown


def restore(tx: Transaction, branch_id: int) -> Shown:
    """Take a branch out of the trash. Raises `Conflict` where another has its name by now."""
    row = DOCUMENTS.anywhere(tx, branch_id)
    if row["deleted_at"] is not None:
        require_free(tx, row["project_id"], row["name"])
    return DOCUMENTS.restore(tx, branch_id)
