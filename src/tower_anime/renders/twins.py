"""Takes of the same plan and seed: their films are the same, so one is rendered for all."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, func, select

from tower_anime.core.changes import changes
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

RETRIED = "retried"  # what the change log says of a take that is to be rendered whatever there is

_finish, _retry = changes.alias(), changes.alias()
_retried_at = (
    select(func.coalesce(func.max(_retry.c.id), 0))
    .where(_retry.c.subject == "take", _retry.c.subject_id == bindparam("asking"))
    .where(_retry.c.verb == RETRIED)
    .scalar_subquery()
)
_finished_since = exists(
    select(_finish.c.id)
    .where(_finish.c.subject == "take", _finish.c.subject_id == t.id)
    .where(_finish.c.verb == "done", _finish.c.id > _retried_at)
)
_RENDERED_SINCE = Statement(_same.where(t.reused_from.is_(None), _finished_since))


def done(reader: Reader, digest: str, seed: str) -> Row | None:
    """A done take of that plan and seed whose film is there."""
    return reader.row(_SAME, digest=digest, seed=seed)


def rendered_since(reader: Reader, row: Row) -> Row | None:
    """A take of the same plan and seed that was rendered after this one was queued.

    Had there been one before, this one would not have been queued (`done`), unless by
    `takes.retry`, which wants none that was there. What came first is told by the ids of changes:
    they are in the order of the commits, whatever was done to the clock.
    """
    keys = {"digest": row["digest"], "seed": row["seed"], "asking": row["id"]}
    return reader.row(_RENDERED_SINCE, **keys)


def reusing(twin: Row) -> Row:
    """The values of a take that is done because another of the same plan and seed is."""
    return {
        "status": "done",
        "progress": 1.0,
        "reused_from": twin["id"],
        "media_id": twin["media_id"],
        "outputs": twin["outputs"],
    }
