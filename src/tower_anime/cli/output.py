"""What commands print: tables and fields for people, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

R = TypeVar("R")

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column of a table. A `wide` one gives way where the terminal is narrow."""

    heading: str
    value: Callable[[R], object]
    wide: bool = False


def console(*, stderr: bool = False) -> Console:
    """Where people read."""
    from rich.console import Console  # noqa: PLC0415 - --json does without

    return Console(stderr=stderr)


def print_table(rows: Iterable[R], columns: list[Column[R]]) -> None:
    """Print rows under headings; a cell is one line, cut short where it is too long."""
    from rich.table import Table  # noqa: PLC0415 - --json does without
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.heading, no_wrap=not column.wide)
    for row in rows:
        cells = (_cell(column.value(row)) for column in columns)
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells))
    console().print(table)


def print_fields(row: BaseModel) -> None:
    """Print what a row holds: a field a line, without those that are empty."""
    from rich.table import Table  # noqa: PLC0415 - --json does without
    from rich.text import Text  # noqa: PLC0415

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in row.model_dump(mode="json").items():
        if value not in (None, "", [], {}):
            table.add_row(Text(name, style="bold"), Text(_told(value)))
    console().print(table)


def print_json(answer: BaseModel | list[R], indent: int | None = 2) -> None:
    """Print the JSON that the service answered, in one line where `indent` is None."""
    from tower_anime.client.bodies import plain  # noqa: PLC0415 - --help does without

    write(json.dumps(plain(answer), ensure_ascii=False, indent=indent))


def write(text: str, end: str = "\n") -> None:
    """Print what programs read: UTF-8, whatever the terminal has."""
    typer.echo(f"{text}{end}".encode(errors="replace"), nl=False)


def line(row: R, columns: list[Column[R]]) -> str:
    """A row as one line, without a table."""
    return "  ".join(filter(None, (_cell(column.value(row)) for column in columns)))


def clean(text: str) -> str:
    """Text without what would steer a terminal; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _cell(value: object) -> str:
    """A value in one line: times as a clock here shows them, SHA-256s by their beginning."""
    text = _told(value).replace("\n", " ")
    return text[:12] if _SHA256.fullmatch(text) else text


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict | list):
        return clean(json.dumps(value, ensure_ascii=False))
    text = "" if value is None else str(value)
    if _TIME.fullmatch(text):
        return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
    return clean(text)
