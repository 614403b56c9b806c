"""The cells of a table as spreadsheets write them: columns, numbers, and no formulas. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from tower_anime.story.script.model import Number, clean, parse_number, refusal

COLUMNS = (
    "episode",
    "scene_number",
    "scene_description",
    "characters",
    "shot_number",
    "description",
    "duration",
    "camera",
    "speaker",
    "line",
    "dialogue",
    "prompt",
    "negative_prompt",
    "seed",
)

# What a spreadsheet would run: such words are written with an apostrophe before them.
FORMULA = ("=", "+", "-", "@", "\t")

_SEPARATOR = re.compile(r"sep=([,;\t])\n", re.IGNORECASE)  # Excel's own first line

Cells = Mapping[str, str]


def rows(text: str) -> list[tuple[int, list[str]]]:
    """Each row, the columns' names first, with the line where it begins.

    Raises `Unprocessable`, as do all of these, with the line and what does not fit.
    """
    first = text.lstrip("\n").partition("\n")[0]
    told = _SEPARATOR.match(text)
    delimiter = told[1] if told else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    begun = 1
    try:
        for values in reader:
            if values and not (told and begun == 1):
                found.append((begun, values))
            begun = reader.line_num + 1
    except csv.Error as error:
        raise refusal(begun, f"this is no CSV: {error}.") from error
    if not found:
        raise refusal(1, "a CSV script begins with the names of its columns.")
    return found


def columns(line: int, names: Sequence[str]) -> list[str]:
    """The columns that the first row names; spelling counts, and case and spaces do not."""
    found = [name.strip().lower().replace(" ", "_") for name in names]
    while found and not found[-1]:  # spreadsheets leave empty columns at the end
        found.pop()
    for name in found:
        if name not in COLUMNS:
            raise refusal(line, f"there is no column {name!r}; there are {', '.join(COLUMNS)}.")
        if found.count(name) > 1:
            raise refusal(line, f"the column {name} is there twice.")
    if "scene_number" not in found:
        raise refusal(line, "the column scene_number is needed.")
    if "dialogue" in found and {"speaker", "line"} & set(found):
        raise refusal(line, "dialogue is either the column dialogue, or speaker and line.")
    return found


def cells(line: int, columns: Sequence[str], values: Sequence[str]) -> Cells:
    """The cells of a row by their columns."""
    beyond = next((v for v in values[len(columns) :] if v.strip()), None)
    if beyond is not None:
        raise refusal(line, f"there are more cells than columns: {beyond[:50]!r}.")
    return {name: clean(harmless(v)) for name, v in zip(columns, values, strict=False)}


def number(line: int, name: str, row: Cells) -> Number:
    """The number in a cell, such as 12 or 12A."""
    found = parse_number(row[name])
    if found is None:
        raise refusal(line, f"column {name}: {row[name][:50]!r} is no number such as 12 or 12A.")
    return found


def whole(line: int, name: str, row: Cells) -> int | None:
    """The whole number in a cell, or None in an empty one."""
    if not row.get(name):
        return None
    found = number(line, name, row)
    if found.letters:
        raise refusal(line, f"column {name}: {row[name]!r} is no whole number.")
    return found.value


def seconds(line: int, text: str) -> float:
    """Seconds as they are typed: `4.5`, `4,5`, `4.5s`."""
    try:
        return float(text.removesuffix("s").replace(",", ".").strip())
    except ValueError:
        reason = f"column duration: {text[:50]!r} is no number of seconds."
        raise refusal(line, reason) from None


def harmless(cell: str) -> str:
    """A cell as it was before `safe`."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: such words begin with an apostrophe."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell
