"""What is asked of a server, what was found, and when to ask again."""

from __future__ import annotations

import json
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

from tower_anime.core import clock
from tower_anime.core.text import dump
from tower_anime.engines.choosing import ObjectInfo
from tower_anime.engines.health import Health
from tower_anime.engines.known import Look
from tower_anime.engines.server import Server
from tower_anime.engines.service import Noted
from tower_anime.engines.troubles import EngineTrouble

WRITE_SECONDS = 60.0  # at least, between two notes of what has not changed
NODES_SECONDS = 600.0  # nodes and models are added while a server runs
NODES_AGAIN_SECONDS = 60.0  # where it did not tell them
PATIENT = 12  # failures in a row, after which a server is asked more rarely
RARELY = 6  # times as rarely


class Finding(NamedTuple):
    """What came of asking: a look, or the nodes; or the trouble, in a sentence."""

    is_of_nodes: bool
    look: Look | None = None
    nodes: ObjectInfo | None = None
    trouble: str = ""


def ask_look(server: Server) -> Finding:
    """A server's stats and queue."""
    try:
        begun = time.monotonic()
        stats = server.stats()
        latency = time.monotonic() - begun
        return Finding(is_of_nodes=False, look=Look(stats, server.queue(), latency))
    except EngineTrouble as trouble:
        return Finding(is_of_nodes=False, trouble=trouble.detail)


def ask_nodes(server: Server) -> Finding:
    """A server's nodes, with the names of its models."""
    try:
        return Finding(is_of_nodes=True, nodes=server.object_info())
    except EngineTrouble as trouble:
        return Finding(is_of_nodes=True, trouble=trouble.detail)


@dataclass(eq=False)
class Probe:
    """How far the asking of one engine is. Times are of the monotonic clock."""

    server: Server
    url: str
    enabled: bool
    noted: Noted
    due: float = 0.0
    is_asked: bool = False
    failures: int = 0
    written_at: float = float("-inf")
    nodes_asked: bool = False
    nodes_due: float = 0.0
    nodes_version: str | None = None
    waiting: list[Future[Noted]] = field(default_factory=list)

    def is_due(self, now: float) -> bool:
        """Whether it is to be asked."""
        return self.enabled and not self.is_asked and self.due <= now

    def heard(self, finding: Finding, now: float, every: float) -> None:
        """An answer came, or none: when to ask next."""
        self.is_asked = False
        self.failures = 0 if finding.look is not None else self.failures + 1
        self.due = now + every * (RARELY if self.failures > PATIENT else 1)
        if self.failures:
            self.nodes_due = 0.0  # it may come back as another

    def wants_nodes(self, look: Look, now: float) -> bool:
        """Whether its nodes are to be asked for: at first, after an absence, and now and then."""
        is_another = look.stats.version != self.nodes_version
        return not self.nodes_asked and (is_another or now >= self.nodes_due)

    def learned(self, finding: Finding, now: float) -> None:
        """The nodes came, or not: when to ask for them next."""
        self.nodes_asked = False
        self.nodes_version = self.noted.version
        self.nodes_due = now + (NODES_SECONDS if finding.nodes else NODES_AGAIN_SECONDS)

    def is_to_be_written(self, before: Noted, found: Noted, now: float) -> bool:
        """Whether the row is to be written: what people look at changed, or a minute went by."""
        is_seen = found.seen_at != before.seen_at
        return _lasting(before) != _lasting(found) or (
            is_seen and now - self.written_at >= WRITE_SECONDS
        )

    def settle(self, found: Noted) -> None:
        """Answer those who wait."""
        waiting, self.waiting = self.waiting, []
        for asked in waiting:
            if asked.set_running_or_notify_cancel():
                asked.set_result(found)


def noted(before: Noted, health: Health, look: Look | None) -> Noted:
    """What the row is to tell; of a server that does not answer, also what it was last."""
    if look is None:
        return before._replace(status=health.status, detail=health.sentence, latency_ms=None)
    devices = dump([device._asdict() for device in look.stats.devices])
    latency = round(look.latency * 1000)
    told = health.status, health.sentence, look.stats.version
    return Noted(*told, devices, latency, clock.now())


def _lasting(found: Noted) -> tuple[object, ...]:
    """What does not change by itself all the time, as free memory does."""
    devices = [{**device, "free": None} for device in json.loads(found.devices)]
    return found.status, found.detail, found.version, devices
