"""The doctor's checks of a database: each yields what it finds, and nothing where all is well."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from sqlalchemy import bindparam, exists, func, select, text, tuple_

from tower_anime.characters.service import DOCUMENTS as CHARACTERS
from tower_anime.core.changes import revisions
from tower_anime.core.database import Reader
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import nfc
from tower_anime.media.store import place
from tower_anime.media.tables import media
from tower_anime.ops import tables
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.scenes import DOCUMENTS as SCENES
from tower_anime.story.tables import shots

AT_ONCE = 1000  # revisions, which are as large as scenes
TOLD = 8  # numbers of scenes in one sentence

b, s, c, o, r = (
    BRANCHES.table.c,
    SCENES.table.c,
    CHARACTERS.table.c,
    tables.oddities.c,
    revisions.c,
)

Level = Literal["fine", "note", "broken"]


class Finding(NamedTuple):
    """A sentence for people, and the row that it is about; `stored` is what stands there.

    `note` is worth knowing; `broken` needs somebody to mend it.
    """

    level: Level
    text: str
    subject: str | None = None
    subject_id: int | str | None = None
    stored: str | None = None


def fine(told: str) -> Finding:
    """All is well."""
    return Finding("fine", told)


def note(
    told: str, subject: str | None = None, subject_id: int | None = None, stored: str | None = None
) -> Finding:
    """Worth knowing."""
    return Finding("note", told, subject, subject_id, stored)


def broken(told: str, subject: str | None = None, subject_id: int | str | None = None) -> Finding:
    """To be mended."""
    return Finding("broken", told, subject, subject_id)


_INTEGRITY = Statement(text("PRAGMA integrity_check"))
_TABLES = Statement(text("SELECT name FROM pragma_table_list WHERE type = 'table'"))
_DANGLING = Statement(text('SELECT "table", parent FROM pragma_foreign_key_check(:name)'))
_AFTER = tuple_(r.subject, r.subject_id, r.revision) > tuple_(
    bindparam("subject"), bindparam("subject_id"), bindparam("revision")
)
_REVISIONS = Statement(
    select(r.subject, r.subject_id, r.revision, r.document)
    .where(_AFTER)
    .order_by(r.subject, r.subject_id, r.revision)
    .limit(AT_ONCE)
)
_SHOTLESS = Statement(
    select(s.id, s.scene_number)
    .where(~exists().where(shots.c.scene_id == s.id, shots.c.deleted_at.is_(None)))
    .order_by(s.id)
)
_MEDIA = Statement(select(media.c.id, media.c.bytes).where(media.c.present).order_by(media.c.id))
_SOME_MEDIA = Statement(
    select(media.c.id, media.c.bytes)
    .where(media.c.present)
    .order_by(media.c.id)
    .limit(bindparam("most"))
)
_PRESENT = Statement(select(func.count()).select_from(media).where(media.c.present))
_ODDITIES = Statement(
    select(o.subject, o.subject_id, o.field, o.stored, o.text).order_by(
        o.subject, o.subject_id, o.id
    )
)
_REPEATED = Statement(
    SCENES.select(
        s.branch_id,
        func.min(b.name).label("branch"),
        s.episode,
        s.scene_number,
        func.count().label("times"),
    )
    .where(SCENES.live)
    .group_by(s.branch_id, s.episode, s.scene_number)
    .having(func.count() > 1)
    .order_by(s.branch_id, s.episode, s.scene_number)
)
_NAMES = Statement(CHARACTERS.select(c.project_id, c.name).where(CHARACTERS.live))
_CAST = Statement(
    SCENES.select(s.project_id, s.scene_number, s.characters)
    .where(SCENES.live)
    .order_by(s.project_id, s.scene_number, s.id)
)


def damage(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """What SQLite's own check finds; a PostgreSQL server looks after its files itself."""
    if reader.dialect == "sqlite":
        for message in reader.column(_INTEGRITY):
            if message != "ok":
                yield broken(f"The file is damaged: {message}.")


