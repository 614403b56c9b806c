"""If-Match: a write that goes through only where nobody has changed the row since."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import bindparam, select

from tower_anime.core.changes import changes, revisions
from tower_anime.core.database import Transaction
from tower_anime.core.errors import PreconditionFailed
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Statement

MOST_TOLD = 3  # changes that a refusal names

MOST_DIGITS = 10  # of a revision

_CHANGE = select(changes.c.at, changes.c.actor, changes.c.text).limit(bindparam("limit"))
_OF_REVISIONS = Statement(
    _CHANGE.select_from(revisions.join(changes, changes.c.id == revisions.c.change_id))
    .where(revisions.c.subject == bindparam("subject"))
    .where(revisions.c.subject_id == bindparam("subject_id"))
    .order_by(revisions.c.revision.desc())
)
# Of a row that counts its changes, and whose states are kept as part of another's.
_OF_SUBJECT = Statement(
    _CHANGE.where(changes.c.subject == bindparam("subject"))
    .where(changes.c.subject_id == bindparam("subject_id"))
    .order_by(changes.c.id.desc())
)


def require(
    tx: Transaction, subject: str, row_id: int, shown: Callable[[Transaction, int], Shown]
) -> None:
    """Hold the caller's If-Match, where there is one, against the row that the call addresses.

    Raises `PreconditionFailed`, which says who changed what since.
    """
    if tx.expected is None:
        return
    expected, tx.expected = tx.expected, None  # what a command does further is not addressed
    now = shown(tx, row_id)
    if not now.is_expected_by(expected):
        raise PreconditionFailed(_told(tx, subject, row_id, now, expected))


def require_met(tx: Transaction) -> None:
    """Raise `PreconditionFailed` for an If-Match that nothing was held against."""
    if tx.expected is not None:
        raise PreconditionFailed("If-Match fits no single row that this call changes.")


def _told(tx: Transaction, subject: str, row_id: int, now: Shown, expected: frozenset[str]) -> str:
    where = "" if now.revision is None else f"; it is at revision {now.revision} now"
    missed = _missed(now, expected)
    limit = min(missed, MOST_TOLD)
    asked = {"subject": subject, "subject_id": row_id, "limit": limit}
    rows = tx.rows(_OF_REVISIONS, **asked) or tx.rows(_OF_SUBJECT, **asked)
    told = [f"{row['text']} ({row['actor'] or 'somebody'}, {row['at']})" for row in rows]
    more = [f"and {missed - limit:,} more"] if missed > limit else []
    return f"The {subject} is not as If-Match says{where}. {'; '.join(told + more)}".strip()


def _missed(now: Shown, expected: frozenset[str]) -> int:
    """How many changes came after the newest revision that the caller knows; at least one."""
    digits = (tag.partition("-")[0] for tag in expected)
    known = [int(n) for n in digits if n.isdecimal() and len(n) < MOST_DIGITS]
    if now.revision is None or not known:
        return 1
    return max(now.revision - max(known), 1)
