"""What is known of one engine, and what follows from it: whether it is free, and how good."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from tower_anime.engines.answers import Queue, Stats
from tower_anime.engines.choosing import Candidate, ObjectInfo
from tower_anime.engines.health import Health
from tower_anime.engines.server import Server

REMEMBERED = 64  # prompts of ours that a queue may still list after they are over
FAR = 3600.0  # seconds: the latency of a server that has not answered yet


class Engine(NamedTuple):
    """A server as people set it."""

    id: int
    name: str
    url: str
    enabled: bool


class Look(NamedTuple):
    """What a probe saw: a server's stats and queue, and how long it took to tell, in seconds."""

    stats: Stats
    queue: Queue
    latency: float


@dataclass(eq=False)
class Known:
    """An engine as it was set, the client of its server, and how it is now."""

    engine: Engine
    server: Server
    health: Health = field(default_factory=Health)
    look: Look | None = None
    holders: set[str] = field(default_factory=set)  # tokens of reservations
    ours: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))  # prompts
    warm: frozenset[str] = frozenset()
    used: int = 0


def kept(known: Known | None, engine: Engine) -> Known:
    """What is known of an engine, once it is set so."""
    if known is None or known.engine.url != engine.url:
        return Known(engine, Server(engine.url))
    if known.engine != engine:
        known.engine = engine
        if not engine.enabled:
            known.health, known.look = Health(), None
    return known


def is_free(known: Known) -> bool:
    """Whether it would take a job: what it does for others counts, what it did for us is over."""
    if not known.engine.enabled or known.holders or known.look is None:
        return False
    if known.health.status == "idle":
        return True
    queue = known.look.queue
    return known.health.status == "busy" and {*queue.running, *queue.pending} <= {*known.ours}


def candidate(known: Known, info: ObjectInfo) -> Candidate:
    look = known.look
    free = sum(device.free or 0 for device in look.stats.devices) if look else 0
    latency = look.latency if look else FAR
    return Candidate(known.engine.id, info, latency, free, known.warm, known.used)
