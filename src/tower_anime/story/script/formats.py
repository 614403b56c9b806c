"""The three formats by their names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tower_anime.story.script import csv_table, fountain, fountain_text, markdown
from tower_anime.story.script.model import Scene, Script


class Format(NamedTuple):
    """How one format is read and written, and what files of it are called."""

    read: Callable[[str, int | None], Script]
    write: Callable[[Sequence[Scene], str], str]
    media_type: str
    suffix: str


FORMATS = {
    "fountain": Format(fountain.read, fountain_text.write, "text/plain", "fountain"),
    "csv": Format(csv_table.read, csv_table.write, "text/csv", "csv"),
    "markdown": Format(markdown.read, markdown.write, "text/markdown", "md"),
}
