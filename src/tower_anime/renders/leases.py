"""Whose work may be taken over: a lease is watched for a while, and never held against a clock.

Two machines' clocks differ, and one machine's is set forward or back. So what a lease says is not
compared with the time; each worker looks whether it changes. One that stays as it was for the
length of a lease, by the watcher's own monotonic clock, belongs to a worker that is gone.
(Kubernetes elects its leaders so: client-go, tools/leaderelection.)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from tower_anime.renders.ledger import Claim

LEASE_SECONDS = 60.0


class Leases:
    """What one worker has seen of the others' leases on one ledger."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[Claim, tuple[str | None, float]] = {}

    def run_out(self, held: Mapping[Claim, str | None]) -> list[Claim]:
        """Those of `held`, claims with their leases, that nobody has renewed for long enough."""
        now = self._clock()
        self._seen = {
            claim: (lease, self._since(claim, lease, now)) for claim, lease in held.items()
        }
        return [claim for claim, (_, since) in self._seen.items() if now - since >= LEASE_SECONDS]

    def _since(self, claim: Claim, lease: str | None, now: float) -> float:
        before = self._seen.get(claim)
        return before[1] if before and before[0] == lease else now
