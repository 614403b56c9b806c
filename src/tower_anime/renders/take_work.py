"""What is done for a take: draw it in a child process, prove it, keep it, write it down."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from importlib.metadata import version

from tower_anime.core import clock
from tower_anime.core.children import Cancelled, ChildDied, Refused, Report
from tower_anime.core.database import Database, Transaction
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.media import service as media
from tower_anime.renders import take_rows, twins
from tower_anime.renders.finishing import finish
from tower_anime.renders.ledger import Claim
from tower_anime.renders.making import Film, Making, make, source
from tower_anime.renders.manifest import Plan
from tower_anime.renders.work import Outcome, failure


class TakeWork:
    """The queue's work on takes."""

    name = "take"
    ledger = take_rows.DRAWN
    claim = take_rows.DRAWN.claim
    draws = True

    def __init__(self, db: Database, making: Making, worker: str) -> None:
        self._db = db
        self._making = making
        self._worker = worker

    def produce(self, claim: Claim, report: Report, cancelled: Callable[[], bool]) -> Outcome:
        """Draw the take's plan; the same plan and seed give the same bytes, also a second time.

        A take of the same plan and seed that was rendered while this one waited is reused. The
        ledger gives out one of such takes at a time.
        """
        row = self._db.read_now(self.ledger.mine, claim)
        if row is None or row["cancel_requested"]:
            raise Cancelled
        twin = self._db.read_now(twins.rendered_since, row)
        if twin is not None:
            return {"status": "done", "reused_from": twin["id"]}
        return self._draw(row, report, cancelled)

    def _draw(self, row: Row, report: Report, cancelled: Callable[[], bool]) -> Outcome:
        began, clock_began = clock.now(), time.monotonic()
        parts: Row = dict(Plan.from_json(row["plan"]).parts)
        job = self._job(parts, int(row["seed"]))
        function = "tower_anime.renders.animatic.film:draw"
        try:
            made = make(self._making, function, job, report=report, cancelled=cancelled)
        except (Refused, ChildDied) as error:
            return failure("The animatic could not be drawn", error.detail)
        film = Film(**parts["size"], fps=parts["fps"], frames=parts["frames"])
        execution = {
            "engine": row["engine"],
            "worker": self._worker,
            "encoder": f"PyAV {version('av')}",
            "drawing": f"Pillow {version('pillow')}",
            "started_at": began,
            "finished_at": clock.now(),
            "seconds": round(time.monotonic() - clock_began, 3),
        }
        return {
            "status": "done",
            "sha256": made.sha256,
            "size": made.size,
            "probed": made.probed(film),
            "execution": execution,
        }

    def _job(self, parts: Row, seed: int) -> Row:
        cast = [
            {
                "name": name,
                "image": source(self._making.room, parts[f"character:{name}"]["image"]),
            }
            for name in parts["cast"]
        ]
        words = {k: parts[k] for k in ("description", "dialogue", "camera", "style", "language")}
        timing = {"fps": parts["fps"], "frames": parts["frames"]}
        return {**parts["size"], **timing, **words, "cast": cast, "seed": seed}

    def finish(self, tx: Transaction, claim: Claim, outcome: Outcome) -> None:
        """Write the take's final state, if this attempt is still the one that runs."""
        finish(tx, self.ledger, claim, outcome, _made)


def _made(tx: Transaction, row: Row, outcome: Outcome) -> Row:
    sha256 = outcome["sha256"]
    name = f"take-{row['id']}.mp4"
    media.add(tx, sha256, outcome["size"], outcome["probed"], name)
    return {
        "progress": 1.0,
        "media_id": sha256,
        "outputs": dump([{"media_id": sha256, "node": None, "index": 0}]),
        "execution": json.dumps(outcome["execution"]),
    }
