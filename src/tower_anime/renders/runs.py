"""Rendering a branch: which of its shots, how long it will take, and what became of a run."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import bindparam, func, literal_column, select

from tower_anime.core import conditions
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement, insertion, json_string, one_of
from tower_anime.core.text import dump
from tower_anime.projects import service as projects
from tower_anime.renders import estimating, staleness, subjects, take_rows, takes
from tower_anime.renders.desk import Desk
from tower_anime.renders.planning import Asked, Planner
from tower_anime.renders.schemas import RenderRequest, TakeRequest
from tower_anime.renders.staleness import Memory
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import UNFINISHED, runs
from tower_anime.story import branches
from tower_anime.story.branches import DOCUMENTS as BRANCHES

t = takes.t
r = runs.c

MOST_TAKES = 10_000  # of one request

_WITH_TAKES = Statement(
    select(t.shot_lineage)
    .distinct()
    .where(t.project_id == bindparam("project_id"), t.stage == bindparam("stage"))
    .where(one_of(t.status, "queued", "running", "done"), t.rejected.is_(False))
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
_asked = json_string(t.waits, literal_column("'asked'"))
_WAITS = Statement(
    select(_asked, func.count())
    .where(t.run_id == bindparam("id"), t.status == "queued", t.waits.is_not(None))
    .group_by(_asked)
)
_RENDERS = Statement(
    select(t.id)
    .where(UNFINISHED, t.project_id == bindparam("project_id"), t.waits.is_(None))
    .limit(1)
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
def render(tx: Transaction, project_id: int, asked: RenderRequest, desk: Desk) -> Shown:
    """Queue takes for a branch's shots."""
    choice = _choose(tx, project_id, asked, desk.memory)
    if not choice.shots:
        return _rendering(choice, asked, None, [], 0)
    run_id, made = _queue(tx, project_id, choice, asked, desk)
    reused = sum(row["reused_from"] is not None for row in made)
    return _rendering(choice, asked, run_id, tx.column(_OF_RUN, id=run_id), reused)


def would_render(reader: Reader, project_id: int, asked: RenderRequest, memory: Memory) -> Shown:
    """What `render` would queue."""
    return _rendering(_choose(reader, project_id, asked, memory), asked, None, [], 0)


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


def _choose(reader: Reader, project_id: int, asked: RenderRequest, memory: Memory) -> Choice:
    """Which shots are asked for.

    Raises `NotFound` for a scene that the branch does not have, and `Unprocessable` for more takes
    than one request may ask.
    """
    project = projects.find(reader, project_id)
    branch = branches.named(reader, project["id"], asked.branch_name)
    everything = subjects.of_branch(reader, project_id, branch["id"])
    if asked.scene_ids is not None:
        everything = _of_scenes(everything, asked.scene_ids)
    staged = [(subject, takes.known_stage(subject, asked.stage)) for subject in everything]
    if asked.what == "missing" and staged:
        staged = _missing(reader, project_id, staged)
    stale = staleness.of_branch(reader, memory, project, branch["id"])
    found = [stale.get((subject.shot["id"], stage)) for subject, stage in staged]
    why = [finding.causes if finding else () for finding in found]
    if asked.what == "stale":
        staged = [one for one, causes in zip(staged, why, strict=True) if causes]
    if len(staged) * asked.count > MOST_TAKES:
        raise Unprocessable(
            f"These would be {len(staged) * asked.count:,} takes of {len(staged):,} shots;"
            f" one request may ask for {MOST_TAKES:,}."
        )
    told = Counter(cause.text for causes in why for cause in causes)
    wanted = Asked(asked.workflow_id, asked.engine, asked.through)
    estimate = estimating.seconds(reader, project_id, staged, wanted, asked.count)
    return Choice(branch, staged, dict(told), estimate)


def _of_scenes(everything: list[Subject], scene_ids: list[int]) -> list[Subject]:
    there = {subject.scene["id"] for subject in everything}
    absent = [n for n in dict.fromkeys(scene_ids) if n not in there]
    if absent:
        raise NotFound(f"Scene not found on this branch: {absent[0]}")
    wanted = set(scene_ids)
    return [subject for subject in everything if subject.scene["id"] in wanted]


def _missing(
    reader: Reader, project_id: int, staged: list[tuple[Subject, str]]
) -> list[tuple[Subject, str]]:
    stage = staged[0][1]  # all shots of a project go through the same stages
    there = set(reader.column(_WITH_TAKES, project_id=project_id, stage=stage))
    return [
        (subject, stage)
        for subject, _ in staged
        if subject.shot["lineage"] not in there and subject.approved(stage) is None
    ]


def _queue(
    tx: Transaction, project_id: int, choice: Choice, asked: RenderRequest, desk: Desk
) -> tuple[int, list[Row]]:
    row = {
        "project_id": project_id,
        "branch_id": choice.branch["id"],
        "what": asked.what,
        "estimate_seconds": choice.estimate,
        "started_at": tx.now,
    }
    run_id: int = tx.insert(_INSERT, row)
    take = TakeRequest(
        count=asked.count,
        engine=asked.engine,
        workflow_id=asked.workflow_id,
        through=asked.through,
    )
    planner = Planner(tx)
    made: list[Row] = []
    for subject, stage in choice.shots:
        try:
            made += takes.queue(tx, planner, subject, stage, take, run_id, desk)
        except Unprocessable as error:
            scene, shot = subject.scene["scene_number"], subject.shot["shot_number"]
            raise Unprocessable(f"Scene {scene}, shot {shot}: {error.detail}") from error
    return run_id, made


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
    shown["waiting"] = 0 if over else _for_people(reader, row)
    return Shown(dump({**shown, "estimate_seconds": row["estimate_seconds"]}))


def _for_people(reader: Reader, run: Row) -> int:
    """How many of a run's takes wait for a person, who has to approve another take first.

    Those that may start from any done take (`through`) wait only for what is being rendered.
    """
    found = [(json.loads(asked), n) for asked, n in reader.tuples(_WAITS, id=run["id"])]
    coming = bool(found) and reader.first(_RENDERS, project_id=run["project_id"]) is not None
    return sum(n for asked, n in found if not (asked["through"] and coming))


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
