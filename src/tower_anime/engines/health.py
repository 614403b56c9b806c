"""When a server that answers is of no use, and when it may be of use again. Pure.

A server is quarantined, with a sentence for its owner, where
- prompts wait and none runs, for `DEAD_SECONDS`: its only worker has died, and HTTP is still 200;
- the prompt of ours that it runs makes no progress for `STALLED_SECONDS`, or one of others, whose
  progress nobody tells us, runs for `OTHERS_SECONDS`: a worker may die with a prompt in its hands;
- it lost or killed `LOSSES` prompts in a row.

The first two can be seen, and end when they are no longer seen: the prompts are gone, as after a
restart. Each quarantine also lasts a while, longer each time until a run succeeds. A person's
check ends it at once.

Times are seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tower_anime.engines.answers import Queue

DEAD_SECONDS = 60.0
STALLED_SECONDS = 1800.0  # a step of a large video model takes minutes on a small card
OTHERS_SECONDS = 4 * 3600.0
LOSSES = 3
FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3600.0

Status = Literal["idle", "busy", "offline", "quarantined"]
Reason = Literal["dead", "stalled", "losses"]


@dataclass(frozen=True)
class Health:
    """What is known of a server. `watched` is the prompt of ours that moved last, at `moved_at`."""

    status: Status = "offline"
    sentence: str | None = "It has not been reached yet."
    reason: Reason | None = None
    waiting: frozenset[str] = frozenset()  # prompts that waited while nothing ran,
    waiting_since: float = 0.0  # all of them, since then
    watched: str | None = None
    moved_at: float = 0.0
    runs: str | None = None  # the prompt that runs,
    runs_since: float = 0.0  # since then
    stuck: str | None = None  # the prompt that stalled it
    losses: int = 0
    strikes: int = 0  # quarantines since the last success
    until: float = 0.0


def seen(health: Health, queue: Queue, now: float) -> Health:
    """The server answered, and this is its queue."""
    health = _watching(health, queue, now)
    if health.status == "quarantined" and (now < health.until or _persists(health, queue)):
        return health
    if sentence := _dead(health, queue, now):
        return _quarantined(health, "dead", sentence, now)
    if sentence := _stalled(health, queue, now):
        health = replace(health, stuck=_first(queue.running))
        return _quarantined(health, "stalled", sentence, now)
    status: Status = "busy" if queue.running or queue.pending else "idle"
    return replace(health, status=status, sentence=None, reason=None)


def unreachable(health: Health, sentence: str, now: float) -> Health:
    """The server did not answer. When it does again it may be another process, and begins anew.

    What was quarantined for its losses stays so: dying is how it lost them.
    """
    if health.reason == "losses" and now < health.until:
        return health
    return Health("offline", sentence, losses=health.losses, strikes=health.strikes)


def restarted(health: Health) -> Health:
    """The server is another process than before: its version, or the like, is another."""
    return health if health.reason == "losses" else checked(health)


def checked(health: Health) -> Health:
    """A person asks to try it again: nothing is held against it."""
    return Health(status=health.status if health.reason is None else "idle", sentence=None)


def moved(health: Health, prompt_id: str, now: float) -> Health:
    """A prompt of ours was submitted, or made progress."""
    return replace(health, watched=prompt_id, moved_at=now)


def succeeded(health: Health) -> Health:
    """A prompt of ours ended as it should."""
    return replace(health, watched=None, losses=0, strikes=0)


def lost(health: Health, now: float) -> Health:
    """A prompt of ours is in neither queue nor history, or the server died of it."""
    health = replace(health, watched=None, losses=health.losses + 1)
    if health.losses < LOSSES:
        return health
    sentence = (
        f"It lost {health.losses} takes in a row, as a server does that dies of them: look at its"
        " log and its memory. It is tried again later; check it to try at once."
    )
    return _quarantined(replace(health, losses=LOSSES - 1), "losses", sentence, now)


def _watching(health: Health, queue: Queue, now: float) -> Health:
    waiting = frozenset() if queue.running else frozenset(queue.pending)
    if not waiting or not health.waiting <= waiting or not health.waiting:
        health = replace(health, waiting=waiting, waiting_since=now)
    if health.watched not in queue.running:
        health = replace(health, moved_at=now)  # what waits for others is not stalled
    if health.runs not in queue.running:
        health = replace(health, runs=_first(queue.running), runs_since=now)
    return health


def _first(prompts: list[str]) -> str | None:
    return prompts[0] if prompts else None


def _persists(health: Health, queue: Queue) -> bool:
    match health.reason:
        case "dead":
            return bool(health.waiting) and not queue.running
        case "stalled":
            return health.stuck in queue.running
        case _:
            return False


def _dead(health: Health, queue: Queue, now: float) -> str | None:
    if queue.running or not queue.pending or now - health.waiting_since < DEAD_SECONDS:
        return None
    return (
        f"It answers, but runs none of the {len(queue.pending)} prompts that wait there: its worker"
        " has died. Restart ComfyUI."
    )


def _stalled(health: Health, queue: Queue, now: float) -> str | None:
    if not queue.running:
        return None
    if health.watched in queue.running:
        seconds, most = now - health.moved_at, STALLED_SECONDS
    else:
        seconds, most = now - health.runs_since, OTHERS_SECONDS
    if seconds < most:
        return None
    minutes = f"{int(most // 60)} minutes"
    return f"What it runs has not moved for {minutes}. Look at its log, or restart ComfyUI."


def _quarantined(health: Health, reason: Reason, sentence: str, now: float) -> Health:
    pause = min(FIRST_PAUSE * 2**health.strikes, LONGEST_PAUSE)
    return replace(
        health,
        status="quarantined",
        sentence=sentence,
        reason=reason,
        strikes=min(health.strikes + 1, 10),
        until=now + pause,
    )
