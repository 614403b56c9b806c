"""How long takes will take: by what a frame took of late, with the same workflow if there is one.

What is told is the time of one worker or server; several side by side are as many times faster.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.sql import Row, Statement
from tower_anime.renders.planning import Asked, Planner
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import takes

t = takes.c

LATEST = 100  # takes of the project

_RECENT = Statement(
    select(t.execution, t.plan)
    .where(t.project_id == bindparam("project_id"), t.status == "done")
    .where(t.execution.is_not(None), t.plan.is_not(None))
    .order_by(t.id.desc())
    .limit(LATEST)
)

Maker = tuple[str, str | None]  # an engine, and a workflow with its version


def seconds(
    reader: Reader,
    project_id: int,
    staged: Iterable[tuple[Subject, str]],
    asked: Asked,
    count: int,
) -> float | None:
    """Seconds for `count` takes of each of these; `None` where there is nothing to go by."""
    rates = _rates(reader.rows(_RECENT, project_id=project_id))
    if not rates:
        return None
    usual = sum(rates.values()) / len(rates)
    planner = Planner(reader)
    told = sum(
        subject.facts.frames * rates.get(_maker(planner, subject, stage, asked), usual)
        for subject, stage in staged
    )
    return max(round(told * count, 1), 0.1)  # little is not nothing


def _rates(rows: Iterable[Row]) -> dict[Maker | None, float]:
    """Seconds a frame, by what made them; a picture is one frame."""
    spent: dict[Maker | None, tuple[float, int]] = {}
    for row in rows:
        plan = json.loads(row["plan"])
        maker = plan["engine"], plan["labels"].get("workflow")
        before, frames = spent.get(maker, (0.0, 0))
        took = json.loads(row["execution"])["seconds"]
        spent[maker] = before + took, frames + plan["parts"].get("frames", 1)
    return {maker: took / frames for maker, (took, frames) in spent.items() if frames}


def _maker(planner: Planner, subject: Subject, stage: str, asked: Asked) -> Maker | None:
    try:
        engine, recipe = planner.choice(subject, stage, asked)
    except (NotFound, Unprocessable):
        return None
    return engine, recipe.label if recipe else None
