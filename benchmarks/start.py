"""From the command to the first healthy answer, and the memory kept while idle."""

from pathlib import Path
from statistics import median
from time import sleep

from benchmarks import service
from benchmarks.scale import Scale
from benchmarks.service import CommandAt
from benchmarks.table import Row

IDLE = 2.0  # seconds after the first answer, so that what starts late is counted too


def rows(scale: Scale, folder: Path) -> list[Row]:
    """The first start in an empty folder, migrations included; then starts that find it filled."""
    (folder / "plain").mkdir()
    ours, plain = service.ours(folder / "ours"), service.plain(folder / "plain")
    first, plain_first = (started(command)[0] for command in (ours, plain))
    again, memory = medians(ours, scale.starts)
    plain_again, plain_memory = medians(plain, scale.starts)
    return [
        bound("first start to healthy", first, plain_first, "s", 3),
        bound("start to healthy", again, plain_again, "s", 3),
        bound("resident memory, idle", memory, plain_memory, "MB", 200),
    ]


def started(command_at: CommandAt) -> tuple[float, float]:
    """Seconds to the first healthy answer, and resident MB a little later."""
    with service.running(command_at) as running:
        sleep(IDLE)
        return running.started_in, running.resident_megabytes()


def medians(command_at: CommandAt, starts: int) -> tuple[float, float]:
    """The medians of several starts."""
    seconds, memory = zip(*(started(command_at) for _ in range(starts)), strict=True)
    return median(seconds), median(memory)


def bound(what: str, ours: float, plain: float, unit: str, below: float) -> Row:
    return Row(what, ours, plain, "plain service", unit, "<", below, "figure")
