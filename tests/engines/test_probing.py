"""The engines are asked again and again, cheaply, and what is found is kept."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2

from tests.engines.graphs import picture
from tests.support.comfyui import Comfy, running
from tests.support.services import PATIENCE, until
from tower_anime.core.database import Database, write_now
from tower_anime.core.followers import Passing
from tower_anime.core.sql import Row
from tower_anime.engines import health, service
from tower_anime.engines.farm import Farm
from tower_anime.engines.infos import Infos
from tower_anime.engines.probing import Prober
from tower_anime.engines.schemas import EngineCreate, EngineUpdate
from tower_anime.engines.server import Server, new_prompt_id


class Ahead:
    """The farm's clock, which a test may set forward by some seconds."""

    seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.seconds


class Probing:
    """A prober over a database, its farm and the farm's clock, and what it told."""

    def __init__(self, db: Database, every: float) -> None:
        self.db = db
        self.clock = Ahead()
        self.farm = Farm(Infos(), self.clock)
        self.told: list[Passing] = []
        self.prober = Prober(db, self.farm, self.told.append, every)
        db.listeners.append(self.prober.wake)
        self.prober.start()

    def add(self, url: str) -> int:
        write_now(self.db, service.create, EngineCreate(url=url))
        return int(self.rows()[-1]["id"])

    def rows(self) -> list[Row]:
        return self.db.read_now(service.live)

    def row(self, engine_id: int) -> Row:
        return self.db.read_now(service.find, engine_id)

    def has(self, engine_id: int, status: str) -> Row:
        """The row once it has a status."""
        until(lambda: self.row(engine_id)["status"] == status, status)
        return self.row(engine_id)

    def quarantined_hours_later(self, engine_id: int) -> Row:
        """The row, some hours after the prober's first look at what runs, whenever that is."""

        def is_quarantined() -> bool:
            self.clock.seconds += health.OTHERS_SECONDS
            return bool(self.row(engine_id)["status"] == "quarantined")

        until(is_quarantined, "the quarantine")
        return self.row(engine_id)

    def close(self) -> None:
        self.prober.stop()
        self.farm.close()

    def hear_out(self) -> None:
        """Wait for what is still asked, each on a thread and a connection of its own."""
        for thread in threading.enumerate():
            if thread.name.startswith("engine-"):
                thread.join(PATIENCE)


@contextlib.contextmanager
def probing(db: Database, every: float = 0.05) -> Iterator[Probing]:
    """A prober that asks twenty times a second."""
    made = Probing(db, every)
    try:
        yield made
        made.prober.stop()
        made.hear_out()
    finally:
        made.close()


def test_a_server_is_free_once_it_was_reached_and_told_its_nodes(
    db: Database, comfy: Comfy
) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        until(lambda: p.farm.choose(()) == engine_id)
        info = p.farm.infos.of(engine_id)
        assert info is not None
        assert "KSampler" in info
        assert p.has(engine_id, "idle")["version"] == "0.3.64"
        assert [news.event for news in p.told] == ["status"]


def test_what_a_server_can_run_is_asked_again_after_it_was_away(db: Database, comfy: Comfy) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        until(lambda: p.farm.choose(()) == engine_id)
        comfy.behave(refuse={"/system_stats": -1}, loras=["new.safetensors"])
        p.has(engine_id, "offline")
        comfy.behave(refuse={})
        p.has(engine_id, "idle")
        until(lambda: "new.safetensors" in str(p.farm.infos.of(engine_id)))


def test_another_version_is_asked_what_it_can_run(db: Database, comfy: Comfy) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        until(lambda: p.farm.choose(()) == engine_id)
        comfy.behave(version="0.4.0", vaes=["new.pt"])
        until(lambda: "new.pt" in str(p.farm.infos.of(engine_id)))
        until(lambda: p.row(engine_id)["version"] == "0.4.0")


