"""A quick look at a running service: what its settings page shows. Reads only.

`doctor` also reads every row, looks at every medium's file and, where it is told to, every byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice

from tower_anime.core.database import Reader
from tower_anime.core.settings import Settings
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Statement
from tower_anime.core.text import dump
from tower_anime.engines.service import DOCUMENTS as ENGINES
from tower_anime.ops import checks, doctor
from tower_anime.ops.checks import Finding, broken, fine, note

SAMPLE = 200  # media whose files are looked at, while a read is open
MOST = 20  # findings of one check; a folder that is gone lacks every medium

e = ENGINES.table.c

_ENGINES = Statement(
    ENGINES.select(e.id, e.name, e.status, e.detail).where(ENGINES.live, e.enabled).order_by(e.id)
)


def glance(reader: Reader, settings: Settings) -> Shown:
    """Each check with what it found; one that found nothing says that all is well."""
    told = [
        {
            "check": name,
            "level": finding.level,
            "text": finding.text,
            "subject": finding.subject,
            "subject_id": finding.subject_id,
        }
        for name, check in _CHECKS.items()
        for finding in _bounded(check(reader, settings))
    ]
    return Shown(dump(told))


def _bounded(findings: Iterator[Finding]) -> Iterator[Finding]:
    first = next(findings, fine("Nothing was found."))
    yield from islice(chain([first], findings), MOST)
    if next(findings, None) is not None:
        yield note("There is more of that; `tower-anime doctor` tells all of it.")


def _folder(_reader: Reader, settings: Settings) -> Iterator[Finding]:
    return doctor.folder(settings.data_dir, settings.min_free_bytes)


def _backups(_reader: Reader, settings: Settings) -> Iterator[Finding]:
    return doctor.backups(settings)


def _engines(reader: Reader, _settings: Settings) -> Iterator[Finding]:
    for row in reader.rows(_ENGINES):
        if row["status"] in {"offline", "quarantined"}:
            told = f"{row['name']} is {row['status']}: {row['detail'] or 'it gives no reason.'}"
            yield broken(told, "engine", row["id"])


_CHECKS: dict[str, Callable[[Reader, Settings], Iterator[Finding]]] = {
    "data folder": _folder,
    "backups": _backups,
    "engines": _engines,
    "media": partial(checks.lacking_among, most=SAMPLE),
    "shots": checks.scenes_without_shots,
    "scene numbers": checks.repeated_numbers,
    "character names": checks.unknown_names,
}
