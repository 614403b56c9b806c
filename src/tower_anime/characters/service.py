"""The verbs of characters. Every change makes a version; all are kept in the revisions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from tower_anime.characters.schemas import Character, CharacterCreate, CharacterUpdate
from tower_anime.characters.tables import characters
from tower_anime.core import changes
from tower_anime.core.changes import revisions
from tower_anime.core.database import Reader, Transaction, brief
from tower_anime.core.documents import Documents, in_words
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, as_json, json_integer
from tower_anime.core.text import dump, nfc
from tower_anime.media import service as media
from tower_anime.media.store import Received
from tower_anime.projects import service as projects
from tower_anime.projects.service import DOCUMENTS as PROJECTS

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

c = characters.c
_JSON = ("loras", "looks")

DOCUMENTS = Documents(
    characters,
    "character",
    {
        "id": c.id,
        "project_id": c.project_id,
        "name": c.name,
        "description": c.description,
        "version": c.version,
        "image_path": c.image_path,
        "comfyui_workflow": c.comfyui_workflow,
        "created_at": c.created_at,
        "updated_at": c.updated_at,
        "kind": c.kind,
        "prompt": c.prompt,
        "negative_prompt": c.negative_prompt,
        "loras": as_json(c.loras),
        "looks": as_json(c.looks),
        "media_id": c.media_id,
        "revision": c.revision,
        "deleted_at": c.deleted_at,
    },
    source=characters.join(PROJECTS.table),
    parents_live=PROJECTS.live,
    place=lambda row: (row["project_id"], None),
    title=lambda row: row["name"],
)

find = DOCUMENTS.find
get = DOCUMENTS.get
trash = may_always(DOCUMENTS.trash)
restore = DOCUMENTS.restore

# A version is as its first revision left it: later revisions of it only visited the trash.
_version = json_integer(revisions.c.document, "version")
_OF_ONE = (revisions.c.subject == "character") & (revisions.c.subject_id == bindparam("id"))
_firsts = select(func.min(revisions.c.revision)).where(_OF_ONE).group_by(_version)
_VERSIONS = Listing(
    select(revisions.c.document).where(_OF_ONE, revisions.c.revision.in_(_firsts)),
    revisions.c.revision,
    descending=True,
)
_VERSION = Statement(
    select(func.min(revisions.c.revision)).where(_OF_ONE, _version == bindparam("version"))
)

_OF_PROJECT = Statement(
    DOCUMENTS.select(*characters.columns)
    .where(DOCUMENTS.live, c.project_id == bindparam("project_id"))
    .order_by(c.id)
)


@cache
def _listing(by_project: bool, deleted: bool) -> Listing:
    query = DOCUMENTS.select(DOCUMENTS.json)
    in_trash = c.deleted_at.is_not(None) & PROJECTS.live
    query = query.where(in_trash if deleted else DOCUMENTS.live, c.kind == bindparam("kind"))
    if by_project:
        query = query.where(c.project_id == bindparam("project_id"))
    return Listing(query, c.created_at, c.id, descending=True)


def listed(reader: Reader, page: Page, project_id: int | None, kind: str, deleted: bool) -> Found:
    """Characters, the newest first."""
    listing = _listing(project_id is not None, deleted)
    return listing.read(reader, page, project_id=project_id, kind=kind)


@brief
def create(tx: Transaction, new: CharacterCreate) -> Shown:
    """Introduce a character, at version 1."""
    projects.find(tx, new.project_id)
    row = _columns(tx, new.model_dump()) | {"version": 1}
    return DOCUMENTS.add(tx, row, f"{new.name}: introduced")


def as_changed(reader: Reader, character_id: int, change: CharacterUpdate) -> Row:
    """The row that a change would leave, which is written nowhere. Raises as the change would."""
    row = find(reader, character_id)
    values = _columns(reader, change.model_dump(include=change.model_fields_set))
    return {**row, **values, "version": row["version"] + 1}


@brief
def update(tx: Transaction, character_id: int, change: CharacterUpdate) -> Shown:
    """Change what is named: a new version, also where nothing differs."""
    row = DOCUMENTS.addressed(tx, character_id)
    values = _columns(tx, change.model_dump(include=change.model_fields_set))
    return _new_version(tx, row, values)


def accept(probed: Probed) -> None:
    """Raises `Unprocessable` for what is no character's picture."""
    if probed["kind"] != "image":
        raise Unprocessable(f"A character's picture is an image; this is {probed['mime']}.")


def set_image(
    tx: Transaction, character_id: int, received: Received, probed: Probed, name: str | None
) -> Shown:
    """Give a character a picture that has just been received: a new version."""
    row = DOCUMENTS.addressed(tx, character_id)
    sha256 = received.sha256
    media.add(tx, sha256, received.size, probed, name)
    return _new_version(tx, row, {"media_id": sha256, "image_path": media.url_of(sha256)})


def _new_version(tx: Transaction, row: Row, values: Row, text: str = "") -> Shown:
    version = row["version"] + 1
    fields = sorted(name for name, value in values.items() if row[name] != value)
    what = text or (f"{in_words(fields)} changed" if fields else "nothing changed")
    name = values.get("name", row["name"])
    return DOCUMENTS.change(
        tx, row, {**values, "version": version}, text=f"{name}: version {version}, {what}"
    )


def versions(reader: Reader, page: Page, character_id: int) -> Found:
    """Every version as it was, the newest first."""
    find(reader, character_id)
    found = _VERSIONS.read(reader, page, id=character_id)
    return found._replace(
        documents=[changes.whole(reader, d.decode()).encode() for d in found.documents]
    )


def version(reader: Reader, character_id: int, number: int) -> Shown:
    """The character as it was in one version. Raises `NotFound`."""
    find(reader, character_id)
    revision = reader.value(_VERSION, id=character_id, version=number)
    document = changes.revision_of(reader, "character", character_id, revision or 0)
    if document is None:
        raise NotFound(f"Character {character_id} has no version {number}")
    return Shown(document, revision)


def restore_version(tx: Transaction, character_id: int, number: int) -> Shown:
    """Go back to an earlier version, as a new one."""
    row = DOCUMENTS.addressed(tx, character_id)
    old = Character.model_validate_json(version(tx, character_id, number).json)
    kept = set(CharacterUpdate.model_fields)
    values = _columns(tx, old.model_dump(include=kept))
    return _new_version(tx, row, values, f"as version {number} was")


def _columns(reader: Reader, values: Row) -> Row:
    """Values as the table keeps them. A picture that is not there, or is none, is refused."""
    if values.get("media_id") is not None:
        media.require(reader, "media_id", values["media_id"], "image")
    for name, look in values.get("looks", {}).items():
        for n, image in enumerate(look["images"]):
            media.require(reader, f"looks.{name}.images.{n}.media_id", image["media_id"], "image")
    return {name: dump(value) if name in _JSON else value for name, value in values.items()}


def of_names(reader: Reader, project_id: int, changed: Row | None = None) -> dict[str, Row]:
    """A project's characters by name; of several of one name, the oldest.

    `changed` is one of them as it would be, and stands in the place of what it is.
    """
    found: dict[str, Row] = {}
    for row in reader.rows(_OF_PROJECT, project_id=project_id):
        one = row if changed is None or changed["id"] != row["id"] else changed
        found.setdefault(nfc(one["name"]), one)
    return found
