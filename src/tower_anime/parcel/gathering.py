"""Everything of a project as files of rows, read at one moment of the database."""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, NamedTuple

from sqlalchemy import bindparam, select

from tower_anime.core import changes, clock
from tower_anime.core.database import Reader
from tower_anime.core.space import told_when_full
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.media.tables import media
from tower_anime.parcel import contents
from tower_anime.parcel.contents import KEPT, PARTS, REVISION_PAGES, REVISIONS, Part
from tower_anime.parcel.manifest import Manifest, Table
from tower_anime.parcel.references import row_renamed
from tower_anime.projects import service as projects
from tower_anime.workflows.tables import workflows

UNFINISHED = ("queued", "running")

_SHARED = Statement(select(workflows.c.id).where(workflows.c.project_id.is_(None)))
_IDS = {part.kind: Statement(part.ids.order_by(part.table.c.id)) for part in PARTS}
_MEDIA = Statement(select(media.c.id))
_MEDIUM = Statement(select(*media.columns).where(media.c.id == bindparam("id")))
_WORKFLOW = re.compile(r'"workflow_id": ?(\d{1,18})\b')
_SHA256 = re.compile(rb"\b[0-9a-f]{64}\b")


class Gathered(NamedTuple):
    """The rows of a project on their way: the manifest, and the media that are to follow."""

    manifest: Manifest
    media: list[str]


class Known:
    """The ids of what is in the parcel: they stay as they are, and what is not in it is nobody.

    Moments of the story are named by changes of whichever project was busy then: here, by the last
    one of this project.
    """

    def __init__(self, reader: Reader, project_id: int, shared: str) -> None:
        asked = {"project_id": project_id, "shared": shared}
        self._project_id = project_id
        ids = {kind: reader.column(query, **asked) for kind, query in _IDS.items()}
        self._moments: list[int] = ids.pop("change")
        self._ids = {kind: frozenset(found) for kind, found in ids.items()}

    def of(self, kind: str, named: int) -> int | None:
        """The id that stands in a parcel for one in the database."""
        match kind:
            case "project":
                return self._project_id
            case "change":
                place = bisect_right(self._moments, named)
                return self._moments[place - 1] if place else None
            case _:
                return named if named in self._ids.get(kind, ()) else None


class _File:
    """A file of rows that is being written, and the media that they name."""

    def __init__(self, file: IO[bytes], mentioned: set[str]) -> None:
        self._file = file
        self._mentioned = mentioned
        self._digest = hashlib.sha256()
        self._rows = self._bytes = 0

    def add(self, row: Row) -> None:
        """Write a row."""
        line = dump(row).encode() + b"\n"
        self._file.write(line)
        self._digest.update(line)
        self._mentioned.update(found.decode() for found in _SHA256.findall(line))
        self._rows += 1
        self._bytes += len(line)

    def described(self) -> Table:
        """What the manifest says of it."""
        return Table(rows=self._rows, bytes=self._bytes, sha256=self._digest.hexdigest())


def gather(reader: Reader, project_id: int, folder: Path, has: Callable[[str], bool]) -> Gathered:
    """Write the rows of a project into a folder, a file a table; `has` tells which media are here.

    Raises `NotFound`.
    """
    project = projects.find(reader, project_id)
    shared = dump(_shared(reader, project_id))
    names = Known(reader, project_id, shared)
    asked = {"project_id": project_id, "shared": shared}
    mentioned: set[str] = set()
    tables: dict[str, Table] = {}

    def write(name: str, rows: Iterable[Row]) -> None:
        with told_when_full(), (folder / name).open("xb") as file:
            written = _File(file, mentioned)
            for row in rows:
                written.add(row)
        tables[name] = written.described()

    for part in PARTS:
        rows = _rows(reader, part, asked)
        write(part.name, (_told(part, row, names, project_id) for row in rows))
    write(REVISIONS, (_revision(reader, row, names, project_id) for row in _kept(reader, asked)))
    found = list(_media(reader, mentioned, has))
    write(contents.MEDIA, found)
    present = [row for row in found if row["present"]]
    manifest = Manifest(
        project=project["name"],
        made_at=clock.now(),
        made_by=f"tower-anime {version('tower-anime')}",
        media_count=len(present),
        media_bytes=sum(row["bytes"] for row in present),
        tables=tables,
    )
    return Gathered(manifest, [row["id"] for row in present])


def _rows(reader: Reader, part: Part, asked: Row) -> Iterator[Row]:
    after = -(2**63)
    while page := reader.rows(part.page, **asked, after=after):
        yield from page
        after = page[-1]["id"]


def _kept(reader: Reader, asked: Row) -> Iterator[Row]:
    for kind in KEPT:
        place = {"after": -(2**63), "revision": 0}
        while page := reader.rows(REVISION_PAGES[kind], **asked, **place):
            yield from page
            place = {"after": page[-1]["subject_id"], "revision": page[-1]["revision"]}


def _shared(reader: Reader, project_id: int) -> list[int]:
    """The workflows for every project that this one uses, or once used."""
    there = frozenset(reader.column(_SHARED))
    if not there:
        return []
    asked = {"project_id": project_id, "shared": "[]"}
    used: set[int] = set()
    for name in ("projects", "scenes", "shots"):
        part = next(part for part in PARTS if part.name == name)
        for row in _rows(reader, part, asked):
            used |= {row.get("workflow_id") or 0, *_workflows_in(*map(str, row.values()))}
    for row in _kept(reader, asked):
        used |= _workflows_in(row["document"])
    return sorted(used & there)


def _workflows_in(*texts: str) -> set[int]:
    return {int(found) for text in texts for found in _WORKFLOW.findall(text)}


def _told(part: Part, row: Row, names: Known, project_id: int) -> Row:
    """A row as the parcel has it: JSON as JSON, truth as truth."""
    told = {name: _value(part, name, value) for name, value in row.items()}
    if part.kind == "workflow" or told.get("subject") == "workflow":
        told["project_id"] = project_id  # one for every project comes along as this one's
    if told.get("status") in UNFINISHED and part.kind in {"take", "cut"}:
        told |= _stopped(part.kind, told)
    return row_renamed(part.kind, told, names)


def _value(part: Part, name: str, value: object) -> object:
    if value is None:
        return None
    if name in part.json:
        return json.loads(str(value))
    return bool(value) if _is_flag(part, name) else value


def _is_flag(part: Part, name: str) -> bool:
    return part.table.c[name].type.python_type is bool


def _stopped(kind: str, row: Row) -> Row:
    """What is under way here is under way nowhere else."""
    if kind == "cut":
        return {"status": "draft", "progress": 0.0}
    return {"status": "cancelled", "finished_at": row["started_at"] or row["queued_at"]}


def _revision(reader: Reader, row: Row, names: Known, project_id: int) -> Row:
    document = json.loads(changes.whole(reader, row["document"]))
    if row["subject"] == "workflow":
        document["project_id"] = project_id
    return row_renamed("revision", {**row, "document": document}, names)


def _media(reader: Reader, mentioned: set[str], has: Callable[[str], bool]) -> Iterator[Row]:
    """The media among all the hashes that the rows have; most of those are hashes of plans."""
    for sha256 in sorted(mentioned.intersection(reader.column(_MEDIA))):
        row = reader.row(_MEDIUM, id=sha256)
        if row is not None:
            present = bool(row["present"]) and has(sha256)
            yield {**row, "present": present, "has_audio": bool(row["has_audio"])}
