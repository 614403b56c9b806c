"""Interleaved rounds: each service in turn, again and again, so that a noisy moment hits all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import load
from benchmarks.scale import Scale
from benchmarks.service import Service

WARM_UP = 0.5  # seconds


@dataclass(frozen=True)
class Pace:
    """Medians over the rounds; `p99` is a latency in ms."""

    per_second: float
    p99: float


def median_rounds(
    what: str, services: Mapping[str, Service], next_request: load.NextRequest, scale: Scale
) -> dict[str, Pace]:
    """Each service's pace at such requests. Raises `load.RefusedError` if any one failed."""

    def measured(name: str, seconds: float) -> load.Load:
        found = load.measure(
            services[name].port, next_request, connections=scale.connections, seconds=seconds
        )
        return found.required_whole(f"{what}, {name}")

    for name in services:
        measured(name, WARM_UP)
    loads: dict[str, list[load.Load]] = {name: [] for name in services}
    for _ in range(scale.rounds):
        for name in services:
            loads[name].append(measured(name, scale.seconds))
    return {name: pace_of(found) for name, found in loads.items()}


def pace_of(loads: Sequence[load.Load]) -> Pace:
    return Pace(
        per_second=median(one.per_second for one in loads),
        p99=median(one.percentile(99) for one in loads),
    )
