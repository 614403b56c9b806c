"""One row of the first service, read cell by cell: what it says, and what is odd about it.

SQLite keeps any type in any column, and the first service never looked: text may be bytes, a
number may be text, JSON may be none. Whatever cannot be taken as it was is kept as an oddity.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from tower_anime.core.sql import Value
from tower_anime.core.text import dump, parse


class Oddity(NamedTuple):
    """Something that could not be taken as it was: a row of the table `oddities` but its id."""

    subject: str
    subject_id: int
    field: str
    stored: str | None
    text: str


def decoded(raw: bytes) -> str:
    """SQLite's text; bytes that are no UTF-8 become lone surrogates, which `plain` tells apart."""
    return str(raw, "utf-8", "surrogateescape")


def plain(text: str) -> str:
    """The text with a � for whatever no JSON text can hold: NUL, and bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "�")


def as_stored(value: Value) -> str | None:
    """A cell as text that loses nothing: itself, or the SQL expression for it."""
    match value:
        case str() if plain(value) == value:
            return value
        case str():
            raw = value.encode("utf-8", "surrogateescape")
            return f"CAST(X'{raw.hex()}' AS TEXT)"
        case bytes():
            return f"X'{value.hex()}'"
        case float() if math.isinf(value):
            return "9e999" if value > 0 else "-9e999"
        case None:
            return None
    return str(value)


@dataclass
class OldRow:
    """A row, what is odd about it so far, and one reader for each kind of column."""

    subject: str
    row_id: int
    cells: Mapping[str, Value]
    oddities: list[Oddity] = field(default_factory=list)

    def odd(self, name: str, text: str, *, stored: str | None = None) -> None:
        """Note that a cell was odd, and what became of it."""
        kept = as_stored(self.cells.get(name)) if stored is None else stored
        self.oddities.append(Oddity(self.subject, self.row_id, name, kept, text))

    def text(self, name: str) -> str | None:
        """Text, or nothing. Bytes and numbers are read as the text that they are."""
        value = self.cells[name]
        if value is None or (isinstance(value, str) and plain(value) == value):
            return value
        if isinstance(value, str):
            self.odd(name, "It held characters that text cannot hold; each is shown as �.")
            return plain(value)
        if isinstance(value, bytes):
            self.odd(name, "It was kept as bytes; it is read as text.")
            return plain(decoded(value))
        self.odd(name, "It was kept as a number; it is read as text.")
        return str(value)

    def words(self, name: str, otherwise: str) -> str:
        """Text that cannot be empty."""
        text = self.text(name)
        if text:
            return text
        self.odd(name, f"It was empty; it is {otherwise!r} now.")
        return otherwise

    def number(self, name: str, otherwise: int) -> int:
        """A whole number; a fraction is rounded down."""
        value = self.cells[name]
        if isinstance(value, int):
            return value
        if isinstance(value, float) and math.isfinite(value) and abs(value) < 2**53:
            self.odd(name, "It was no whole number; it is rounded down.")
            return math.floor(value)
        self.odd(name, f"It was no number; it is {otherwise} now.")
        return otherwise

    def reference(self, name: str) -> int | None:
        """Another row's id; nothing where it is none."""
        value = self.cells[name]
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value if isinstance(value, int) else None

    def moment(self, name: str) -> str | None:
        """A time, as `core.clock` writes it; nothing where it is none.

        The first service wrote UTC in two formats: `2025-10-05 04:57:46`, by SQLite, and
        `2025-10-05T04:57:46.802250`, by Python. A time with a zone is converted.
        """
        value = self.cells[name]
        moment = utc(value)
        if moment is None:
            self.odd(name, "It was no time; the nearest one that is known stands in for it.")
        return moment

    def names(self, name: str) -> list[str]:
        """A JSON list of strings; none where it is something else."""
        found = self._json(name)
        if isinstance(found, list) and all(isinstance(item, str) for item in found):
            return found
        if self.cells[name] is not None:
            self.odd(name, "It was no JSON list of names; there are none now.")
        return []

    def json_object(self, name: str) -> str | None:
        """A JSON object as text, or nothing."""
        found = self._json(name)
        if isinstance(found, dict):
            return dump(found)
        if self.cells[name] is not None:
            self.odd(name, "It was no JSON object; there is none now.")
        return None

    def _json(self, name: str) -> object:
        value = self.cells[name]
        raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        try:
            return parse(raw) if isinstance(raw, bytes) else None
        except json.JSONDecodeError:
            return None

    def note_bounds(self, model: type[BaseModel], values: Mapping[str, Value]) -> None:
        """Note what is longer or larger than callers may write today; it is kept as it is."""
        try:
            model.model_validate(values)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                text = f"It is beyond today's bounds, and kept: {found['msg']}."
                self.odd(str(found["loc"][0]), text)


def utc(value: Value) -> str | None:
    """A cell's time as `core.clock` writes it; nothing where it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return None if moment is None else moment.isoformat(timespec="microseconds") + "Z"
