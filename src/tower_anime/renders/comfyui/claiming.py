"""Which take goes to which server, and what is written down of it while it is there."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Integer, Text, bindparam, select, tuple_

from tower_anime.core.database import Reader, Transaction
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.engines.farm import Farm
from tower_anime.renders import ordering, take_rows
from tower_anime.renders.comfyui.abilities import Abilities
from tower_anime.renders.ledger import Claim
from tower_anime.renders.manifest import COMFYUI, Plan
from tower_anime.renders.tables import UNFINISHED, takes
from tower_anime.renders.take_rows import t

LOOKED_AT = 200  # waiting takes, read at a time, in the order of the queue
PLANS = 1_000  # that are kept while their takes wait
_MODELS = ("ckpt_name", "unet_name", "lora_name", "vae_name", "clip_name", "model_name")

_waiting = select(t.id, t.place, t.digest, t.engine_id, t.trouble).where(
    UNFINISHED, t.status == "queued", t.engine == COMFYUI, take_rows.READY
)
_waiting = _waiting.order_by(*take_rows.ORDER).limit(LOOKED_AT)
_AFTER = tuple_(*take_rows.ORDER) > tuple_(bindparam("place", type_=Integer), bindparam("after"))
_IN_ORDER = Statement(_waiting.where(t.prompt_id.is_(None), _AFTER))
_SENT_BEFORE = Statement(_waiting.where(t.prompt_id.is_not(None)))
_PLAN = Statement(select(t.plan).where(t.id == bindparam("id")))
_STATUS = Statement(select(t.status).where(t.id == bindparam("id")))
_GIVE_TO = Statement(
    takes.update().where(t.id == bindparam("take")).values(engine_id=bindparam("to"))
)
_NOTE_PROMPT = Statement(
    takes.update()
    .where(t.id == bindparam("take"), t.attempt == bindparam("tried"), t.status == "running")
    .values(prompt_id=bindparam("prompt", type_=Text))
)
_TROUBLE = Statement(select(t.trouble).where(t.id == bindparam("id")))
_NOTE_TROUBLE = Statement(
    takes.update()
    .where(t.id == bindparam("take"), t.attempt == bindparam("tried"), t.status == "running")
    .values(trouble=bindparam("told", type_=Text), prompt_id=None)
)


class Claiming:
    """Gives waiting takes to free servers. Reservations are the farm's; who holds them is here."""

    def __init__(self, farm: Farm, abilities: Abilities) -> None:
        self._farm = farm
        self._abilities = abilities
        self._lock = threading.Lock()
        self._held: dict[int, int] = {}  # take → engine
        self._plans: OrderedDict[str, Plan] = OrderedDict()  # by digest; each is long

    def claim(self, tx: Transaction, worker: str, lease_until: str) -> Claim | None:
        """Take the first take that a free server can render; `None` where there is none.

        A take that has a prompt on a server goes on there, whatever else that does.
        """
        for row in tx.rows(_SENT_BEFORE):
            if self._farm.server_of(row["engine_id"]) is not None:
                return take_rows.SENT.take(tx, row["id"], worker, lease_until)
        self._let_go(tx)
        if not self._farm.free_ids():
            return None
        # A free server is not kept waiting by takes that it cannot render.
        for row in _in_order(tx):
            engine_id = self._engine_for(row, self._plan(tx, row))
            if engine_id is not None:
                tx.run(_GIVE_TO, take=row["id"], to=engine_id)
                return take_rows.SENT.take(tx, row["id"], worker, lease_until)
        return None

    def _plan(self, reader: Reader, row: Row) -> Plan:
        """The take's plan, read once while it waits."""
        digest = row["digest"]
        if digest not in self._plans:
            self._plans[digest] = Plan.from_json(reader.value(_PLAN, id=row["id"]))
            while len(self._plans) > PLANS:
                self._plans.popitem(last=False)
        return self._plans[digest]

    def _engine_for(self, row: Row, plan: Plan) -> int | None:
        needs = self._abilities.of(plan)
        trouble = json.loads(row["trouble"] or "{}")
        avoided, worn = avoided_by(trouble), worn_by(trouble)
        workflow: Any = plan.parts["workflow"]
        warm = models(workflow["graph"])
        chosen = self._farm.choose(needs, avoided | worn, warm)
        if chosen is None and worn:
            chosen = self._farm.choose(needs, avoided, warm)
        if chosen is None or not self._farm.reserve(chosen, _token(row["id"])):
            return None
        with self._lock:
            self._held[row["id"]] = chosen
        return chosen

    def release(self, claim: Claim) -> None:
        """Give back the server of a take that is no longer worked on here."""
        with self._lock:
            engine_id = self._held.pop(claim[0], None)
        if engine_id is not None:
            self._farm.release(engine_id, _token(claim[0]))

    def _let_go(self, reader: Reader) -> None:
        """Give back what is held for takes that do not run: a claim's commit may have failed."""
        with self._lock:
            held = list(self._held)
        for take_id in held:
            if reader.value(_STATUS, id=take_id) != "running":
                self.release((take_id, 0))


