"""The servers as they are now, in memory: which is free for a take, and who has it.

The database keeps what people set and what the last probe found, for people to see. What a take
is given to is decided here, by what is newest. Any thread may ask.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Collection, Iterable

from fastapi import Request

from tower_anime.engines import choosing, health
from tower_anime.engines.choosing import Candidate, Needs
from tower_anime.engines.health import Health
from tower_anime.engines.infos import Infos
from tower_anime.engines.known import Engine, Known, Look, candidate, is_free, kept
from tower_anime.engines.server import Server

Clock = Callable[[], float]


class Farm:
    """The engines of this service. `infos` holds what each can run.

    Each of `listeners` is called, on any thread, when an engine may have become free.
    """

    def __init__(self, infos: Infos, now: Clock = time.monotonic) -> None:
        self.infos = infos
        self.listeners: list[Callable[[], None]] = []
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[int, Known] = {}
        self._leaving: list[Known] = []  # engines that were removed while a job had them
        self._uses = itertools.count(1)

    # --- for takes

    def choose(
        self, needs: Needs, not_on: Collection[int] = (), prefer: Collection[str] = ()
    ) -> int | None:
        """The free engine that is best for a take, or `None`: see `choosing.choose`."""
        return choosing.choose(self._candidates(), needs, not_on, prefer)

    def reserve(self, engine_id: int, token: str) -> bool:
        """Take an engine for one job, called by any token; whether it was still free."""
        with self._lock:
            known = self._known.get(engine_id)
            if known is None or not is_free(known):
                return False
            known.holders.add(token)
            known.used = next(self._uses)
            return True

    def release(self, engine_id: int, token: str) -> None:
        """Give an engine back. What is not held is let be."""
        with self._lock:
            known = self._known.get(engine_id)
            held = [k for k in (known, *self._leaving) if k is not None and token in k.holders]
            for one in held:
                one.holders.discard(token)
            over = [one for one in self._leaving if not one.holders]
            self._leaving = [one for one in self._leaving if one.holders]
        for one in over:
            one.server.close()
        if held:
            self._tell()

    def server_of(self, engine_id: int) -> Server | None:
        """The one object for an engine's server; `None` for an engine that is no more."""
        with self._lock:
            known = self._known.get(engine_id)
            return None if known is None else known.server

    def engine(self, engine_id: int) -> Engine | None:
        """An engine as it was set last; `None` for one that is no more."""
        with self._lock:
            known = self._known.get(engine_id)
            return None if known is None else known.engine

    def version(self, engine_id: int) -> str | None:
        """Which ComfyUI an engine said that it is; `None` where it never did."""
        with self._lock:
            known = self._known.get(engine_id)
            return known.look.stats.version if known and known.look else None

    def is_quarantined(self, engine_id: int) -> bool:
        """Whether an engine answers and is of no use: what it has is given to another."""
        with self._lock:
            known = self._known.get(engine_id)
            return known is not None and known.health.status == "quarantined"

    def free_ids(self) -> list[int]:
        """The engines that would take a job now."""
        with self._lock:
            return [engine_id for engine_id, known in self._known.items() if is_free(known)]

    def can_ever_run(self, needs: Needs) -> list[int]:
        """The enabled engines that can run something, free or not, as far as is known."""
        with self._lock:
            enabled = [i for i, known in self._known.items() if known.engine.enabled]
        infos = self.infos.all()
        return [i for i in enabled if i in infos and choosing.can_run(infos[i], needs)]

    # --- what became of them

    def moved(self, engine_id: int, prompt_id: str) -> None:
        """A prompt of ours was submitted there, or made progress."""
        with self._lock:
            if known := self._known.get(engine_id):
                if prompt_id not in known.ours:
                    known.ours.append(prompt_id)
                known.health = health.moved(known.health, prompt_id, self._now())

    def ran(self, engine_id: int, models: Collection[str]) -> None:
        """A run of ours succeeded there; these models are in its memory now."""
        with self._lock:
            if known := self._known.get(engine_id):
                known.warm = frozenset(models)
                known.health = health.succeeded(known.health)

    def lost(self, engine_id: int, prompt_id: str | None) -> None:
        """A server lost a prompt of ours, died of it, or is stuck with it.

        One that is stuck is none of ours any more: while it is there, the server is not free.
        """
        with self._lock:
            if known := self._known.get(engine_id):
                if prompt_id is not None and prompt_id in known.ours:
                    known.ours.remove(prompt_id)
                known.warm = frozenset()
                known.health = health.lost(known.health, self._now())

    # --- what is seen of them

    def engines(self) -> list[Engine]:
        """The engines as they were set last."""
        with self._lock:
            return [known.engine for known in self._known.values()]

    def set_engines(self, engines: Iterable[Engine]) -> None:
        """These are all there are. One with another address is another server.

        Whoever has one that is no more may end with its server what was begun there.
        """
        with self._lock:
            wanted = {engine.id: engine for engine in engines}
            before = self._known
            self._known = {i: kept(before.get(i), engine) for i, engine in wanted.items()}
            gone = [k for i, k in before.items() if self._known.get(i) is not k]
            self._leaving += [known for known in gone if known.holders]
            over = [known for known in gone if not known.holders]
        for known in gone:
            self.infos.drop(known.engine.id)
        for known in over:
            known.server.close()

    def seen(self, engine_id: int, look: Look) -> Health | None:
        """A server answered; its health now, or `None` for an engine that is no more."""
        with self._lock:
            known = self._known.get(engine_id)
            if known is None:
                return None
            before, known.look = known.look, look
            was_away = known.health.status == "offline"
            if before is not None and before.stats.version != look.stats.version:
                known.health = health.restarted(known.health)
                was_away = True
            if was_away:
                known.warm = frozenset()
            known.health = health.seen(known.health, look.queue, self._now())
            told = known.health
        self._tell()
        return told

    def unreachable(self, engine_id: int, sentence: str) -> Health | None:
        """A server did not answer; as `seen`."""
        with self._lock:
            known = self._known.get(engine_id)
            if known is None:
                return None
            known.health = health.unreachable(known.health, sentence, self._now())
            return known.health

    def informed(self, engine_id: int, info: choosing.ObjectInfo) -> None:
        """A server told what it can run."""
        self.infos.put(engine_id, info)
        self._tell()

    def checked(self, engine_id: int) -> None:
        """A person asks to try an engine again."""
        with self._lock:
            if known := self._known.get(engine_id):
                known.health = health.checked(known.health)

    def close(self) -> None:
        """Close all connections, also of those who still have an engine."""
        self.set_engines(())
        for known in self._leaving:
            known.server.close()

    def _candidates(self) -> list[Candidate]:
        infos = self.infos.all()
        with self._lock:
            return [
                candidate(known, infos[engine_id])
                for engine_id, known in self._known.items()
                if engine_id in infos and is_free(known)
            ]

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()


def farm_of(request: Request) -> Farm:
    """The service's farm."""
    farm: Farm = request.app.state.farm
    return farm
