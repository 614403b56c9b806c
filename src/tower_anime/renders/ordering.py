"""The order of the queue: what waits is begun by its place, then by its id.

Takes come with the place 0. Where people want another order, all up to the last that moves get
places before the first: so nothing is counted anew when takes come, and those that come are last.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, exists, func, select

from tower_anime.core.database import Transaction
from tower_anime.core.errors import NotFound
from tower_anime.core.sql import Statement
from tower_anime.renders import pausing, take_rows
from tower_anime.renders.tables import UNFINISHED, takes
from tower_anime.story import places

t = takes.c

FIRST = -(2**31)  # no place is before it

_WAITING = Statement(
    select(t.id).where(UNFINISHED, t.status == "queued").order_by(*take_rows.ORDER)
)
_LEAST = Statement(select(func.coalesce(func.min(t.place), 0)).where(UNFINISHED))
_PUT = Statement(takes.update().where(t.id == bindparam("take")).values(place=bindparam("to")))
_IS_THERE = Statement(select(exists().where(t.id == bindparam("take"))))


def reorder(tx: Transaction, take_ids: Sequence[int]) -> list[str]:
    """Have these takes begin in this order, each in a place of one of them; those that wait.

    One that has begun meanwhile is passed over. Raises `NotFound` for one that never was, and
    `Unprocessable` for one that is named twice.
    """
    before: list[int] = tx.column(_WAITING)
    waiting = set(before)
    for take_id in take_ids:
        if take_id not in waiting and not tx.value(_IS_THERE, take=take_id):
            raise NotFound(f"Take {take_id} not found")
    chosen = [take_id for take_id in take_ids if take_id in waiting]
    after = places.arranged(before, chosen)
    moved = [n for n, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
    if moved:
        _put_first(tx, after[: moved[-1] + 1])
        pausing.log(tx, "reordered", "The queue was put in another order")
    return [take_rows.show(tx, take_id).json for take_id in chosen]


def _put_first(tx: Transaction, take_ids: list[int]) -> None:
    """Give takes places, in their order, before that of every unfinished take."""
    least = tx.value(_LEAST)
    for place, take_id in enumerate(take_ids, least - len(take_ids)):
        tx.run(_PUT, take=take_id, to=place)