def _in_order(reader: Reader) -> Iterator[Row]:
    last = {"place": ordering.FIRST, "id": 0}
    while rows := reader.rows(_IN_ORDER, place=last["place"], after=last["id"]):
        yield from rows
        last = rows[-1]


def _token(take_id: int) -> str:
    return f"take-{take_id}"


def models(graph: Mapping[str, Any]) -> frozenset[str]:
    """The models that a graph names: what is warm after it ran."""
    return frozenset(_named(graph))


def _named(graph: Mapping[str, Any]) -> Iterator[str]:
    for node in graph.values():
        for name, value in node["inputs"].items():
            if name.startswith(_MODELS) and isinstance(value, str):
                yield value


# --- what is written down


def note_prompt(tx: Transaction, claim: Claim, prompt_id: str | None) -> bool:
    """Write down the id of the prompt that is about to be sent, or that none is out.

    False where the attempt is not the one that runs any more: nothing is written then.
    """
    return tx.run(_NOTE_PROMPT, take=claim[0], tried=claim[1], prompt=prompt_id) > 0


Trouble = dict[str, list[int]]  # `lost` and `memory`: the engines, once for each time


def note_trouble(tx: Transaction, claim: Claim, kind: str, engine_id: int) -> Trouble:
    """Write down that a server lost a take or had no memory for it; all there was so far."""
    take_id, attempt = claim
    trouble: Trouble = {"lost": [], "memory": []} | json.loads(
        tx.value(_TROUBLE, id=take_id) or "{}"
    )
    trouble[kind] = [*trouble[kind], engine_id]
    tx.run(_NOTE_TROUBLE, take=take_id, tried=attempt, told=dump(trouble))
    return trouble


TRIES = 2  # on one server that loses a take, or has no memory for it and is told to free some
LOSSES = 4  # of one take, on two servers at least: it is what brings them down
MOST_LOSSES = 6  # and on one


def avoided_by(trouble: Trouble) -> set[int]:
    """The servers that a take is not given to again: those too small for it."""
    memory = trouble.get("memory", [])
    return {engine_id for engine_id in memory if memory.count(engine_id) >= TRIES}


def worn_by(trouble: Trouble) -> set[int]:
    """The servers that lost a take as often as they may: a free one that did not is better."""
    lost = trouble.get("lost", [])
    return {engine_id for engine_id in lost if lost.count(engine_id) >= TRIES}


def is_poison(trouble: Trouble) -> bool:
    """Whether a take has brought down so many servers that it is not tried any more."""
    lost = trouble.get("lost", [])
    return len(lost) >= (LOSSES if len({*lost}) > 1 else MOST_LOSSES)
