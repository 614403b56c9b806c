"""Prompts that nobody wants any more are called off on their servers.

A take that waits may have a prompt on a server: the service that sent it has stopped, and the
prompt runs on (see `course`). Where such a take is cancelled, or goes to the trash, its prompt is
taken out of the server's line, or interrupted where it is what runs there. The row keeps the
prompt's id until that is done, so that neither a server that is away nor a restart leaves one out.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

from sqlalchemy import bindparam, select, union_all

from tower_anime.core.background import Background, Pause
from tower_anime.core.database import Database, Reader, Transaction, write_now
from tower_anime.core.sql import Statement
from tower_anime.engines import service as engines
from tower_anime.engines.farm import Farm
from tower_anime.engines.server import Server
from tower_anime.engines.troubles import EngineTrouble
from tower_anime.renders import take_rows
from tower_anime.renders.tables import CANCELLED, UNFINISHED, takes
from tower_anime.renders.take_rows import t

log = logging.getLogger(__name__)

SEEN = Pause(settle=0.1)  # changes may come by the hundred, and few leave a prompt behind
AGAIN = Pause(0, settle=2.0)  # a server that is away is not asked again at each change

_out = select(t.id, t.prompt_id, t.engine_id).where(t.prompt_id.is_not(None))
_UNWANTED = Statement(
    union_all(
        _out.where(CANCELLED),
        _out.where(UNFINISHED, t.status == "queued", ~take_rows.LIVE),
    )
)
_CALLED_OFF = Statement(
    takes.update()
    .where(t.id == bindparam("take"), t.prompt_id == bindparam("prompt"), t.status != "running")
    .values(prompt_id=None)
)


class Unwanted(NamedTuple):
    """A prompt that is to be called off."""

    take_id: int
    prompt_id: str
    engine_id: int


class Recaller:
    """Calls off prompts, on a thread of its own: a server may be slow to answer, or be away."""

    def __init__(self, db: Database, farm: Farm) -> None:
        self._db = db
        self._farm = farm
        self._background = Background("calling off prompts", self._look, failed=AGAIN)

    def start(self) -> None:
        """Look now, and after each change."""
        self._background.start()

    def wake(self, _project_ids: set[int]) -> None:
        """Something was committed: a listener of the database."""
        self._background.wake()

    def stop(self) -> None:
        """Call off nothing more; what is left is called off after the next start."""
        self._background.stop()

    def _look(self) -> Pause:
        """Call off what is unwanted; some is left where a server does not answer."""
        unwanted, there = self._db.read_now(_unwanted)
        away: set[int] = set()
        for one in unwanted:
            if self._background.stopping.is_set() or one.engine_id in away:
                continue
            if one.engine_id in there and not self._called_off(one):
                away.add(one.engine_id)
                continue
            write_now(self._db, _note, one)
        return AGAIN if away else SEEN

    def _called_off(self, one: Unwanted) -> bool:
        server = self._farm.server_of(one.engine_id)
        return server is not None and _cancelled(server, one)


def _unwanted(reader: Reader) -> tuple[list[Unwanted], set[int]]:
    """The prompts that nobody wants, and the engines there are: what was removed is not asked."""
    found = [Unwanted(*row) for row in reader.tuples(_UNWANTED)]
    return found, {row["id"] for row in engines.live(reader)} if found else set()


def _cancelled(server: Server, one: Unwanted) -> bool:
    try:
        if server.cancel(one.prompt_id):
            log.info("take %d was called off at %s", one.take_id, server.url)
    except EngineTrouble as error:
        log.info("take %d is called off later: %s", one.take_id, error.detail)
        return False
    return True


def _note(tx: Transaction, one: Unwanted) -> None:
    tx.run(_CALLED_OFF, take=one.take_id, prompt=one.prompt_id)
