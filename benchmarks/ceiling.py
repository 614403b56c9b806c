"""Is the load generator the bottleneck? Its own pace, against a server that does nothing."""

from contextlib import ExitStack
from pathlib import Path

from benchmarks import load, service
from benchmarks.rounds import median_rounds
from benchmarks.scale import Scale
from benchmarks.table import Row

ANSWER = 400  # bytes: a project


def rows(scale: Scale, folder: Path) -> list[Row]:
    """The generator against `echo`, beside the generator against the floor."""
    del folder  # nothing is stored
    with ExitStack() as stack:
        services = {
            "echo": stack.enter_context(service.running(service.echo(ANSWER))),
            "floor": stack.enter_context(service.running(service.floor(ANSWER))),
        }
        paces = median_rounds("ceiling", services, load.in_turn([load.get(service.HEALTH)]), scale)
    return [
        Row(
            what="the load generator itself",
            ours=paces["echo"].per_second,
            other=paces["floor"].per_second,
            other_is="bare HTTP server",
            unit="requests/s",
            sign="≥",
            limit=1.5,
        )
    ]