def broken_references(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """Rows that refer to what is not there; PostgreSQL lets none come to be.

    In tables that came along from the first service they may have been so all along.
    """
    if reader.dialect != "sqlite":
        return
    for name in reader.column(_TABLES):
        if name in tables.OURS:
            for child, parent in reader.tuples(_DANGLING, name=name):
                yield broken(f"A row of {child} refers to a row of {parent} that is not there.")


def unreadable_revisions(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """Kept states that are no JSON objects."""
    last: Row = {"subject": "", "subject_id": 0, "revision": 0}
    while found := reader.rows(_REVISIONS, **last):
        for row in found:
            if not _is_object(row.pop("document")):
                told = f"Its revision {row['revision']} cannot be read."
                yield broken(told, row["subject"], row["subject_id"])
        last = found[-1]


def _is_object(document: str) -> bool:
    try:
        return isinstance(json.loads(document), dict)
    except ValueError:
        return False


def scenes_without_shots(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """Every scene has a shot."""
    for row in reader.rows(_SHOTLESS):
        yield broken(f"Scene {row['scene_number']} has no shot.", "scene", row["id"])


def lacking_media(
    reader: Reader, settings: Settings, *, every_byte: bool = False
) -> Iterator[Finding]:
    """Media whose files are not there, or hold something else; by their sizes, or every byte."""
    for row in reader.rows(_MEDIA):
        yield from _lacking(settings, row, every_byte=every_byte)


def lacking_among(reader: Reader, settings: Settings, most: int) -> Iterator[Finding]:
    """The same of so many media, by their sizes, and of how many. In the order of their hashes,
    which is as good as chance, and the same at each look.
    """
    for row in reader.rows(_SOME_MEDIA, most=most):
        yield from _lacking(settings, row, every_byte=False)
    present: int = reader.value(_PRESENT)
    if present > most:
        yield fine(
            f"{most:,} of {present:,} media were looked at; `tower-anime doctor` looks at all."
        )


def _lacking(settings: Settings, row: Row, *, every_byte: bool) -> Iterator[Finding]:
    path = place(settings.data_dir / "media", row["id"])
    wrong = _wrong_with(path, row, every_byte)
    if wrong is not None:
        yield broken(f"{path} {wrong}.", "medium", row["id"])


def _wrong_with(path: Path, row: Row, every_byte: bool) -> str | None:
    try:
        if path.stat().st_size != row["bytes"]:
            return f"has {path.stat().st_size:,} bytes, and not {row['bytes']:,}"
        if every_byte:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != row["id"]:
                    return "holds other bytes than its name says"
    except FileNotFoundError:
        return "is not there"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def oddities(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """What the first service's database held that could not be taken as it was."""
    for row in reader.rows(_ODDITIES):
        of_row = row["subject_id"] or None
        told = row["text"] if of_row is None else f"{row['field']}: {row['text']}"
        yield note(told, row["subject"], of_row, row["stored"])


def repeated_numbers(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """Scene numbers that a branch has more than once."""
    for row in reader.rows(_REPEATED):
        told = f"{row['branch']} has {row['times']} scenes {row['scene_number']}"
        episode = "" if row["episode"] is None else f" in episode {row['episode']}"
        yield note(f"{told}{episode}.", "branch", row["branch_id"])


def unknown_names(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    """Names in scenes that no character of the project has."""
    known = {(row["project_id"], nfc(row["name"])) for row in reader.rows(_NAMES)}
    unknown: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for row in reader.rows(_CAST):
        for name in json.loads(row["characters"]):
            if (row["project_id"], nfc(name)) not in known:
                unknown[row["project_id"], nfc(name)].append(row["scene_number"])
    for (project_id, name), numbers in unknown.items():
        first = ", ".join(str(number) for number in numbers[:TOLD])
        more = f" and {len(numbers) - TOLD} more" if len(numbers) > TOLD else ""
        told = f"No character is called {name}, whom scenes name: {first}{more}."
        yield note(told, "project", project_id)
