"""The table: one row a measurement, on the terminal and as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

COLUMNS = ("what", "ours", "compared with", "ratio", "target", "met")


@dataclass(frozen=True)
class Row:
    """One measurement: our figure beside another's in the same unit, and what it has to reach.

    The target binds the ratio of the two figures, or, where `bound` says so, our figure itself;
    then the other may be 0, and no ratio is told.
    """

    what: str
    ours: float
    other: float
    other_is: str
    unit: str
    sign: Literal["≥", "<"]
    limit: float
    bound: Literal["ratio", "figure"] = "ratio"

    @property
    def ratio(self) -> float:
        return self.ours / self.other

    @property
    def met(self) -> bool:
        value = self.ratio if self.bound == "ratio" else self.ours
        return value >= self.limit if self.sign == "≥" else value < self.limit

    @property
    def target(self) -> str:
        unit = f" {self.unit}" if self.bound == "figure" else ""
        return f"{self.sign} {self.limit:g}{unit}"

    def cells(self) -> tuple[str, ...]:
        """The row's texts, in the order of `COLUMNS`."""
        return (
            self.what,
            f"{readable(self.ours)} {self.unit}",
            f"{readable(self.other)} ({self.other_is})",
            readable(self.ratio) if self.other else "",
            self.target,
            "yes" if self.met else "no",
        )


def readable(figure: float) -> str:
    """A figure in three digits, or all of those before the point."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def show(rows: Sequence[Row], notes: Sequence[str], console: Console) -> None:
    """Print the table and the notes under it."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "what" else "right")
    for row in rows:
        table.add_row(*row.cells(), style="" if row.met else "bold red")
    console.print(table)
    for note in notes:
        console.print(note, style="dim")


def as_markdown(rows: Sequence[Row], notes: Sequence[str]) -> str:
    """The same table for a README."""
    lines = [COLUMNS, ("---", *["---:"] * (len(COLUMNS) - 1)), *(row.cells() for row in rows)]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return table + "\n" + "".join(f"{note}\n" for note in notes)
