"""Idempotency-Key: a write that is asked for again gets the answer of the first time.

The answer is kept in the write's own transaction, so that there is one exactly where the write
took place; of two at the same moment, the second waits for the first and then finds it.
Refusals are not kept: they change nothing, and a repeat is judged anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, select

from tower_anime.core import clock
from tower_anime.core.database import Context, Database, Reader, Size, Transaction, carry_out
from tower_anime.core.errors import Unprocessable
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Statement, insertion
from tower_anime.core.tables import id_column, metadata

KEPT = timedelta(hours=48)
KEPT_AT_LEAST = 1_000  # the newest answers, whatever the clock says: it may be set forward
FORGOTTEN_AT_A_TIME = 100  # answers: to look for old ones is not worth it for each new one
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

kept_answers = Table(
    "kept_answers",
    metadata,
    id_column(),
    Column("actor", Text, nullable=False),  # "" for nobody
    Column("key", Text, nullable=False),
    Column("request", Text, nullable=False),  # the SHA-256 of all that was asked
    Column("body", Text, nullable=False),
    Column("revision", Integer),
    Column("kept_at", Text, nullable=False),
    Index("uq_kept_answers_actor_key", "actor", "key", unique=True),
    sqlite_autoincrement=True,
)

_k = kept_answers.c
_FIND = Statement(
    select(_k.request, _k.body, _k.revision).where(
        _k.actor == bindparam("actor"), _k.key == bindparam("key")
    )
)
_KEEP = insertion(kept_answers)
_oldest = select(_k.id).where(_k.id <= bindparam("until")).order_by(_k.id)
_FORGET = Statement(
    kept_answers.delete().where(
        _k.id.in_(_oldest.limit(2 * FORGOTTEN_AT_A_TIME)), _k.kept_at < bindparam("before")
    )
)


class Once(NamedTuple):
    """A request that is carried out once: its key, and a hash of all that it asks."""

    key: str
    request: str

    def run(self, tx: Transaction, command: Callable[[Transaction], Shown]) -> Shown:
        """The command's result, or the one of the first time.

        Raises `Unprocessable` where the key came with another request.
        """
        kept = self.answered(tx, tx.actor)
        if kept is None:
            shown = command(tx)
            row = {
                "actor": tx.actor or "",
                "key": self.key,
                "request": self.request,
                "kept_at": tx.now,
            }
            newest = tx.insert(_KEEP, {**row, "body": shown.json, "revision": shown.revision})
            if newest % FORGOTTEN_AT_A_TIME == 0:
                before = clock.text(datetime.now(UTC) - KEPT)
                tx.run(_FORGET, before=before, until=newest - KEPT_AT_LEAST)
            return shown
        tx.expected = None  # held against the row the first time
        return kept

    def answered(self, reader: Reader, actor: str | None) -> Shown | None:
        """The answer of the first time, where there was one.

        Raises `Unprocessable` where the key came with another request.
        """
        found = reader.first(_FIND, actor=actor or "", key=self.key)
        if found is None:
            return None
        request, body, revision = found
        if request != self.request:
            raise Unprocessable("This Idempotency-Key came with another request before.")
        return Shown(body, revision)


async def kept(db: Database, context: Context, once: Once) -> Shown | None:
    """The answer of the first time. Asked for as a write is: it is on the disk when it is seen.

    Raises `Unavailable` where the disk may have lost it, `Unprocessable` as `Once.run` does.
    """
    plain = context._replace(around=None)
    return await carry_out(db, plain, lambda tx: once.answered(tx, tx.actor), Size.BRIEF)


def require_key(key: str) -> None:
    """Raise `Unprocessable` for a key that is none."""
    if not _KEY.fullmatch(key):
        raise Unprocessable("An Idempotency-Key is 1 to 255 printable characters without spaces.")


def once(key: str, *asked: bytes) -> Once:
    """What to carry out once."""
    digest = sha256()
    for part in asked:
        digest.update(len(part).to_bytes(8, "big") + part)
    return Once(key, digest.hexdigest())
