"""Points of a branch as people name them: a branch, a tag, a change, a time."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from tower_anime.core import clock, feed
from tower_anime.core.changes import changes
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import Conflict, NotFound, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, insertion, json_row, json_text
from tower_anime.core.text import nfc
from tower_anime.story import branches, history
from tower_anime.story.ancestry import Point
from tower_anime.story.tables import branches as branch_table
from tower_anime.story.tables import tags

t, c = tags.c, changes.c

_INSERT = insertion(tags)
_JSON = json_text(
    json_row(
        id=t.id,
        branch_id=t.branch_id,
        name=t.name,
        change_id=t.change_id,
        created_at=t.created_at,
        actor=t.actor,
    )
)
_SHOW = Statement(select(_JSON).where(t.id == bindparam("id")))
_LISTING = Listing(select(_JSON).where(t.branch_id == bindparam("branch_id")), t.id)
_OF_BRANCH = Statement(
    select(t.change_id).where(
        t.branch_id == bindparam("branch_id"), t.name_key == bindparam("name_key")
    )
)
_OF_PROJECT = Statement(
    select(t.branch_id, t.change_id)
    .select_from(tags.join(branch_table, t.branch_id == branch_table.c.id))
    .where(branch_table.c.project_id == bindparam("project_id"))
    .where(branch_table.c.deleted_at.is_(None))
    .where(t.name_key == bindparam("name_key"))
)
_BRANCH_OF_CHANGE = Statement(
    select(c.branch_id).where(c.id == bindparam("id"), c.project_id == bindparam("project_id"))
)
_PROJECT_OF_CHANGE = Statement(select(c.project_id).where(c.id == bindparam("id")))
_UNTIL = Statement(
    select(func.max(c.id)).where(
        c.project_id == bindparam("project_id"),
        c.branch_id == bindparam("branch_id"),
        c.at <= bindparam("time"),
    )
)


def tagged(reader: Reader, page: Page, branch_id: int) -> Found:
    """A branch's tags, the oldest first."""
    branches.find(reader, branch_id)
    return _LISTING.read(reader, page, branch_id=branch_id)


def tag(tx: Transaction, branch_id: int, name: str, at: int | None) -> Shown:
    """Name a branch as it is, or as it was after a change. Raises `Conflict`, `NotFound`."""
    branch = branches.addressed(tx, branch_id)
    if tx.value(_OF_BRANCH, branch_id=branch_id, name_key=nfc(name)) is not None:
        raise Conflict(f"Branch {branch['name']} has a tag {name!r} already.")
    change_id = feed.newest(tx) if at is None else history.require_point(tx, branch, at).change
    row = {"branch_id": branch_id, "name": name, "name_key": nfc(name), "change_id": change_id}
    tag_id = tx.insert(_INSERT, {**row, "created_at": tx.now, "actor": tx.actor})
    text = f'Branch {branch["name"]} tagged "{name}"'
    branches.DOCUMENTS.log(tx, branch, "tagged", text, of=("tag", tag_id))
    return Shown(tx.value(_SHOW, id=tag_id))


def origin(reader: Reader, project_id: int, named: str | int) -> tuple[Row, Point]:
    """Where a fork begins: a branch or a tag by its name, or a change by its id.

    Raises `NotFound`, and `Unprocessable` for a tag that several branches have, or for a change
    that is none of a branch's.
    """
    if isinstance(named, int):
        branch_id = reader.value(_BRANCH_OF_CHANGE, id=named, project_id=project_id)
        if branch_id is None:
            raise Unprocessable(f"from: change {named} is none of a branch of this project.")
        return _point(reader, branch_id, named)
    branch_id = branches.id_of(reader, project_id, named)
    if branch_id is not None:
        return _point(reader, branch_id, feed.newest(reader))
    found = reader.tuples(_OF_PROJECT, project_id=project_id, name_key=nfc(named))
    if not found:
        raise NotFound(f"from: there is no branch and no tag {named!r} in this project.")
    if len(found) > 1:
        raise Unprocessable(f"from: several branches have a tag {named!r}; name the change.")
    return _point(reader, *found[0])


def _point(reader: Reader, branch_id: int, at: int) -> tuple[Row, Point]:
    branch = branches.find(reader, branch_id)
    return branch, history.require_point(reader, branch, at)


def moment(reader: Reader, branch: Row, named: str | int) -> Point:
    """A point of a branch: a change by its id, a tag by its name, or a time in ISO 8601.

    Raises `NotFound`.
    """
    if isinstance(named, int):
        _require_of_project(reader, branch, named)
        return history.require_point(reader, branch, named)
    tagged_at = reader.value(_OF_BRANCH, branch_id=branch["id"], name_key=nfc(named))
    if tagged_at is not None:
        return Point(branch["id"], tagged_at)
    time = clock.read(named)
    if time is None:
        raise NotFound(f"Branch {branch['name']} has no tag {named!r}, and that is no time.")
    place = {"project_id": branch["project_id"], "branch_id": branch["id"]}
    until = reader.value(_UNTIL, **place, time=time)
    if until is None:
        raise NotFound(f"Branch {branch['name']} was not there yet at {time}.")
    return Point(branch["id"], until)


def _require_of_project(reader: Reader, branch: Row, change_id: int) -> None:
    """Raise `NotFound` for a change of another project: it is no moment of this one's."""
    found = reader.first(_PROJECT_OF_CHANGE, id=change_id)
    if found is not None and found[0] != branch["project_id"]:
        raise NotFound(f"Change {change_id} is not one of this project.")
