"""The verbs of takes: asking for them, and deciding about them."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import Conflict, Unprocessable
from tower_anime.core.paging import Found, Listing, Page
from tower_anime.core.shown import Shown
from tower_anime.core.space import may_always
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.media import service as media
from tower_anime.media.store import Received
from tower_anime.renders import embedded, subjects, take_rows, twins
from tower_anime.renders.desk import Desk
from tower_anime.renders.inputs import Waiting
from tower_anime.renders.manifest import COMFYUI, Plan
from tower_anime.renders.planning import Asked, Planner
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import runs, takes
from tower_anime.story import shot_rows, shots

if TYPE_CHECKING:
    from tower_anime.media.probe import Probed

t = takes.c
MOST_DRAWN = 2**53  # JavaScript reads larger numbers inexactly

_OF_SHOT = Listing(
    select(take_rows.JSON)
    .select_from(take_rows.FOR_A_SHOT)
    .where(t.shot_lineage == bindparam("lineage")),
    t.stage,
    t.number,
)
_PROJECT_OF_RUN = Statement(select(runs.c.project_id).where(runs.c.id == bindparam("id")))
_ASK_TO_CANCEL = Statement(
    takes.update().where(t.id == bindparam("take")).values(cancel_requested=True)
)


@cache
def _listing(by: tuple[str, ...]) -> Listing:
    query = select(take_rows.JSON).select_from(take_rows.FOR_ITS_SHOT).where(take_rows.LIVE)
    for name in by:
        query = query.where(t[name] == bindparam(name))
    return Listing(query, t.id, descending=True)


def listed(reader: Reader, page: Page, /, **by: str | int | None) -> Found:
    """Takes, the newest first, of a status, a project or a run."""
    given = {name: value for name, value in by.items() if value is not None}
    return _listing(tuple(sorted(given))).read(reader, page, **given)


def of_shot(reader: Reader, page: Page, shot_id: int) -> Found:
    """Every take of a shot's lineage, each with its verdict on this shot's branch."""
    shot = shots.find(reader, shot_id)
    return _OF_SHOT.read(reader, page, shot_id=shot_id, lineage=shot["lineage"])


# --- asking for takes


def request(tx: Transaction, shot_id: int, asked: TakeRequest, desk: Desk) -> list[str]:
    """Queue takes of a shot; those that are there already are reused. The takes."""
    subject = subjects.of_shot(tx, shot_id)
    stage = known_stage(subject, asked.stage)
    if asked.run_id is not None:
        _require_run(tx, asked.run_id, subject.scene["project_id"])
    made = queue(tx, Planner(tx), subject, stage, asked, asked.run_id, desk)
    return [take_rows.show(tx, row["id"]).json for row in made]


def _require_run(reader: Reader, run_id: int, project_id: int) -> None:
    if reader.value(_PROJECT_OF_RUN, id=run_id) != project_id:
        raise Unprocessable(f"run_id: the project has no run {run_id}.")


def known_stage(subject: Subject, named: str | None) -> str:
    """The stage that is meant. Raises `Unprocessable` for one that the project has not."""
    stage = subject.stage(named)
    names = [s.name for s in subject.settings.stages]
    if stage not in names:
        raise Unprocessable(f"The project has no stage {stage!r}; its stages: {', '.join(names)}.")
    return stage


def queue(
    tx: Transaction,
    planner: Planner,
    subject: Subject,
    stage: str,
    asked: TakeRequest,
    run_id: int | None,
    desk: Desk,
) -> list[Row]:
    """Queue `asked.count` takes of one shot's stage; their rows.

    A take that has to wait for another stage's is planned once that is approved.
    """
    wanted = Asked(asked.workflow_id, asked.engine, asked.through)
    plan = planner.plan(subject, stage, wanted)
    values: Row = {"run_id": run_id}
    if isinstance(plan, Waiting):
        values |= {"engine": COMFYUI, "waits": dump({"text": plan.text, "asked": vars(wanted)})}
    else:
        desk.require_able(tx, plan)
        values |= planned(plan)
    first = take_rows.next_number(tx, subject.shot, stage)
    seeds = enumerate(_seeds(subject.shot, asked), first)
    made = [
        _add(tx, subject, stage, {**values, "number": number, "seed": str(seed)})
        for number, seed in seeds
    ]
    tx.after_commit(desk.wake)
    return made


def planned(plan: Plan) -> Row:
    """The values of a take that a plan decides."""
    return {"engine": plan.engine, "digest": plan.digest, "plan": plan.as_json(), "waits": None}


def _seeds(shot: Row, asked: TakeRequest) -> list[int]:
    """Each take's own seed: counted up from the one that was given, or drawn."""
    first = asked.seed
    if first is None and shot["seed"] is not None:
        first = int(shot["seed"])
    if first is None:
        return [secrets.randbelow(MOST_DRAWN) for _ in range(asked.count)]
    return [(first + n) % 2**64 for n in range(asked.count)]


