"""The one clock: UTC, as text of 27 characters that sorts by time.

It tells people when something was, and may be set forward or back while the service runs. So
nothing here is put in order by it, or timed with it: order is that of ids, which the database
counts up, and what takes time is measured with `time.monotonic()`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


def now() -> str:
    """The time now, such as `2025-10-05T04:57:46.802250Z`."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return f"{_to_the_second(seconds)}.{nanoseconds // 1000:06d}Z"


@lru_cache(maxsize=2)
def _to_the_second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def text(moment: datetime) -> str:
    """A moment, in UTC, as text of 27 characters."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def for_people(written: str) -> str:
    """A time as `now` writes it, for a sentence: `2025-10-05, 04:57 UTC`."""
    return f"{written[:10]}, {written[11:16]} UTC"


def read(written: str) -> str | None:
    """A time in ISO 8601 as text of 27 characters, UTC unless it says otherwise; or `None`."""
    try:
        moment = datetime.fromisoformat(written)
        return text(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
    except (ValueError, OverflowError):  # the latter for the first day of the year 1 in the east
        return None
