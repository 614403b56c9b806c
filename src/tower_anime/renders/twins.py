"""Takes of the same plan and seed: their films are the same, so one is rendered for all."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select

from tower_anime.core.database import Reader
from tower_anime.core.sql import Row, Statement
from tower_anime.media.tables import media
from tower_anime.renders.tables import takes

t = takes.c

_twins = takes.alias()
RUNS = exists(
    select(_twins.c.id)
    .where(_twins.c.digest == t.digest, _twins.c.seed == t.seed)
    .where(_twins.c.status == "running")
)

_present = takes.join(media, t.media_id == media.c.id)
_same = (
    select(*takes.columns)
    .select_from(_present)
    .where(t.digest == bindparam("digest"), t.seed == bindparam("seed"), t.status == "done")
    .where(media.c.present)
    .order_by(t.id)
    .limit(1)
)
_SAME = Statement(_same)
_SAME_SINCE = Statement(_same.where(t.finished_at >= bindparam("since"), t.reused_from.is_(None)))


def done(reader: Reader, digest: str, seed: str) -> Row | None:
    """A done take of that plan and seed whose film is there."""
    return reader.row(_SAME, digest=digest, seed=seed)


def rendered_since(reader: Reader, row: Row) -> Row | None:
    """A take of the same plan and seed that was rendered after this one was queued.

    What had been there before was not wanted: `takes.retry` renders again.
    """
    keys = {"digest": row["digest"], "seed": row["seed"], "since": row["queued_at"]}
    return reader.row(_SAME_SINCE, **keys)


def reusing(twin: Row) -> Row:
    """The values of a take that is done because another of the same plan and seed is."""
    return {
        "status": "done",
        "progress": 1.0,
        "reused_from": twin["id"],
        "media_id": twin["media_id"],
        "outputs": twin["outputs"],
    }