def _add(tx: Transaction, subject: Subject, stage: str, values: Row) -> Row:
    digest = values.get("digest")
    twin = twins.done(tx, digest, values["seed"]) if digest else None
    if twin is not None:
        values = {**values, **twins.reusing(twin), "finished_at": tx.now, "revision": 1}
    row = take_rows.add(tx, subject.shot, subject.scene["project_id"], stage, values)
    if twin is not None:
        take_rows.log(tx, row, "reused")
    return row


def accept(probed: Probed) -> None:
    """Raises `Unprocessable` for what cannot be a take."""
    if probed["kind"] == "audio":
        raise Unprocessable(f"A take is a film or a picture; this is {probed['mime']}.")


def stage_of(reader: Reader, shot_id: int, named: str | None) -> str:
    """The stage of a shot that a take is for. Raises `NotFound` and `Unprocessable`."""
    return known_stage(subjects.of_shot(reader, shot_id), named)


def upload(
    tx: Transaction,
    shot_id: int,
    stage: str,
    received: Received,
    probed: Probed,
    name: str | None,
    made: embedded.Made | None = None,
) -> Shown:
    """Add a take that was made elsewhere, with what its file tells of how.

    It has no plan, and is never stale.
    """
    subject = subjects.of_shot(tx, shot_id)
    medium = received.sha256
    media.add(tx, medium, received.size, probed, name)
    values = {
        "engine": "upload",
        "status": "done",
        "execution": None if made is None else dump(made),
        "progress": 1.0,
        "media_id": medium,
        "outputs": dump([{"media_id": medium, "node": None, "index": 0}]),
        "finished_at": tx.now,
        "revision": 1,
    }
    project_id = subject.scene["project_id"]
    row = take_rows.add(tx, subject.shot, project_id, known_stage(subject, stage), values)
    take_rows.log(tx, row, "uploaded")
    return take_rows.show(tx, row["id"])


# --- deciding about takes


@may_always
def cancel(tx: Transaction, take_id: int) -> Shown:
    """Stop a take: at once where it waits, within moments where it runs.

    A finished take is answered as it is: cancelling is a wish, not a state.
    """
    return stop(tx, take_rows.addressed(tx, take_id))


def stop(tx: Transaction, row: Row) -> Shown:
    """Cancel a take by its row, also a hidden one."""
    if row["status"] == "queued":
        values = {"status": "cancelled", "finished_at": tx.now, "waits": None}
        return take_rows.write(tx, row, values, verb="cancelled")
    if row["status"] == "running":
        tx.run(_ASK_TO_CANCEL, take=row["id"])
    return take_rows.show(tx, row["id"])


def retry(tx: Transaction, take_id: int, desk: Desk) -> Shown:
    """Render a take again from its plan alone: a new take. Raises `Conflict` while it goes on."""
    row = take_rows.addressed(tx, take_id)
    if row["status"] in {"queued", "running"}:
        raise Conflict("This take is not finished; cancel it first.")
    if row["plan"] is None:
        raise Conflict("This take has no plan to render again: it was uploaded, or never planned.")
    desk.require_able(tx, Plan.from_json(row["plan"]))
    shot = shots.find(tx, row["shot_id"])
    values = {name: row[name] for name in ("engine", "seed", "digest", "plan", "run_id")}
    new = take_rows.add(tx, shot, row["project_id"], row["stage"], values)
    take_rows.log(tx, new, twins.RETRIED)
    tx.after_commit(desk.wake)
    return take_rows.show(tx, new["id"])


def reject(tx: Transaction, take_id: int) -> Shown:
    """Say that a take will not do; where its shot had it approved, that is taken back."""
    row = take_rows.addressed(tx, take_id)
    shot = shots.find(tx, row["shot_id"])
    if shot_rows.approved(shot, row["stage"]) == take_id:
        _decide(tx, shot, row["stage"], None)
    return take_rows.write(tx, row, {"rejected": True}, verb="rejected")


def approve(tx: Transaction, shot_id: int, take_id: int, desk: Desk) -> Shown:
    """Choose a take for its stage of this shot; the shot as callers see it.

    Takes that have waited for it can be planned now.

    Raises `Conflict` for a take of another shot, or one that is not done.
    """
    shot = shots.addressed(tx, shot_id)
    row = take_rows.find(tx, take_id)
    if row["shot_lineage"] != shot["lineage"]:
        raise Conflict("That take belongs to another shot.")
    if row["status"] != "done":
        raise Conflict(f"That take is {row['status']}; only a done one can be approved.")
    _decide(tx, shot, row["stage"], row)
    if row["rejected"]:
        take_rows.write(tx, row, {"rejected": False}, verb="reconsidered")
    tx.after_commit(desk.wake)
    return shots.get(tx, shot_id)


def withdraw(tx: Transaction, shot_id: int, stage: str) -> Shown:
    """Take back the approval of a stage; the shot as callers see it."""
    shot = shots.addressed(tx, shot_id)
    _decide(tx, shot, stage, None)
    return shots.get(tx, shot_id)


def _decide(tx: Transaction, shot: Row, stage: str, take: Row | None) -> None:
    take_id, medium = (take["id"], take["media_id"]) if take else (None, None)
    if shot_rows.approved(shot, stage) != take_id:
        shots.set_approval(tx, shot["id"], stage, take_id, medium)
