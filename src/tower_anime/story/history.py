"""The branches as they were: each scene's state after any change, from the kept revisions.

A fork copies scenes by the thousand. It keeps no state of them but a reference: `$copy` names the
scene that was copied, its revision, and the id of its first shot's copy; others follow in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Text, bindparam, func, select

from tower_anime.core import changes, feed
from tower_anime.core.changes import revisions
from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound
from tower_anime.core.sql import Row, Statement, is_among
from tower_anime.core.tables import Id
from tower_anime.core.text import dump
from tower_anime.story import content
from tower_anime.story.ancestry import Point
from tower_anime.story.content import Story
from tower_anime.story.tables import merges, scenes

Document = dict[str, Any]  # a scene with its shots, as JSON

COPY = "$copy"
NOW = 2**63 - 1  # after every change that there is

s, r, m = scenes.c, revisions.c, merges.c
_earlier = revisions.alias()
_then = (
    select(func.max(_earlier.c.revision))
    .where(_earlier.c.subject == "scene", _earlier.c.subject_id == s.id)
    .where(_earlier.c.change_id <= bindparam("at", type_=Id))
    .scalar_subquery()
)
_STANDING = (s.lineage, s.id, r.revision, r.change_id, r.content)
_IN_BRANCH = s.branch_id == bindparam("branch_id")
_CHOSEN = is_among(s.lineage, bindparam("lineages", type_=Text))


def _standing(
    revision: ColumnElement[int], *conditions: ColumnElement[Any], documents: bool = False
) -> Statement:
    columns = (*_STANDING, r.document) if documents else _STANDING
    source = scenes.join(revisions, (r.subject == "scene") & (r.subject_id == s.id))
    found = select(*columns).select_from(source)
    return Statement(found.where(_IN_BRANCH, r.revision == revision, *conditions))


_NOW, _THEN, _THEN_OF = _standing(s.revision), _standing(_then), _standing(_then, _CHOSEN)
_TOLD = _standing(_then, documents=True)
_MERGED = Statement(
    select(func.max(m.change_id), func.max(m.ended_by)).where(m.branch_id == bindparam("branch_id"))
)
_BEGUN = Statement(
    select(r.change_id).where(
        r.subject == "branch", r.subject_id == bindparam("branch_id"), r.revision == 1
    )
)


class Standing(NamedTuple):
    """A scene of a branch at some moment: which row and revision, since which change."""

    scene_id: int
    revision: int
    change_id: int
    content: str | None  # equal for equal stories of the scene; None: not known


Standings = dict[int, Standing]  # by lineage; what is in the trash is among them


def standings(
    reader: Reader, branch_id: int, at: int, lineages: Iterable[int] | None = None
) -> Standings:
    """The scenes of a branch, or some of them, as they were after a change."""
    if at == NOW:
        rows = reader.tuples(_NOW, branch_id=branch_id)
    elif lineages is None:
        rows = reader.tuples(_THEN, branch_id=branch_id, at=at)
    else:
        rows = reader.tuples(_THEN_OF, branch_id=branch_id, at=at, lineages=dump([*lineages]))
    return {row[0]: Standing(*row[1:]) for row in rows}


def tip(reader: Reader, branch_id: int, there: Standings) -> int:
    """The newest change of a branch: of its scenes, of its merges, or that which began it."""
    begun: int = reader.value(_BEGUN, branch_id=branch_id) or 0
    merged, ended = reader.first(_MERGED, branch_id=branch_id) or (None, None)
    changed = (one.change_id for one in there.values())
    return max(begun, merged or 0, ended or 0, *changed)


def differing(ours: Standings, theirs: Standings) -> list[int]:
    """The lineages of the scenes that are not surely the same on both sides."""
    found = []
    for lineage in ours.keys() | theirs.keys():
        one, other = (
            side[lineage].content if lineage in side else content.NOTHING for side in (ours, theirs)
        )
        if one is None or one != other:
            found.append(lineage)
    return sorted(found)


def story(reader: Reader, there: Standings, lineages: Iterable[int]) -> Story:
    """Some scenes of a branch as a story."""
    return content.story_of(
        document(reader, there[lineage].scene_id, there[lineage].revision)
        for lineage in lineages
        if lineage in there
    )


def states(reader: Reader, branch_id: int, at: int) -> list[tuple[int, str]]:
    """A branch's scenes after a change, with those in the trash: their ids, and states as kept."""
    rows = reader.tuples(_TOLD, branch_id=branch_id, at=at)
    return [(row[1], changes.whole(reader, row[-1])) for row in rows]


def document(reader: Reader, scene_id: int, revision: int) -> Document:
    """A scene's state at one of its revisions. Raises `NotFound`."""
    return resolved(reader, scene_id, _kept(reader, scene_id, revision))


def _kept(reader: Reader, scene_id: int, revision: int) -> str:
    text = changes.revision_of(reader, "scene", scene_id, revision)
    if text is None:
        raise NotFound(f"Scene {scene_id} has no revision {revision}")
    return text


def resolved(reader: Reader, scene_id: int, text: str) -> Document:
    """A kept state; where it is a reference, made from what it refers to."""
    copies: list[tuple[int, Mapping[str, Any]]] = []
    found: Document = from_json(text)
    while COPY in found:
        copy = found[COPY]
        copies.append((scene_id, copy))
        scene_id = copy["scene"]
        found = from_json(_kept(reader, scene_id, copy["revision"]))
    found.setdefault("workflow_id", None)  # states of earlier versions do not say so
    for copied_id, copy in reversed(copies):
        found = _copied(found, copied_id, copy)
    return found


def _copied(source: Document, scene_id: int, copy: Mapping[str, Any]) -> Document:
    """The state of a scene that a fork made, from that of the scene it copied."""
    born = {"revision": 1, "created_at": copy["at"], "updated_at": copy["at"]}
    live = [shot for shot in source["shots"] if shot["deleted_at"] is None]
    shots = [
        {**shot, **born, "id": shot_id, "scene_id": scene_id}
        for shot_id, shot in enumerate(live, copy["shots"])
    ]
    return {**source, **born, "id": scene_id, "branch_name": copy["branch_name"], "shots": shots}


def require_point(reader: Reader, branch: Row, at: int) -> Point:
    """The branch after a change. Raises `NotFound` where it was not there yet, or never so."""
    begun = reader.value(_BEGUN, branch_id=branch["id"]) or 0
    if at > feed.newest(reader):
        raise NotFound(f"There is no change {at} yet.")
    if at < begun:
        raise NotFound(f"Branch {branch['name']} began with change {begun}; {at} was before it.")
    return Point(branch["id"], at)
