"""Asking every engine how it is, every few seconds: one loop, and a short-lived thread an answer.

A server that hangs holds up nobody else: each is asked on a thread of its own, at most once at a
time. Only the loop's thread knows the state of the asking, and only it writes to the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import islice

from fastapi import Request

from tower_anime.core.changes import NO_PROJECT
from tower_anime.core.database import Database, write_now
from tower_anime.core.errors import TowerError
from tower_anime.core.followers import Passing
from tower_anime.core.sql import Row
from tower_anime.core.text import dump
from tower_anime.engines import service
from tower_anime.engines.farm import Farm
from tower_anime.engines.findings import Finding, Probe, ask_look, ask_nodes, noted
from tower_anime.engines.known import Engine
from tower_anime.engines.server import Server
from tower_anime.engines.service import Noted

log = logging.getLogger(__name__)

CHECK_SECONDS = 8.0  # for a check; name servers that do not answer take longer
AT_ONCE = 32  # servers that are asked at the same time
LATE = "It did not answer in time."
STUMBLED = "It could not be asked; the log says why."

Ask = Callable[[Server], Finding]


class Prober:
    """Keeps the farm and the rows of the engines true. `tell` passes a change of status on."""

    def __init__(
        self, db: Database, farm: Farm, tell: Callable[[Passing], None], every: float
    ) -> None:
        self._db = db
        self._farm = farm
        self._tell = tell
        self._every = every
        self._probes: dict[int, Probe] = {}
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engines")

    # --- from any thread

    def start(self) -> None:
        """Ask now, and then again and again."""
        self._inbox.put(self._refresh)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more; answers that are under way are not waited for."""
        self._stopping.set()
        self._inbox.put(lambda: None)
        self._thread.join()

    def wake(self, project_ids: set[int]) -> None:
        """Something was committed: a listener of the database. Engines are of no project."""
        if NO_PROJECT in project_ids:
            self._inbox.put(self._refresh)

    async def check(self, row: Row) -> Noted:
        """Ask one engine now, and lift its quarantine; what was found, within seconds."""
        asked: Future[Noted] = Future()
        self._inbox.put(partial(self._check, row["id"], asked))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(asked), CHECK_SECONDS)
        except TimeoutError:
            return service.kept(row)._replace(status="offline", detail=LATE)

    # --- on the loop's thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except TowerError as error:  # the database is away, and comes back
                log.warning("the engines could not be noted: %s", error.detail)
            except Exception:  # whatever nobody foresaw must not end the asking for good
                log.exception("asking the engines stumbled, and goes on")

    def _turn(self) -> None:
        """Do what has come in, or what is due."""
        with contextlib.suppress(queue.Empty):
            self._inbox.get(timeout=self._pause())()
        now = time.monotonic()
        due = (item for item in self._probes.items() if item[1].is_due(now))
        for engine_id, probe in islice(due, self._room()):
            probe.is_asked = True
            self._begin(engine_id, probe.server, ask_look)

    def _pause(self) -> float | None:
        """How long to wait for something to come in; `None` where nothing is due before that."""
        due = [p.due for p in self._probes.values() if p.enabled and not p.is_asked]
        return max(min(due) - time.monotonic(), 0.0) if due and self._room() else None

    def _room(self) -> int:
        return max(AT_ONCE - sum(probe.is_asked for probe in self._probes.values()), 0)

    def _refresh(self) -> None:
        rows = self._db.read_now(service.live)
        self._farm.set_engines(
            Engine(row["id"], row["name"], row["url"], bool(row["enabled"])) for row in rows
        )
        before, self._probes = self._probes, {}
        for row in rows:
            server = self._farm.server_of(row["id"])
            if server is None:
                continue
            probe = before.get(row["id"])
            if probe is None or probe.server is not server or probe.enabled != row["enabled"]:
                probe = Probe(server, row["url"], bool(row["enabled"]), service.kept(row))
            self._probes[row["id"]] = probe
        for engine_id, probe in before.items():
            if self._probes.get(engine_id) is not probe:
                probe.settle(probe.noted)

    def _check(self, engine_id: int, asked: Future[Noted]) -> None:
        self._refresh()
        probe = self._probes.get(engine_id)
        if probe is None or not probe.enabled:
            asked.set_result(service.UNKNOWN if probe is None else probe.noted)
            return
        self._farm.checked(engine_id)
        probe.waiting.append(asked)
        probe.due = time.monotonic()

    def _begin(self, engine_id: int, server: Server, ask: Ask) -> None:
        def run() -> None:
            try:
                finding = ask(server)
            except Exception:  # the end of this thread: the loop would wait for its answer for good
                log.exception("asking engine %d stumbled", engine_id)
                finding = Finding(ask is ask_nodes, trouble=STUMBLED)
            self._inbox.put(partial(self._found, engine_id, server, finding))

        threading.Thread(target=run, name=f"engine-{engine_id}", daemon=True).start()

    def _found(self, engine_id: int, server: Server, finding: Finding) -> None:
        probe = self._probes.get(engine_id)
        if probe is None or probe.server is not server:
            return  # it was removed, or has another address now
        if finding.is_of_nodes:
            self._learn(engine_id, probe, finding)
        else:
            self._judge(engine_id, probe, finding)

    def _judge(self, engine_id: int, probe: Probe, finding: Finding) -> None:
        now = time.monotonic()
        probe.heard(finding, now, self._every)
        if finding.look is not None:
            health = self._farm.seen(engine_id, finding.look)
        else:
            health = self._farm.unreachable(engine_id, finding.trouble)
        if health is None:
            return
        found = noted(probe.noted, health, finding.look)
        told, probe.noted = probe.noted, found
        probe.settle(found)
        if probe.is_to_be_written(told, found, now):
            probe.written_at = now
            write_now(self._db, service.note, engine_id, probe.url, found)
        if (told.status, told.detail) != (found.status, found.detail):
            self._pass_on(engine_id, found)
        if finding.look is not None and probe.wants_nodes(finding.look, now):
            probe.nodes_asked = True
            self._begin(engine_id, probe.server, ask_nodes)

    def _learn(self, engine_id: int, probe: Probe, finding: Finding) -> None:
        probe.learned(finding, time.monotonic())
        if finding.nodes is None:
            log.warning("engine %d does not tell its nodes: %s", engine_id, finding.trouble)
        else:
            self._farm.informed(engine_id, finding.nodes)

    def _pass_on(self, engine_id: int, found: Noted) -> None:
        log.info(
            "engine %d is %s%s", engine_id, found.status, f": {found.detail or ''}".rstrip(": ")
        )
        data = {"subject": "engine", "subject_id": engine_id, "status": found.status}
        told = dump({**data, "detail": found.detail})
        self._tell(Passing("status", NO_PROJECT, "engine", engine_id, told))


def prober_of(request: Request) -> Prober:
    """The service's prober."""
    prober: Prober = request.app.state.prober
    return prober
