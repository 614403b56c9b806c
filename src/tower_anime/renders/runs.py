"""Rendering a branch: which of its shots, how long it will take, and what became of a run."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime

from sqlalchemy import bindparam, func, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import NotFound
from tower_anime.core.sql import Row, Statement, insertion, one_of
from tower_anime.core.text import dump
from tower_anime.media.frames import frames_of
from tower_anime.projects import service as projects
from tower_anime.renders import manifest, subjects, take_rows, takes
from tower_anime.renders.manifest import Cause, Plan
from tower_anime.renders.schemas import RenderRequest, TakeRequest
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import runs
from tower_anime.renders.takes import Wake
from tower_anime.story import branches
from tower_anime.story.tables import branches as branches_table

t = takes.t
r = runs.c

_HAS_TAKE = Statement(
    select(t.id)
    .where(t.shot_lineage == bindparam("lineage"), t.stage == bindparam("stage"))
    .where(one_of(t.status, "queued", "running", "done"), t.rejected.is_(False))
    .limit(1)
)
_UNFINISHED = Statement(
    select(t.id)
    .where(t.shot_lineage == bindparam("lineage"), t.stage == bindparam("stage"))
    .where(one_of(t.status, "queued", "running"))
    .limit(1)
)
_RECENT = Statement(
    select(t.started_at, t.finished_at, t.plan)
    .where(t.project_id == bindparam("project_id"), t.status == "done")
    .where(t.started_at.is_not(None))
    .order_by(t.id.desc())
    .limit(50)
)
_INSERT = insertion(runs)
_RUN = Statement(
    select(*r, branches_table.c.name.label("branch_name"))
    .select_from(runs.join(branches_table, r.branch_id == branches_table.c.id))
    .where(r.id == bindparam("id"))
)
_RUNS = Statement(
    select(r.id)
    .where(r.project_id == bindparam("project_id"))
    .order_by(r.id.desc())
    .limit(bindparam("limit"))
)
_ALL_RUNS = Statement(select(r.id).order_by(r.id.desc()).limit(bindparam("limit")))
_COUNTS = Statement(
    select(t.status, func.count().label("n"), func.max(t.finished_at).label("last"))
    .where(t.run_id == bindparam("id"))
    .group_by(t.status)
)
_WAITING = Statement(
    select(t.id).where(t.run_id == bindparam("id"), one_of(t.status, "queued", "running"))
)


def render(tx: Transaction, project_id: int, asked: RenderRequest, wake: Wake) -> str:
    """Queue takes for a branch's shots, or with `dry_run` tell what would be queued."""
    project = projects.find(tx, project_id)
    branch = branches.named(tx, project["id"], asked.branch_name)
    everything = subjects.of_branch(tx, project_id, branch["id"])
    chosen = [subject for subject in everything if _is_asked(tx, subject, asked)]
    why = Counter(c.text for s in chosen for c in stale_causes(tx, s, _stage(s, asked)))
    estimate = _estimate(tx, project_id, chosen, asked.count)
    run_id: int | None = None
    made: list[Row] = []
    if not asked.dry_run and chosen:
        run_id, made = _queue(tx, project_id, branch, chosen, asked, estimate, wake)
    reused = sum(row["reused_from"] is not None for row in made)
    shown = ",".join(take_rows.show(tx, row["id"]) for row in made)
    head = {"dry_run": asked.dry_run, "run_id": run_id, "shots": len(chosen), "reused": reused}
    tail = {"estimate_seconds": estimate, "causes": dict(why)}
    return f'{dump({**head, **tail})[:-1]},"takes":[{shown}]}}'


def _stage(subject: Subject, asked: RenderRequest) -> str:
    return takes.known_stage(subject, asked.stage)


def _is_asked(tx: Transaction, subject: Subject, asked: RenderRequest) -> bool:
    stage = _stage(subject, asked)
    key = {"lineage": subject.shot["lineage"], "stage": stage}
    if asked.what == "missing":
        return subject.approved(stage) is None and tx.value(_HAS_TAKE, **key) is None
    if asked.what == "stale":
        return bool(stale_causes(tx, subject, stage))
    return True


