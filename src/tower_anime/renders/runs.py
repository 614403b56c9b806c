"""Rendering a branch: which of its shots, how long it will take, and what became of a run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from tower_anime.core import conditions
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, insertion, one_of
from tower_anime.core.text import dump
from tower_anime.media.frames import frames_of
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ENGINES
from tower_anime.renders import manifest, subjects, take_rows, takes
from tower_anime.renders.manifest import Cause, Plan
from tower_anime.renders.schemas import RenderRequest, TakeRequest
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import runs
from tower_anime.renders.takes import Wake
from tower_anime.story import branches
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.shot_rows import approved

t = takes.t
r = runs.c

MOST_TAKES = 10_000  # of one request

_WITH_TAKES = Statement(
    select(t.shot_lineage)
    .distinct()
    .where(t.project_id == bindparam("project_id"), t.stage == bindparam("stage"))
    .where(one_of(t.status, "queued", "running", "done"), t.rejected.is_(False))
)
_ON_ITS_WAY = Statement(
    select(t.id)
    .where(t.shot_lineage == bindparam("lineage"), t.stage == bindparam("stage"))
    .where(one_of(t.status, "queued", "running"), t.digest == bindparam("digest"))
    .limit(1)
)
_RECENT = Statement(
    select(t.execution, t.plan)
    .where(t.project_id == bindparam("project_id"), t.status == "done")
    .where(t.execution.is_not(None))
    .order_by(t.id.desc())
    .limit(50)
)
_INSERT = insertion(runs)
_LIVE_RUNS = runs.join(BRANCHES.source, r.branch_id == BRANCHES.table.c.id)
_RUN = Statement(
    select(*r, BRANCHES.table.c.name.label("branch_name"))
    .select_from(_LIVE_RUNS)
    .where(r.id == bindparam("id"), BRANCHES.live)
)
_all_runs = select(r.id).select_from(_LIVE_RUNS).where(BRANCHES.live)
_ALL_RUNS, _RUNS = (
    Listing(query, r.id, descending=True, compose=lambda row: str(row["id"]))
    for query in (_all_runs, _all_runs.where(r.project_id == bindparam("project_id")))
)
_COUNTS = Statement(
    select(t.status, func.count().label("n"), func.max(t.finished_at).label("last"))
    .where(t.run_id == bindparam("id"))
    .group_by(t.status)
)
_WAITING = Statement(
    select(*t).where(t.run_id == bindparam("id"), one_of(t.status, "queued", "running"))
)
_OF_RUN = Statement(
    select(take_rows.JSON)
    .select_from(take_rows.FOR_ITS_SHOT)
    .where(t.run_id == bindparam("id"))
    .order_by(t.id)
)


@dataclass(frozen=True)
class Choice:
    """What a request to render comes to: shots, each with its stage, and why they are stale."""

    branch: Row
    shots: list[tuple[Subject, str]]
    causes: dict[str, int]
    estimate: float | None


@commits_alone
def render(tx: Transaction, project_id: int, asked: RenderRequest, wake: Wake) -> Shown:
    """Queue takes for a branch's shots."""
    choice = _choose(tx, project_id, asked)
    if not choice.shots:
        return _rendering(choice, asked, None, [], 0)
    run_id, made = _queue(tx, project_id, choice, asked, wake)
    reused = sum(row["reused_from"] is not None for row in made)
    return _rendering(choice, asked, run_id, tx.column(_OF_RUN, id=run_id), reused)


def would_render(reader: Reader, project_id: int, asked: RenderRequest) -> Shown:
    """What `render` would queue."""
    return _rendering(_choose(reader, project_id, asked), asked, None, [], 0)


def _rendering(
    choice: Choice, asked: RenderRequest, run_id: int | None, made: list[str], reused: int
) -> Shown:
    told = {
        "dry_run": asked.dry_run,
        "run_id": run_id,
        "shots": len(choice.shots),
        "reused": reused,
        "estimate_seconds": choice.estimate,
        "causes": choice.causes,
    }
    return Shown(f'{dump(told)[:-1]},"takes":[{",".join(made)}]}}')


def _choose(reader: Reader, project_id: int, asked: RenderRequest) -> Choice:
    """Which shots are asked for. Raises `Unprocessable` for more takes than one request may ask."""
    branch = branches.named(reader, projects.find(reader, project_id)["id"], asked.branch_name)
    everything = subjects.of_branch(reader, project_id, branch["id"])
    staged = [(subject, takes.known_stage(subject, asked.stage)) for subject in everything]
    if asked.what == "missing" and staged:
        staged = _missing(reader, project_id, staged)
    why = [stale_causes(reader, subject, stage) for subject, stage in staged]
    if asked.what == "stale":
        staged = [one for one, causes in zip(staged, why, strict=True) if causes]
    if len(staged) * asked.count > MOST_TAKES:
        raise Unprocessable(
            f"These would be {len(staged) * asked.count:,} takes of {len(staged):,} shots;"
            f" one request may ask for {MOST_TAKES:,}."
        )
    told = Counter(cause.text for causes in why for cause in causes)
    estimate = _estimate(reader, project_id, [subject for subject, _ in staged], asked.count)
    return Choice(branch, staged, dict(told), estimate)


