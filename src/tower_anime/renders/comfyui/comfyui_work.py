"""The queue's work on takes that ComfyUI servers render."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tower_anime.core.children import Cancelled, Report
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.media import service as media
from tower_anime.renders import take_rows, twins, waiting
from tower_anime.renders.comfyui import claiming, course
from tower_anime.renders.comfyui.attempt import Attempt, GiveBack, Tools
from tower_anime.renders.finishing import finish
from tower_anime.renders.ledger import Claim
from tower_anime.renders.manifest import Plan
from tower_anime.renders.work import Outcome


class ComfyWork:
    """One take after another on each server of the farm."""

    name = "comfyui"
    ledger = take_rows.SENT
    draws = False

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._claiming = claiming.Claiming(tools.farm, tools.abilities)
        self._waiting = waiting.Room()

    def claim(self, tx: Transaction, worker: str, lease_until: str) -> Claim | None:
        """Take the oldest take that a free server can render; plan those that need not wait."""
        self._waiting.look(tx)
        return self._claiming.claim(tx, worker, lease_until)

    def produce(self, claim: Claim, report: Report, cancelled: Callable[[], bool]) -> Outcome:
        """Have the take's plan rendered by the server that it was claimed for."""
        try:
            row = self._tools.db.read_now(self.ledger.mine, claim)
            if row is None:
                raise Cancelled
            return self._rendered(row, claim, report, cancelled)
        finally:
            self._claiming.release(claim)

    def _rendered(
        self, row: Row, claim: Claim, report: Report, cancelled: Callable[[], bool]
    ) -> Outcome:
        db = self._tools.db
        twin = db.read_now(twins.rendered_since, row)
        if twin is not None and row["prompt_id"] is None:
            return {"status": "done", "reused_from": twin["id"]}
        server = self._tools.farm.server_of(row["engine_id"])
        if server is None:  # its administrator has removed it, and what it rendered with it
            write_now(db, claiming.note_prompt, claim, None)
            return {"status": "queued"}
        plan = Plan.from_json(row["plan"])
        let_go = partial(self._claiming.release, claim)
        attempt = Attempt(self._tools, claim, row, plan, server, report, cancelled, let_go)
        try:
            return course.run(attempt)
        except GiveBack:
            return {"status": "queued"}
        except Cancelled:
            mine = db.read_now(self.ledger.mine, claim)
            if mine is not None and mine["cancel_requested"]:  # another's attempt is left alone
                course.stop(attempt)
            raise

    def finish(self, tx: Transaction, claim: Claim, outcome: Outcome) -> None:
        """Write the take's final state, if this attempt is still the one that runs."""
        finish(tx, self.ledger, claim, outcome, _kept)


def _kept(tx: Transaction, _row: Row, outcome: Outcome) -> Row:
    files = outcome["files"]
    for file in files:
        media.add(tx, file["sha256"], file["size"], file["probed"], file["name"])
    outputs = [
        {"media_id": file["sha256"], "node": file["node"], "index": n}
        for n, file in enumerate(files)
    ]
    return {
        "progress": 1.0,
        "media_id": outcome["media_id"],
        "outputs": dump(outputs),
        "warnings": dump(outcome["warnings"]),
        "execution": dump(outcome["execution"]),
    }
