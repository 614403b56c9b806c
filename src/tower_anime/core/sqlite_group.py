"""Commands that were committed together, and how those who asked are told what came of them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from concurrent.futures import InvalidStateError
from typing import Any, NamedTuple

from tower_anime.core.database import Job
from tower_anime.core.errors import InsufficientStorage, Unavailable
from tower_anime.core.sqlite_connection import CANNOT_ANSWER

log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What a command came to: its result, or the error that it raised."""

    result: Any  # a command's own
    failure: BaseException | None


STUMBLED = Outcome(None, Unavailable("The command was not carried out; the log says why."))


class Group(NamedTuple):
    """Commands that were committed together, what they came to, and on which event loop."""

    jobs: list[Job]
    outcomes: list[Outcome]
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def done(self) -> list[Job]:
        """The commands that did not fail."""
        pairs = zip(self.jobs, self.outcomes, strict=True)
        return [job for job, outcome in pairs if outcome.failure is None]

    def answer(self, lost: BaseException | None) -> None:
        """Tell those who asked what came of it; of what the disk has `lost`, that."""
        for job, (result, failure) in zip(self.jobs, self.outcomes, strict=True):
            error = lost if failure is None else _as_ours(failure)
            try:
                job.settle(result, error)
            except (RuntimeError, InvalidStateError) as error:  # its loop has ended, or it has
                log.warning("nobody waits for an answer any more: %s", error)
            except Exception:  # whatever nobody foresaw: others wait for their answers
                log.exception("an answer did not arrive")


def _as_ours(error: BaseException) -> BaseException:
    """The driver's own errors as ours; all else unchanged."""
    if type(error) in CANNOT_ANSWER:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        unavailable = (
            InsufficientStorage("The disk is full; nothing was written.")
            if full
            else Unavailable("The database cannot be written to right now.")
        )
        unavailable.__cause__ = error
        return unavailable
    return error
