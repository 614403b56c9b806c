"""Lists, a page at a time: each page begins where the one before ended, whatever came between.

A cursor is the sort key of a page's last row and a hash of what the list was filtered by, so that
one list's cursor is refused by another.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Select, bindparam, func, select, tuple_

from tower_anime.core.database import Reader
from tower_anime.core.errors import Unprocessable
from tower_anime.core.sql import Row, Statement, Value, joined_bytes, json_bytes
from tower_anime.core.text import parse

_Keyed = tuple[Value, ...]


class Page(NamedTuple):
    """Which part of a list is asked for: at most `limit` rows, after the one of a cursor.

    `filters` stands for everything else that was asked; `counted` asks for the whole list's
    length.
    """

    limit: int
    after: str | None = None
    counted: bool = False
    filters: str = ""


class Found(NamedTuple):
    """A page: its documents, the cursor of the next page where there is one, the list's length.

    Several documents may come as one, joined by commas.
    """

    documents: list[bytes]
    following: str | None = None
    total: int | None = None


class Listing:
    """The statements of one list.

    `matching` selects the document's JSON, or a row's columns where `compose` makes the JSON;
    `order` are columns that are never null and together unique, all up or all `descending`.
    """

    def __init__(
        self,
        matching: Select[Any],  # of any columns
        *order: Column[Any],  # of any type
        descending: bool = False,
        compose: Callable[[Row], str] | None = None,
    ) -> None:
        self._order = order
        self._descending = descending
        self._compose = compose
        if compose is None:
            [document] = matching.selected_columns
            selected = matching.with_only_columns(json_bytes(document), maintain_column_froms=True)
        else:
            selected = matching
        keys = (c.label(f"key_{n}") for n, c in enumerate(order))
        self._first, self._after = self._both(selected.add_columns(*keys))
        self._count = Statement(
            matching.with_only_columns(func.count(), maintain_column_froms=True)
        )

    def _both(
        self, rows: Select[Any], outer: Callable[[Select[Any]], Select[Any]] = lambda rows: rows
    ) -> tuple[Statement, Statement]:
        """The list's rows in order, up to a limit: from its beginning, and after given keys."""
        order = self._order
        keys = tuple_(*order)
        bound = tuple_(*(bindparam(f"key_{n}", type_=c.type) for n, c in enumerate(order)))
        ordered = rows.order_by(*(c.desc() if self._descending else c for c in order)).limit(
            bindparam("limit")
        )
        following = ordered.where(keys < bound if self._descending else keys > bound)
        return Statement(outer(ordered)), Statement(outer(following))

    def read(self, reader: Reader, page: Page, **parameters: Value) -> Found:
        """One page of the list. Raises `Unprocessable` for a cursor of another list."""
        total = reader.value(self._count, **parameters) if page.counted else None
        if page.after is not None:
            given = self._keys_in(page.after, page.filters)
            parameters |= {f"key_{n}": key for n, key in enumerate(given)}
        documents, last = self._page(reader, page, parameters) if page.limit else ([], None)
        following = None if last is None else _cursor(page.filters, last)
        return Found(documents, following, total)

    def _page(
        self, reader: Reader, page: Page, parameters: Row
    ) -> tuple[list[bytes], _Keyed | None]:
        """A page's documents, and the keys of its last row where others follow."""
        statement = self._first if page.after is None else self._after
        # One more tells whether there is a next page.
        rows = self._rows(reader, statement, {**parameters, "limit": page.limit + 1})
        last = rows[page.limit - 1][1:] if len(rows) > page.limit else None
        return [row[0] for row in rows[: page.limit]], last

    def _rows(self, reader: Reader, statement: Statement, parameters: Row) -> list[_Keyed]:
        """Each row's document, and after it the row's keys."""
        if self._compose is None:
            return reader.tuples(statement, **parameters)
        names = [f"key_{n}" for n in range(len(self._order))]
        rows = reader.rows(statement, **parameters)
        return [(self._compose(row).encode(), *(row[name] for name in names)) for row in rows]

    def _keys_in(self, cursor: str, filters: str) -> list[Value]:
        try:
            found = parse(urlsafe_b64decode(cursor))
        except ValueError:
            found = None
        keys: list[Value] = found[1:] if isinstance(found, list) else []
        if not keys or found[0] != filters or not self._fit(keys):
            raise Unprocessable(
                "after: this is no cursor of this list; take it from the header Link of the page"
                " before, with the same filters."
            )
        return keys

    def _fit(self, keys: Sequence[Value]) -> bool:
        return len(keys) == len(self._order) and all(map(_holds, self._order, keys))


class JoinedListing(Listing):
    """A list whose documents the database joins into one: a hundred in half the time.

    Where a page ends is looked up apart.
    """

    def __init__(self, matching: Select[Any], *order: Column[Any]) -> None:  # of any columns
        super().__init__(matching, *order)
        [document] = matching.selected_columns
        documents = matching.with_only_columns(
            document.label("document"), maintain_column_froms=True
        )
        self._joined = self._both(documents, _join)
        ends = matching.with_only_columns(*order, maintain_column_froms=True)
        self._ends = self._both(ends.offset(bindparam("skipped")))

    def _page(
        self, reader: Reader, page: Page, parameters: Row
    ) -> tuple[list[bytes], _Keyed | None]:
        is_later = page.after is not None
        found = reader.first(self._joined[is_later], **parameters, limit=page.limit)
        joined, count = found or (None, 0)
        if count < page.limit:
            return [joined] if count else [], None
        end = reader.tuples(self._ends[is_later], **parameters, skipped=page.limit - 1, limit=2)
        return [joined], end[0] if len(end) > 1 else None


def _join(documents: Select[Any]) -> Select[Any]:
    """One row: the documents as one, and how many they are.

    Both databases aggregate the rows of an ordered subquery in its order.
    """
    inner = documents.subquery()
    return select(joined_bytes(inner.c.document)).add_columns(func.count())


def _holds(column: Column[Any], key: Value) -> bool:
    """Whether a column could have that value: others the database would stumble over."""
    if type(key) is not column.type.python_type:
        return False
    bits = 63 if isinstance(column.type, BigInteger) else 31
    return not isinstance(key, int) or -(2**bits) <= key < 2**bits


def _cursor(filters: str, keys: _Keyed) -> str:
    return urlsafe_b64encode(json.dumps([filters, *keys]).encode()).decode()
