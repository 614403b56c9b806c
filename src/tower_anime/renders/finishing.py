"""How an attempt at a take ends: its final state, written once, by the attempt that still runs."""

from __future__ import annotations

from collections.abc import Callable

from tower_anime.core.database import Transaction
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.renders import take_rows, twins
from tower_anime.renders.ledger import Claim, Ledger
from tower_anime.renders.work import Outcome


def finish(
    tx: Transaction,
    ledger: Ledger,
    claim: Claim,
    outcome: Outcome,
    made: Callable[[Transaction, Row, Outcome], Row],
) -> None:
    """Write a take's final state. `made` records the files of a done one, and tells its values."""
    row = ledger.mine(tx, claim)
    if row is None:
        return
    values: Row = {"status": outcome["status"], "finished_at": tx.now, "lease_until": None}
    verb = outcome["status"]
    match outcome:
        case {"reused_from": int(twin)}:
            values |= twins.reusing(take_rows.row_of(tx, twin))
            verb = "reused"
        case {"status": "done"}:
            values |= made(tx, row, outcome)
        case {"status": "failed"}:
            values["error"] = dump(outcome["error"])
    take_rows.write(tx, row, values, verb=verb)
