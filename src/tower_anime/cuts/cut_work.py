"""What is done for a cut: assemble its film in a child process, prove it, keep it."""

from __future__ import annotations

import json
from collections.abc import Callable

from tower_anime.core.children import Cancelled, ChildDied, Refused, Report
from tower_anime.core.database import Database, Transaction
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.cuts import service
from tower_anime.media import service as media
from tower_anime.renders.ledger import Claim
from tower_anime.renders.making import Film, Making, make, source
from tower_anime.renders.work import Outcome, failure


class CutWork:
    """The queue's work on cuts."""

    name = "cut"
    ledger = service.LEDGER
    claim = service.LEDGER.claim
    draws = True

    def __init__(self, db: Database, making: Making) -> None:
        self._db = db
        self._making = making

    def produce(self, claim: Claim, report: Report, cancelled: Callable[[], bool]) -> Outcome:
        """Assemble the planned film; takes that fit are copied, missing ones are slates."""
        row = self._db.read_now(self.ledger.mine, claim)
        if row is None or row["cancel_requested"]:
            raise Cancelled
        plan = json.loads(row["plan"])
        function = "tower_anime.cuts.encode:assemble"
        try:
            made = make(self._making, function, self._job(plan), report=report, cancelled=cancelled)
        except (Refused, ChildDied) as error:
            return failure("The film could not be assembled", error.detail)
        frames = sum(item["frames"] for item in plan["items"])
        film = Film(plan["width"], plan["height"], plan["fps"], frames)
        return {
            "status": "done",
            "sha256": made.sha256,
            "size": made.size,
            "probed": made.probed(film),
            "report": made.answer,
        }

    def _job(self, plan: Row) -> Row:
        items = [
            {
                "source": source(self._making.room, item["media_id"]),
                "frames": item["frames"],
                "skip": item.get("skip", 0),  # a plan of before there were trims has none
                "slate": item["slate"],
            }
            for item in plan["items"]
        ]
        return {**plan, "items": items}

    def finish(self, tx: Transaction, claim: Claim, outcome: Outcome) -> None:
        """Write down what became of the cut, if this attempt is still the one that runs."""
        row = self.ledger.mine(tx, claim)
        if row is None:
            return
        status = outcome["status"]
        values: Row = {"status": status, "lease_until": None}
        if status == "done":
            name = f"{row['name']}.mp4"
            media.add(tx, outcome["sha256"], outcome["size"], outcome["probed"], name)
            values |= {"media_id": outcome["sha256"], "report": dump(outcome["report"])}
            values["progress"] = 1.0
        elif status == "failed":
            values["error"] = dump(outcome["error"])
        service.DOCUMENTS.change(
            tx, row, values, verb=status, text=f"Cut {row['name']}: assembling {status}"
        )
