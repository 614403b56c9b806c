"""A parcel becomes a project: new ids for everything in it, in one transaction or not at all.

New ids are given in the order of the old ones, one after another, so that what is told by order
(which change came first, which shots a fork made) stays told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError
from sqlalchemy import bindparam, select

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import Character
from tower_anime.core import changes as log
from tower_anime.core.changes import Change
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, insertion, next_ids, stay_ahead
from tower_anime.core.text import dump
from tower_anime.cuts import service as cuts
from tower_anime.cuts.schemas import Cut
from tower_anime.media import service as media
from tower_anime.media.store import MediaStore, Received
from tower_anime.media.tables import media as media_table
from tower_anime.parcel import contents
from tower_anime.parcel.contents import PARTS, Part
from tower_anime.parcel.reading import Found
from tower_anime.parcel.references import row_renamed
from tower_anime.parcel.unpacking import Damaged, Parcel
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import Project
from tower_anime.renders import take_rows
from tower_anime.renders.schemas import Take
from tower_anime.story import branches, content, scenes, shots
from tower_anime.story.history import COPY
from tower_anime.story.schemas import Branch, Scene, Shot
from tower_anime.workflows import service as workflows
from tower_anime.workflows.schemas import Workflow

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

IMPORTED = "imported"

_INSERTS = {part.kind: insertion(part.table, automatic_id=False) for part in PARTS}
_NEXT = {part.kind: next_ids(part.table) for part in PARTS}
_STAY_AHEAD = [stay_ahead(part.table) for part in PARTS]
_INSERT_MEDIUM = insertion(media_table, automatic_id=False)
_KNOWN = Statement(select(media_table.c.id).where(media_table.c.id == bindparam("id")))

_SHOWN: Mapping[str, tuple[Callable[[Reader, int], Shown], type[BaseModel]]] = {
    "project": (projects.DOCUMENTS.show, Project),
    "workflow": (workflows.DOCUMENTS.show, Workflow),
    "character": (characters.DOCUMENTS.show, Character),
    "branch": (branches.DOCUMENTS.show, Branch),
    "scene": (scenes.show, Scene),
    "shot": (shots.show, Shot),
    "take": (take_rows.show, Take),
    "cut": (cuts.DOCUMENTS.show, Cut),
}


def known(reader: Reader, media_ids: list[str]) -> frozenset[str]:
    """Those of some media that the service knows."""
    return frozenset(one for one in media_ids if reader.value(_KNOWN, id=one) is not None)


class Arrived(NamedTuple):
    """A medium that was not here before: its bytes on a bench, and what they are."""

    received: Received
    probed: Probed


class _New:
    """The new ids of what is in a parcel, by the old ones."""

    def __init__(self, tx: Transaction, ids: Mapping[str, list[int]]) -> None:
        self._of: dict[str, dict[int, int]] = {}
        for kind, old in ids.items():
            first: int = tx.value(_NEXT[kind])
            self._of[kind] = dict(zip(old, range(first, first + len(old)), strict=True))

    def of(self, kind: str, named: int) -> int | None:
        """The new id."""
        return self._of[kind][named] if kind in self._of else None

    def all(self, kind: str) -> list[int]:
        """The new ids of a kind."""
        return list(self._of[kind].values())


@commits_alone
def write(
    tx: Transaction, parcel: Parcel, found: Found, arrived: Mapping[str, Arrived], store: MediaStore
) -> Shown:
    """Write what is in a parcel as a new project; the project.

    Bytes have their names last: until then, nothing of a parcel that is refused is in the store.
    Raises `Damaged` for rows that no service of this version would have written.
    """
    _add_media(tx, found, arrived)
    names = _New(tx, found.ids)
    [project_id] = names.all("project")
    branch_names: dict[int, str] = {}
    for part in PARTS:
        for row in parcel.rows(part.name):
            _insert(tx, part, row_renamed(part.kind, row, names), branch_names)
    _keep_history(tx, parcel, names)
    for statement in _STAY_AHEAD:
        tx.first(statement)
    _require_usual(tx, names)
    _log(tx, parcel, project_id, names)
    for one in arrived.values():
        store.keep(one.received)
    return projects.get(tx, project_id)


def _add_media(tx: Transaction, found: Found, arrived: Mapping[str, Arrived]) -> None:
    """What came is what its proof says; of what was lacking, what the parcel says."""
    for sha256, row in found.media.items():
        if sha256 in arrived:
            received, probed = arrived[sha256]
            media.add(tx, sha256, received.size, probed, row["name"])
        elif tx.value(_KNOWN, id=sha256) is None:
            tx.insert(_INSERT_MEDIUM, row)


def _insert(tx: Transaction, part: Part, row: Row, branch_names: dict[int, str]) -> None:
    stored = {**part.behind, **row}
    stored |= {name: None if row[name] is None else dump(row[name]) for name in part.json}
    if part.kind == "branch":
        branch_names[row["id"]] = row["name"]
    if part.kind == "scene":
        stored["shown"] = scenes.compose({**stored, "branch_name": branch_names[row["branch_id"]]})
    tx.run(_INSERTS[part.kind], **stored)


def _keep_history(tx: Transaction, parcel: Parcel, names: _New) -> None:
    """The states. What tells equal stories names scenes and takes, and is made anew."""
    known: dict[tuple[int, int], str | None] = {}
    for old in parcel.rows(contents.REVISIONS):
        row = row_renamed("revision", old, names)
        document, told = row["document"], None
        place = row["subject_id"], row["revision"]
        if row["subject"] == "scene":
            told = known[place] = _fingerprint(document, known)
        log.keep(tx, row["change_id"], row["subject"], *place, dump(document), told)


def _fingerprint(document: Row, known: Mapping[tuple[int, int], str | None]) -> str | None:
    try:
        if COPY in document:
            return known[document[COPY]["scene"], document[COPY]["revision"]]
        return content.fingerprint(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("its history has a state of a scene that is none") from error


def _require_usual(tx: Transaction, names: _New) -> None:
    """Raise `Damaged` unless everything can be shown as what this service keeps."""
    for kind, (show, schema) in _SHOWN.items():
        for row_id in names.all(kind):
            try:
                schema.model_validate_json(show(tx, row_id).json)
            except ValidationError as error:
                place = ".".join(str(part) for part in error.errors()[0]["loc"])
                raise Damaged(f"one of its {kind} rows is no {kind}, by its {place}") from error


def _log(tx: Transaction, parcel: Parcel, project_id: int, names: _New) -> None:
    """That it came from a file is the last of its changes; its runs are nobody's news."""
    text = f"Project {parcel.manifest.project} imported from a file"
    data: dict[str, Any] = {"made_at": parcel.manifest.made_at}
    if runs := names.all("run"):
        data["newest_run"] = runs[-1]
    log.record(tx, Change("project", project_id, IMPORTED, text, project_id, None, dump(data)))