def test_a_server_that_hangs_holds_up_no_other(db: Database, comfy: Comfy, tmp_path: Path) -> None:
    with probing(db) as p, running(tmp_path, silent=True) as hung:
        first = p.add(hung.url)
        second = p.add(comfy.url)
        p.has(second, "idle")
        assert p.row(first)["status"] == "offline"
        hung.behave(silent=False)
        p.has(first, "idle")


def test_a_server_that_does_not_move_is_quarantined_and_a_restart_ends_it(
    db: Database, comfy: Comfy, server: Server
) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        p.has(engine_id, "idle")
        comfy.behave(stall=True)
        server.submit(picture(), new_prompt_id(), "somebody")
        until(lambda: server.queue().running, "the run")

        found = p.quarantined_hours_later(engine_id)
        assert "restart ComfyUI" in found["detail"]
        assert p.farm.free_ids() == []
        comfy.behave(stall=False)
        comfy.restart()
        p.clock.seconds += health.FIRST_PAUSE
        p.has(engine_id, "idle")
        until(lambda: p.farm.free_ids() == [engine_id])


def test_a_server_whose_worker_died_is_quarantined_though_it_answers(
    db: Database, comfy: Comfy, server: Server
) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        p.has(engine_id, "idle")
        body = {"prompt": picture(), "extra_data": None}
        assert httpx2.post(f"{comfy.url}/prompt", json=body, trust_env=False).status_code == 200
        prompt_id = server.submit(picture(2), new_prompt_id(), "somebody").prompt_id
        until(lambda: server.queue().running, "the run")
        assert "restart ComfyUI" in p.quarantined_hours_later(engine_id)["detail"]
        assert p.farm.free_ids() == []
        assert server.queue().pending == [prompt_id]


def test_a_check_lifts_a_quarantine(db: Database, comfy: Comfy) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        p.has(engine_id, "idle")
        for _ in range(health.LOSSES):
            p.farm.lost(engine_id, None)
        p.has(engine_id, "quarantined")
        noted = asyncio.run(p.prober.check(p.row(engine_id)))
        assert (noted.status, noted.detail) == ("idle", None)
        p.has(engine_id, "idle")


def test_a_check_of_an_engine_that_is_no_more_is_answered(db: Database) -> None:
    with probing(db) as p:
        engine_id = p.add("http://127.0.0.1:9")
        row = p.row(engine_id)
        write_now(db, service.trash, engine_id)
        assert asyncio.run(p.prober.check(row)).status == "offline"


def test_a_status_is_no_revision_and_one_that_stays_is_not_written(
    db: Database, comfy: Comfy
) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        seen = p.has(engine_id, "idle")["seen_at"]
        probes: list[int] = []
        p.farm.listeners.append(lambda: probes.append(1))
        until(lambda: len(probes) >= 6)
        row = p.row(engine_id)
        assert (row["seen_at"], row["revision"]) == (seen, 1)


def test_what_was_found_at_an_address_that_has_changed_is_not_noted(
    db: Database, comfy: Comfy
) -> None:
    with probing(db) as p:
        engine_id = p.add(comfy.url)
        found = service.kept(p.has(engine_id, "idle"))
        change = EngineUpdate(url="http://127.0.0.1:9")
        write_now(db, service.update, engine_id, change)
        write_now(db, service.note, engine_id, comfy.url, found)
        assert p.row(engine_id)["version"] is None


def asking(engine_id: int) -> bool:
    """Whether an engine is being asked."""
    return any(thread.name == f"engine-{engine_id}" for thread in threading.enumerate())


def test_it_ends_at_once_also_while_a_server_hangs(db: Database, tmp_path: Path) -> None:
    with running(tmp_path, silent=True) as hung:
        p = Probing(db, every=0.05)
        engine_id = p.add(hung.url)
        until(lambda: asking(engine_id))
        p.prober.stop()
        assert asking(engine_id)  # nobody waited for its answer
        hung.behave(silent=False)
        until(lambda: not asking(engine_id))
        p.close()