def _missing(
    reader: Reader, project_id: int, staged: list[tuple[Subject, str]]
) -> list[tuple[Subject, str]]:
    stage = staged[0][1]  # all shots of a project go through the same stages
    there = set(reader.column(_WITH_TAKES, project_id=project_id, stage=stage))
    return [
        (subject, stage)
        for subject, _ in staged
        if subject.shot["lineage"] not in there and approved(subject.shot, stage) is None
    ]


def _queue(
    tx: Transaction, project_id: int, choice: Choice, asked: RenderRequest, wake: Wake
) -> tuple[int, list[Row]]:
    row = {
        "project_id": project_id,
        "branch_id": choice.branch["id"],
        "what": asked.what,
        "estimate_seconds": choice.estimate,
        "started_at": tx.now,
    }
    run_id: int = tx.insert(_INSERT, row)
    take = TakeRequest(count=asked.count)
    made = [takes.queue(tx, subject, stage, take, run_id, wake) for subject, stage in choice.shots]
    return run_id, [row for rows in made for row in rows]


def _estimate(reader: Reader, project_id: int, chosen: list[Subject], count: int) -> float | None:
    """Seconds of one worker's time, from what the project's latest takes took a frame.

    `None` where nothing has been rendered yet: there is nothing to go by.
    """
    seconds, frames = 0.0, 0
    for row in reader.rows(_RECENT, project_id=project_id):
        seconds += json.loads(row["execution"])["seconds"]
        frames += json.loads(row["plan"])["parts"]["frames"]
    if not frames:
        return None
    asked = sum(_frames(subject) for subject in chosen) * count
    return round(asked * seconds / frames, 1)


def _frames(subject: Subject) -> int:
    return frames_of(subject.facts.duration, subject.facts.fps)


# --- staleness


def stale_causes(reader: Reader, subject: Subject, stage: str) -> list[Cause]:
    """Why a shot's approved take is not what would be rendered now; empty while that is made."""
    take_id = approved(subject.shot, stage)
    if take_id is None:
        return []
    row = take_rows.row_of(reader, take_id)
    if row["plan"] is None:  # uploaded
        return []
    before, engine = Plan.from_json(row["plan"]), subject.engine(stage)
    if engine not in ENGINES:
        text = f"engine: {engine} is not here"
        return [Cause("engine", before.parts["engine"], {"kind": engine}, text)]
    now = takes.plan_for(subject, stage)
    key = {"lineage": subject.shot["lineage"], "stage": stage, "digest": now.digest}
    if now.digest == row["digest"] or reader.value(_ON_ITS_WAY, **key) is not None:
        return []
    return manifest.causes(before, now)


def stale(reader: Reader, project_id: int, branch_name: str) -> Shown:
    """The shots of a branch whose approved takes are stale, each with its causes."""
    branch = branches.named(reader, projects.find(reader, project_id)["id"], branch_name)
    found = []
    for subject in subjects.of_branch(reader, project_id, branch["id"]):
        for stage in (s.name for s in subject.settings.stages):
            causes = stale_causes(reader, subject, stage)
            if causes:
                found.append(_told(subject, stage, causes))
    return Shown(dump(found))


def _told(subject: Subject, stage: str, causes: list[Cause]) -> Row:
    return {
        "shot_id": subject.shot["id"],
        "stage": stage,
        "scene_id": subject.scene["id"],
        "scene_number": subject.scene["scene_number"],
        "shot_number": subject.shot["shot_number"],
        "take_id": approved(subject.shot, stage),
        "causes": [vars(cause) for cause in causes],
    }


# --- runs


def get(reader: Reader, run_id: int) -> Shown:
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
    return Shown(dump({**shown, "estimate_seconds": row["estimate_seconds"]}))


def listed(reader: Reader, page: Page, project_id: int | None) -> Found:
    """Runs, the newest first."""
    listing = _ALL_RUNS if project_id is None else _RUNS
    found = listing.read(reader, page, project_id=project_id)
    return found._replace(documents=[get(reader, int(n)).json.encode() for n in found.documents])


@may_always
def cancel(tx: Transaction, run_id: int) -> Shown:
    """Cancel every take of a run that is not finished."""
    get(tx, run_id)
    conditions.require(tx, "run", run_id, get)
    for row in tx.rows(_WAITING, id=run_id):
        takes.stop(tx, row)
    return get(tx, run_id)
