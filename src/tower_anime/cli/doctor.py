"""`tower-anime doctor`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli import output
from tower_anime.cli.options import DataDir, settings_of

if TYPE_CHECKING:
    from tower_anime.ops.checks import Finding

SHOWN = 200  # characters of what was stored, for people

_COLOURS = {"fine": "green", "note": "yellow", "broken": "red"}


def doctor(
    data_dir: DataDir = None,
    media: Annotated[bool, typer.Option("--media", help="Read every byte of the media.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what is well in the data folder and what is not; changes nothing.

    Ends with 1 where something is broken.
    """
    from tower_anime.ops.doctor import diagnose  # noqa: PLC0415 - other commands start fast

    settings = settings_of(data_dir=data_dir)
    found = diagnose(settings, every_byte=media)
    levels = _print_json(found) if as_json else _print(found)
    raise typer.Exit(1 if levels["broken"] else 0)


def _print_json(found: Iterator[tuple[str, Finding]]) -> Counter[str]:
    told = [{"check": check, **finding._asdict()} for check, finding in found]
    output.write(json.dumps(told, ensure_ascii=False, indent=2))
    return Counter(row["level"] for row in told)


def _print(found: Iterator[tuple[str, Finding]]) -> Counter[str]:
    levels: Counter[str] = Counter()
    for check, finding in found:
        levels[finding.level] += 1
        typer.secho(f"{finding.level:7}", fg=_COLOURS[finding.level], nl=False)
        typer.echo(output.clean(f"{check}: {_sentence(finding)}"))
    typer.echo(f"{levels['broken']} broken, {levels['note']} notes.")
    return levels


def _sentence(finding: Finding) -> str:
    of = "" if finding.subject_id is None else f"{finding.subject} {finding.subject_id}: "
    return f"{of}{finding.text}{_stored(finding.stored)}"


def _stored(text: str | None) -> str:
    if text is None:
        return ""
    begin = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"  # --json prints all of it
    return f" It was: {json.dumps(begin, ensure_ascii=False)}"
