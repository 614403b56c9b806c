"""The verbs of takes: asking for them, and deciding about them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import cache

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import Conflict, Unprocessable
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.media import service as media
from tower_anime.media.tables import media as media_table
from tower_anime.renders import manifest, subjects, take_rows
from tower_anime.renders.manifest import Plan
from tower_anime.renders.schemas import TakeRequest
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import takes
from tower_anime.story import scenes, shot_rows, shots

t = takes.c
Wake = Callable[[], None]

MOST_DRAWN = 2**53  # JavaScript reads larger numbers inexactly

_SAME = Statement(
    select(t.id, t.media_id, t.outputs)
    .select_from(takes.join(media_table, t.media_id == media_table.c.id))
    .where(t.digest == bindparam("digest"), t.seed == bindparam("seed"), t.status == "done")
    .where(media_table.c.present)
    .order_by(t.id)
    .limit(1)
)
_OF_SHOT = Statement(
    select(take_rows.JSON)
    .select_from(take_rows.FOR_A_SHOT)
    .where(t.shot_lineage == bindparam("lineage"))
    .order_by(t.stage, t.number)
)
_ASK_TO_CANCEL = Statement(
    takes.update().where(t.id == bindparam("take")).values(cancel_requested=True)
)


@cache
def _listing(by: tuple[str, ...]) -> Statement:
    query = select(take_rows.JSON).select_from(take_rows.FOR_ITS_SHOT).order_by(t.id.desc())
    for name in by:
        query = query.where(t[name] == bindparam(name))
    return Statement(query.limit(bindparam("limit")))


def listed(reader: Reader, /, limit: int, **by: str | int | None) -> list[str]:
    """Takes, the newest first, of a status, a project or a run."""
    given = {name: value for name, value in by.items() if value is not None}
    return reader.column(_listing(tuple(sorted(given))), limit=limit, **given)


def of_shot(reader: Reader, shot_id: int) -> list[str]:
    """Every take of a shot's lineage, each with its verdict on this shot's branch."""
    shot = shots.find(reader, shot_id)
    return reader.column(_OF_SHOT, shot_id=shot_id, lineage=shot["lineage"])


# --- asking for takes


def request(tx: Transaction, shot_id: int, asked: TakeRequest, wake: Wake) -> list[str]:
    """Queue takes of a shot; those that are there already are reused. The takes."""
    subject = subjects.of_shot(tx, shot_id)
    stage = known_stage(subject, asked.stage)
    made = queue(tx, subject, stage, asked, None, wake)
    return [take_rows.show(tx, row["id"]) for row in made]


def known_stage(subject: Subject, named: str | None) -> str:
    """The stage that is meant. Raises `Unprocessable` for one that the project has not."""
    stage = subject.stage(named)
    names = [s.name for s in subject.settings.stages]
    if stage not in names:
        raise Unprocessable(f"The project has no stage {stage!r}; its stages: {', '.join(names)}.")
    return stage


def plan_for(subject: Subject, stage: str, engine: str | None = None) -> Plan:
    """What would be sent now. Raises `Unprocessable` for an engine that is not here."""
    chosen = json.loads(subject.shot["stages"]).get(stage, {}).get("engine")
    engine = engine or chosen or subject.settings.engine
    if engine != manifest.ANIMATIC:
        raise Unprocessable(f"There is no engine {engine!r}; this service has: animatic.")
    return manifest.animatic_plan(subject.facts)


def queue(
    tx: Transaction,
    subject: Subject,
    stage: str,
    asked: TakeRequest,
    run_id: int | None,
    wake: Wake,
) -> list[Row]:
    """Queue `asked.count` takes of one shot's stage; their rows."""
    plan = plan_for(subject, stage, asked.engine)
    seeds = _seeds(subject.shot, asked)
    made = [
        _add(tx, subject.shot, subject.scene["project_id"], stage, plan, s, run_id) for s in seeds
    ]
    tx.after_commit(wake)
    return made


def _seeds(shot: Row, asked: TakeRequest) -> list[int]:
    """Each take's own seed: counted up from the one that was given, or drawn."""
    first = asked.seed
    if first is None and shot["seed"] is not None:
        first = int(shot["seed"])
    if first is None:
        return [secrets.randbelow(MOST_DRAWN) for _ in range(asked.count)]
    return [(first + n) % 2**64 for n in range(asked.count)]


def _add(
    tx: Transaction,
    shot: Row,
    project_id: int,
    stage: str,
    plan: Plan,
    seed: int,
    run_id: int | None,
) -> Row:
    values: Row = {
        "engine": plan.engine,
        "seed": str(seed),
        "digest": plan.digest,
        "plan": plan.as_json(),
        "run_id": run_id,
    }
    same = tx.row(_SAME, digest=plan.digest, seed=str(seed))
    if same is not None:
        values |= _reused(tx, same)
    row = take_rows.add(tx, shot, project_id, stage, values)
    if same is not None:
        take_rows.log(tx, row, "reused")
    return row


