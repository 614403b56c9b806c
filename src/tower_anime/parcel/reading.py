"""The rows of a parcel held against their tables, before anything of them is written.

Every value has its column's type, every id names something that is in the parcel, and nothing is
there twice that may be there once. What is found is what writing needs: the ids of each kind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Column, Table

from tower_anime.core.sql import Row
from tower_anime.media.sniff import MIMES
from tower_anime.media.tables import media
from tower_anime.parcel import contents
from tower_anime.parcel.contents import BY_KIND, PARTS, Part
from tower_anime.parcel.plans import require_plan
from tower_anime.parcel.references import row_renamed
from tower_anime.parcel.unpacking import Damaged, Parcel

_WORD = 2**31
_LONG = 2**63
_OVER = {"take": ("done", "failed", "cancelled"), "cut": ("draft", "done", "failed", "cancelled")}

Media = dict[str, Row]  # by their SHA-256


class Found(NamedTuple):
    """What a parcel has: the ids of each kind in their order, and its media."""

    ids: dict[str, list[int]]
    media: Media


class _Names:
    """Every id is what it is, if it is in the parcel."""

    def __init__(self, ids: dict[str, list[int]]) -> None:
        self._ids = {kind: frozenset(found) for kind, found in ids.items()}

    def of(self, kind: str, named: int) -> int | None:
        """The same id. Raises `Damaged` for one of nothing that is there."""
        if kind == "engine":
            return None
        if named not in self._ids[kind]:
            raise Damaged(f"it names the {kind} {named}, which is not in it")
        return named


def read(parcel: Parcel) -> Found:
    """Look at every row once for what there is, and once for what it says. Raises `Damaged`."""
    found = Found({part.kind: _ids(parcel, part) for part in PARTS}, _media(parcel))
    if len(found.ids["project"]) != 1:
        raise Damaged("it is not of one project")
    names = _Names(found.ids)
    for part in PARTS:
        seen: set[tuple[object, ...]] = set()
        for row in parcel.rows(part.name):
            row_renamed(part.kind, row, names)
            _require_media(part, row, found.media)
            if part.kind == "take":
                require_plan(row)
            for key in _unique(part.table, row):
                if key in seen:
                    raise Damaged(f"two of its {part.name} are {key[1:]}")
                seen.add(key)
    for row in _revisions(parcel):
        row_renamed("revision", row, names)
    return found


def _ids(parcel: Parcel, part: Part) -> list[int]:
    ids: list[int] = []
    for row in parcel.rows(part.name):
        _require_columns(part, row)
        ids.append(row["id"])
        if part.kind in _OVER and row["status"] not in _OVER[part.kind]:
            raise Damaged(f"its {part.kind} {row['id']} is {row['status']!r}")
        if part.kind == "branch" and (row["parent_id"] or -_LONG) >= row["id"]:
            raise Damaged(f"its branch {row['id']} comes of one that is younger")
        if part.kind == "change" and row["subject"] not in BY_KIND:
            raise Damaged(f"its change {row['id']} is of no such thing")
    if any(one >= other for one, other in pairwise(ids)):
        raise Damaged(f"its table {part.name} is not in order")
    return ids


def _require_columns(part: Part, row: Row) -> None:
    if row.keys() != set(part.columns):
        raise Damaged(f"its table {part.name} has not the columns of this version")
    for name, value in row.items():
        _require_value(part.name, part.table.c[name], value, is_json=name in part.json)


def _require_value(table: str, column: Column[Any], value: object, *, is_json: bool) -> None:
    if value is None:
        if not column.nullable:
            raise Damaged(f"its table {table} lacks a value of {column.name}")
        return
    if not is_json and not _is_of_type(column, value):
        raise Damaged(f"its table {table} has {value!r:.60} as {column.name}")


def _is_of_type(column: Column[Any], value: object) -> bool:
    wanted = column.type.python_type
    if wanted is bool or isinstance(value, bool):
        return wanted is type(value)
    if wanted is float:
        return isinstance(value, int | float) and math.isfinite(value)
    if wanted is int:
        bound = _LONG if "BIG" in type(column.type).__visit_name__.upper() else _WORD
        return isinstance(value, int) and -bound <= value < bound
    return isinstance(value, str)


def _require_media(part: Part, row: Row, known: Media) -> None:
    """What a table's own columns name must be there; within JSON, a hash names what it names."""
    for column in part.table.columns:
        named = row.get(column.name)
        is_medium = any(key.column.table is media for key in column.foreign_keys)
        if is_medium and named is not None and named not in known:
            raise Damaged(f"it names a medium {named[:12]}… that is not in it")


def _unique(table: Table, row: Row) -> Iterator[tuple[object, ...]]:
    """What a row may share with no other: the columns of each unique index, where it holds."""
    for index in table.indexes:
        names = [column.name for column in index.columns]
        only_live = index.dialect_options["sqlite"]["where"] is not None
        if index.unique and not (only_live and row.get("deleted_at")):
            yield (index.name, *(row[name] for name in names))


def _revisions(parcel: Parcel) -> Iterator[Row]:
    """The rows of the history, each state once, in order."""
    before: tuple[int, int, int] | None = None
    for row in parcel.rows(contents.REVISIONS):
        if row.keys() != set(contents.REVISION_COLUMNS) or row["subject"] not in contents.KEPT:
            raise Damaged("its history is not one that an export writes")
        numbers = row["subject_id"], row["revision"], row["change_id"]
        if not all(type(number) is int for number in numbers) or not 0 < numbers[1] < _WORD:
            raise Damaged("its history has a state without a number")
        if not isinstance(row["document"], dict):
            raise Damaged("its history has a state that is none")
        place = contents.KEPT.index(row["subject"]), *numbers[:2]
        if before is not None and place <= before:
            raise Damaged("its history is not in order")
        before = place
        yield row


def _media(parcel: Parcel) -> Media:
    found: Media = {}
    columns = {column.name: column for column in media.columns}
    for row in parcel.rows(contents.MEDIA):
        if row.keys() != columns.keys():
            raise Damaged("its table media has not the columns of this version")
        for name, value in row.items():
            _require_value(contents.MEDIA, columns[name], value, is_json=False)
        if row["mime"] not in MIMES or not row["mime"].startswith(f"{row['kind']}/"):
            raise Damaged(f"its table media has {row['mime']!r:.60} as mime")
        found[row["id"]] = row
    present = [row for row in found.values() if row["present"]]
    told = parcel.manifest
    if (len(present), sum(row["bytes"] for row in present)) != (told.media_count, told.media_bytes):
        raise Damaged("its media are not those that it says")
    parcel.require_media(row["id"] for row in present)
    return found