def _queue(
    tx: Transaction,
    project_id: int,
    branch: Row,
    chosen: list[Subject],
    asked: RenderRequest,
    estimate: float | None,
    wake: Wake,
) -> tuple[int, list[Row]]:
    row = {
        "project_id": project_id,
        "branch_id": branch["id"],
        "what": asked.what,
        "estimate_seconds": estimate,
        "started_at": tx.now,
    }
    run_id: int = tx.insert(_INSERT, row)
    take = TakeRequest(count=asked.count)
    made = [takes.queue(tx, s, _stage(s, asked), take, run_id, wake) for s in chosen]
    return run_id, [row for rows in made for row in rows]


def _estimate(reader: Reader, project_id: int, chosen: list[Subject], count: int) -> float | None:
    """Seconds of one worker's time, from what the project's latest takes took a frame.

    `None` where nothing has been rendered yet: there is nothing to go by.
    """
    seconds, frames = 0.0, 0
    for row in reader.rows(_RECENT, project_id=project_id):
        seconds += _seconds_between(row["started_at"], row["finished_at"])
        frames += json.loads(row["plan"])["parts"]["frames"]
    if not frames:
        return None
    asked = sum(_frames(subject) for subject in chosen) * count
    return round(asked * seconds / frames, 1)


def _frames(subject: Subject) -> int:
    return frames_of(subject.facts.duration, subject.facts.fps)


def _seconds_between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


# --- staleness


def stale_causes(reader: Reader, subject: Subject, stage: str) -> list[Cause]:
    """Why a shot's approved take is not what would be rendered now; empty while a take runs."""
    approved = subject.approved(stage)
    if approved is None:
        return []
    row = take_rows.find(reader, approved)
    if row["plan"] is None:  # uploaded
        return []
    now = takes.plan_for(subject, stage)
    if now.digest == row["digest"]:
        return []
    if reader.value(_UNFINISHED, lineage=subject.shot["lineage"], stage=stage) is not None:
        return []
    return manifest.causes(Plan.from_json(row["plan"]), now)


def stale(reader: Reader, project_id: int, branch_name: str) -> str:
    """The shots of a branch whose approved takes are stale, each with its causes."""
    branch = branches.named(reader, projects.find(reader, project_id)["id"], branch_name)
    found = []
    for subject in subjects.of_branch(reader, project_id, branch["id"]):
        for stage in (s.name for s in subject.settings.stages):
            causes = stale_causes(reader, subject, stage)
            if causes:
                found.append(_told(subject, stage, causes))
    return dump(found)


def _told(subject: Subject, stage: str, causes: list[Cause]) -> Row:
    return {
        "shot_id": subject.shot["id"],
        "stage": stage,
        "scene_id": subject.scene["id"],
        "scene_number": subject.scene["scene_number"],
        "shot_number": subject.shot["shot_number"],
        "take_id": subject.approved(stage),
        "causes": [vars(cause) for cause in causes],
    }


# --- runs


def get(reader: Reader, run_id: int) -> str:
    """A run with the counts of its takes. Raises `NotFound`."""
    row = reader.row(_RUN, id=run_id)
    if row is None:
        raise NotFound("Run not found")
    found = reader.rows(_COUNTS, id=run_id)
    counts = {status["status"]: status["n"] for status in found}
    over = not counts.keys() & {"queued", "running"}
    last = max((status["last"] for status in found if status["last"]), default=None)
    shown = {k: row[k] for k in ("id", "project_id", "branch_name", "what", "started_at")}
    shown |= {"counts": counts, "finished_at": last if over else None}
    return dump({**shown, "estimate_seconds": row["estimate_seconds"]})


def listed(reader: Reader, project_id: int | None, limit: int) -> list[str]:
    """Runs, the newest first."""
    if project_id is None:
        ids = reader.column(_ALL_RUNS, limit=limit)
    else:
        ids = reader.column(_RUNS, project_id=project_id, limit=limit)
    return [get(reader, run_id) for run_id in ids]


def cancel(tx: Transaction, run_id: int) -> str:
    """Cancel every take of a run that is not finished."""
    get(tx, run_id)
    for take_id in tx.column(_WAITING, id=run_id):
        takes.cancel(tx, take_id)
    return get(tx, run_id)
