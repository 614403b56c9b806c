"""Whether the approved takes of shots are what would be rendered now, and if not, why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.renders import manifest, take_rows
from tower_anime.renders.inputs import Waiting
from tower_anime.renders.manifest import Cause, Plan
from tower_anime.renders.planning import Planner
from tower_anime.renders.subjects import Subject
from tower_anime.renders.take_rows import Decided

AT_ONCE = 500  # shots' stages; the plans of as many are in memory

Place = tuple[int, str]  # a shot's id, and a stage
Wanted = tuple[Subject, str]  # a shot, and a stage


class Finding(NamedTuple):
    """What is known of one stage of a shot: its approved take, what would be made, and why."""

    lineage: int
    take_id: int | None
    digest: str | None  # of what would be made now; None where nothing can be
    causes: tuple[Cause, ...]


class _Glance(NamedTuple):
    """A finding, and the plan of now whose causes are still to be told."""

    finding: Finding
    now: Plan | None


def of_shots(reader: Reader, planner: Planner, wanted: Iterable[Wanted]) -> dict[Place, Finding]:
    """What is found of each of these. The takes are read many at once, and planned one by one."""
    found: dict[Place, Finding] = {}
    left = iter(wanted)
    while some := list(islice(left, AT_ONCE)):
        found |= _of_some(reader, planner, some)
    return found


def _of_some(reader: Reader, planner: Planner, some: Sequence[Wanted]) -> dict[Place, Finding]:
    approved = [take_id for one, stage in some if (take_id := one.approved(stage)) is not None]
    decided = take_rows.decided(reader, approved)
    glances = {
        (subject.shot["id"], stage): _glance(planner, subject, stage, decided)
        for subject, stage in some
    }
    differing = [g.finding.take_id for g in glances.values() if g.now is not None]
    before = take_rows.plans(reader, [take_id for take_id in differing if take_id is not None])
    return {place: _with_causes(glance, before) for place, glance in glances.items()}


def _glance(
    planner: Planner, subject: Subject, stage: str, decided: Mapping[int, Decided]
) -> _Glance:
    lineage, take_id = subject.shot["lineage"], subject.approved(stage)
    take = None if take_id is None else decided.get(take_id)
    if take is None or take.digest is None:  # none, or uploaded
        return _Glance(Finding(lineage, take_id, None, ()), None)
    try:
        now = planner.plan(subject, stage)
    except (NotFound, Unprocessable) as error:  # nothing can be rendered as things are
        cause = Cause("engine", {"kind": take.engine}, None, error.detail)
        return _Glance(Finding(lineage, take_id, None, (cause,)), None)
    if isinstance(now, Waiting):
        cause = Cause(f"stage:{now.stage}", None, None, now.text)
        return _Glance(Finding(lineage, take_id, None, (cause,)), None)
    same = now.digest == take.digest
    return _Glance(Finding(lineage, take_id, now.digest, ()), None if same else now)


def _with_causes(glance: _Glance, before: Mapping[int, Plan]) -> Finding:
    found, now = glance
    if now is None or found.take_id is None:
        return found
    return found._replace(causes=tuple(manifest.causes(before[found.take_id], now)))