def _reused(tx: Transaction, same: Row) -> Row:
    return {
        "status": "done",
        "progress": 1.0,
        "reused_from": same["id"],
        "media_id": same["media_id"],
        "outputs": same["outputs"],
        "finished_at": tx.now,
        "revision": 1,
    }


def upload(tx: Transaction, shot_id: int, stage: str | None, medium: str) -> str:
    """Add a take that was made elsewhere. It has no plan, and is never stale."""
    subject = subjects.of_shot(tx, shot_id)
    found = media.find(tx, medium)
    if found["kind"] == "audio":
        raise Unprocessable(f"A take is a film or a picture; this is {found['mime']}.")
    values = {
        "engine": "upload",
        "status": "done",
        "progress": 1.0,
        "media_id": medium,
        "outputs": dump([{"media_id": medium, "node": None, "index": 0}]),
        "finished_at": tx.now,
        "revision": 1,
    }
    chosen = known_stage(subject, stage)
    row = take_rows.add(tx, subject.shot, subject.scene["project_id"], chosen, values)
    take_rows.log(tx, row, "uploaded")
    return take_rows.show(tx, row["id"])


# --- deciding about takes


def cancel(tx: Transaction, take_id: int) -> str:
    """Stop a take: at once where it waits, within moments where it runs.

    A finished take is answered as it is: cancelling is a wish, not a state.
    """
    row = take_rows.find(tx, take_id)
    if row["status"] == "queued":
        return take_rows.write(
            tx, row, {"status": "cancelled", "finished_at": tx.now}, verb="cancelled"
        )
    if row["status"] == "running":
        tx.run(_ASK_TO_CANCEL, take=take_id)
    return take_rows.show(tx, take_id)


def retry(tx: Transaction, take_id: int, wake: Wake) -> str:
    """Render a take again from its plan alone: a new take. Raises `Conflict` while it goes on."""
    row = take_rows.find(tx, take_id)
    if row["plan"] is None:
        raise Conflict("This take was uploaded; there is no plan to render again.")
    if row["status"] in {"queued", "running"}:
        raise Conflict("This take is not finished; cancel it first.")
    shot = shots.find(tx, row["shot_id"])
    values = {name: row[name] for name in ("engine", "seed", "digest", "plan", "run_id")}
    new = take_rows.add(tx, shot, row["project_id"], row["stage"], values)
    tx.after_commit(wake)
    return take_rows.show(tx, new["id"])


def reject(tx: Transaction, take_id: int) -> str:
    """Say that a take will not do; where its shot had it approved, that is taken back."""
    row = take_rows.find(tx, take_id)
    shot = shots.find(tx, row["shot_id"])
    if _approved(shot, row["stage"]) == take_id:
        _decide(tx, shot, row["stage"], None)
    return take_rows.write(tx, row, {"rejected": True}, verb="rejected")


def approve(tx: Transaction, shot_id: int, take_id: int) -> str:
    """Choose a take for its stage of this shot; the shot as callers see it.

    Raises `Conflict` for a take of another shot, or one that is not done.
    """
    shot = shots.find(tx, shot_id)
    row = take_rows.find(tx, take_id)
    if row["shot_lineage"] != shot["lineage"]:
        raise Conflict("That take belongs to another shot.")
    if row["status"] != "done":
        raise Conflict(f"That take is {row['status']}; only a done one can be approved.")
    _decide(tx, shot, row["stage"], take_id)
    if row["rejected"]:
        take_rows.write(tx, row, {"rejected": False}, verb="reconsidered")
    return shots.get(tx, shot_id)


def withdraw(tx: Transaction, shot_id: int, stage: str) -> str:
    """Take back the approval of a stage; the shot as callers see it."""
    shot = shots.find(tx, shot_id)
    _decide(tx, shot, stage, None)
    return shots.get(tx, shot_id)


def _approved(shot: Row, stage: str) -> int | None:
    chosen: int | None = json.loads(shot["stages"]).get(stage, {}).get("approved_take_id")
    return chosen


def _decide(tx: Transaction, shot: Row, stage: str, take_id: int | None) -> None:
    if _approved(shot, stage) == take_id:
        return
    document = json.loads(shots.set_approval(tx, shot["id"], stage, take_id))
    first = shot_rows.live(tx, shot["scene_id"])[0]
    if first["id"] == shot["id"]:
        chosen = document["approved_take_id"]
        path = None if chosen is None else media.url_of(take_rows.find(tx, chosen)["media_id"])
        scenes.follow_take(tx, shot["scene_id"], path)
