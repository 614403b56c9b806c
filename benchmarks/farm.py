"""Takes on ComfyUI servers, simulated: how soon one is sent, and how busy the servers are kept."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

from benchmarks import service
from benchmarks.load import RefusedError
from benchmarks.scale import Scale
from benchmarks.servers import servers
from benchmarks.service import Service
from benchmarks.table import Row

SERVERS = 16
ONE_BY_ONE = 60  # takes whose way to the server is timed
LONG, SHORT = 1.0, 0.05  # seconds of a job
ROUNDS_LONG, ROUNDS_SHORT = 6, 20  # jobs of each server
WAITING = 1_000  # takes that no server can have
IDLE_SECONDS = 10.0
AT_ONCE = 32  # takes of one request
PATIENCE = 120.0

GRAPH = {
    "1": {
        "class_type": "EmptyImage",
        "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0},
    },
    "2": {
        "class_type": "ImageAddNoise",
        "inputs": {"image": ["1", 0], "seed": 0, "strength": 0.3},
    },
    "3": {
        "class_type": "SaveImage",
        "inputs": {"images": ["2", 0], "filename_prefix": "take"},
    },
}
BINDINGS = {
    "seed": [{"node": "2", "input": "seed"}],
    "filename_prefix": [{"node": "3", "input": "filename_prefix"}],
}
_seeds = count(1)


def rows(scale: Scale, folder: Path) -> list[Row]:
    """The way of a take to an idle server, sixteen busy servers, and a thousand waiting takes."""
    del scale
    folder.mkdir(exist_ok=True)
    with servers(1, 0.0) as urls, a_shot(folder / "way", urls) as studio:
        ways = sorted(studio.way(urls[0]) for _ in range(ONE_BY_ONE))
    long, short = (
        rate(folder / f"jobs{seconds}", seconds, rounds)
        for seconds, rounds in ((LONG, ROUNDS_LONG), (SHORT, ROUNDS_SHORT))
    )
    with a_shot(folder / "idle", ["http://127.0.0.1:9"]) as studio:
        studio.ask(WAITING)
        share = 100 * studio.busy(IDLE_SECONDS)
    with a_shot(folder / "empty", ["http://127.0.0.1:9"]) as studio:
        nothing = 100 * studio.busy(IDLE_SECONDS)
    p50, p99 = ways[len(ways) // 2] * 1000, ways[int(len(ways) * 0.99)] * 1000
    could, alone = SERVERS / LONG, "at most, of their jobs"
    return [
        Row("a take's way to its server, p50", p50, p99, "its p99", "ms", "<", 60, "figure"),
        Row("a take's way to its server, p99", p99, p50, "its p50", "ms", "<", 250, "figure"),
        Row(f"{SERVERS} servers, jobs of 1 s", long, could, alone, "takes/s", "≥", 0.8),
        Row(
            f"{SERVERS} servers, jobs of 50 ms",
            *(short, SERVERS / SHORT, alone, "takes/s", "≥", 25, "figure"),
        ),
        Row(
            f"{WAITING:,} waiting takes, idle service",
            *(share, nothing, "none waiting", "% of a core", "<", 4, "figure"),
        ),
    ]


def rate(folder: Path, seconds: float, rounds: int) -> float:
    """Takes a second of sixteen servers whose jobs last so long."""
    takes = SERVERS * rounds
    with servers(SERVERS, seconds) as urls, a_shot(folder, urls) as studio:
        began = time.perf_counter()
        studio.ask(takes)
        studio.wait()
        return takes / (time.perf_counter() - began)


class Studio:
    """A running service with one shot to render, on servers that are known to it."""

    def __init__(self, running: Service) -> None:
        self._running = running
        self._shot = 1

    def call(self, method: str, path: str, body: object = None) -> Any:  # JSON
        """One call of the API. Raises `RefusedError`."""
        sent = None if body is None else json.dumps(body).encode()
        status, answer = self._running.answer(method, f"/api/anime{path}", sent)
        if status != 200:
            raise RefusedError(f"{method} {path}: {status} {answer.decode()[:500]}")
        return json.loads(answer)

    def ask(self, takes: int) -> None:
        """Ask for takes of the shot."""
        while takes > 0:
            asked = {"count": min(takes, AT_ONCE), "seed": next(_seeds) * 1000}
            takes -= len(self.call("POST", f"/shots/{self._shot}/takes", asked))

    def way(self, url: str) -> float:
        """Seconds from asking for a take to its server receiving it, which has nothing to do."""
        began = time.time()
        self.ask(1)
        self.wait()
        with urlopen(f"{url}/simulator/prompts", timeout=PATIENCE) as answer:
            prompts = json.load(answer)
        received: float = prompts[-1]["received_at"]
        return received - began

    def wait(self) -> None:
        """Wait until every take is done. Raises `RefusedError` if one fails, or none ends."""
        deadline = time.perf_counter() + PATIENCE
        while self._goes_on():
            if time.perf_counter() > deadline:
                raise RefusedError("The takes did not end.")
            time.sleep(0.02)
        if failed := self.call("GET", "/takes?status=failed&limit=1"):
            raise RefusedError(f"A take failed: {failed[0]['error']}")

    def _goes_on(self) -> bool:
        return any(self.call("GET", f"/takes?status={s}&limit=1") for s in ("running", "queued"))

    def busy(self, seconds: float) -> float:
        """The share of a core that the service and its children take while nobody asks."""
        time.sleep(2.0)  # what was queued just now is settled
        before, began = self._processor(), time.perf_counter()
        time.sleep(seconds)
        return (self._processor() - before) / (time.perf_counter() - began)

    def _processor(self) -> float:
        return sum(
            sum(psutil.Process(pid).cpu_times()[:2])
            for pid in service.process_tree(self._running.pid)
        )


@contextmanager
def a_shot(folder: Path, urls: list[str]) -> Iterator[Studio]:
    """A service that knows these servers, and a shot with a workflow."""
    with service.running(service.ours(folder)) as running:
        studio = Studio(running)
        for url in urls:
            studio.call("POST", "/engines", {"url": url, "name": url.rpartition(":")[2]})
        made = studio.call("POST", "/workflows", {"name": "Noise", "graph": GRAPH})
        studio.call("PUT", f"/workflows/{made['id']}/bindings", BINDINGS)
        settings = {"stages": [{"name": "video", "workflow_id": made["id"]}]}
        project = studio.call("POST", "/projects", {"name": "Night", "settings": settings})
        new = {"project_id": project["id"], "scene_number": 1, "description": "A roof"}
        studio.call("POST", "/scenes", new)
        deadline = time.perf_counter() + PATIENCE
        while any(one["status"] == "offline" for one in studio.call("GET", "/engines")):
            if urls == ["http://127.0.0.1:9"] or time.perf_counter() > deadline:
                break
            time.sleep(0.05)
        yield studio
