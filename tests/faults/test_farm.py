"""A night on three servers on which everything goes wrong: no take is lost, stuck, or sent twice.

The service and the servers are killed, stalled and cut at random while takes render. Run it by hand
with more takes and other nights:

    TOWER_TEST_FARM_TAKES=300 TOWER_TEST_SEED=7 pytest -s tests/faults/test_farm.py
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.comfyui import Process, process, workflow
from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import OVER, decoded, first_shot, request_takes, small_project
from tests.support.services import PATIENCE, Service, serving, until

TAKES = int(os.environ.get("TOWER_TEST_FARM_TAKES", "24"))
SEED = int(os.environ.get("TOWER_TEST_SEED", "1"))
DATABASE = os.environ.get("TOWER_TEST_DATABASE", "sqlite")
SERVERS = 3
JOB_SECONDS = 0.2
EVENTS = max(TAKES // 3, 6)
AT_ONCE = 32  # takes of one request
FRAMES = 6  # of the shot

QUIET: dict[str, Any] = {
    "stall": False,
    "silent": False,
    "slow": 0.0,
    "websocket_silent": False,
    "job_seconds": JOB_SECONDS,
}
BINDINGS = {
    "frames": [{"node": "2", "input": "batch_size"}],
    "width": [{"node": "2", "input": "width"}],
    "height": [{"node": "2", "input": "height"}],
    "seed": [{"node": "3", "input": "seed"}],
    "fps": [{"node": "6", "input": "fps"}],
    "filename_prefix": [{"node": "7", "input": "filename_prefix"}],
    "output": [{"node": "7"}],
}


class Night:
    """Three servers and a service, and a record of what was done to them."""

    def __init__(self, service: Service, servers: list[Process], chance: random.Random) -> None:
        self.service = service
        self.servers = servers
        self.chance = chance
        self.done: Counter[str] = Counter()
        self.losing: dict[str, list[float]] = defaultdict(list)  # when a server may lose prompts
        self.removing: dict[str, list[float]] = defaultdict(list)  # since when one will be gone

    def trouble(self) -> None:
        """One thing goes wrong."""
        kinds: list[Callable[[Process], None]] = [
            *(self.kill_service, self.kill_server, self.forget, self.stall, self.silence),
            *(self.cut, self.drop, self.ambiguous, self.refuse, self.lose_a_file),
        ]
        kind = self.chance.choice(kinds)
        self.done[kind.__name__] += 1
        kind(self.chance.choice(self.servers))

    def kill_service(self, _server: Process) -> None:
        self.service.kill()
        self.service.restart()

    def kill_server(self, server: Process) -> None:
        self._lose(server)
        server.kill()
        server.start()
        server.behave(**QUIET)
        self._lose(server)

    def forget(self, server: Process) -> None:
        self._lose(server)
        server.restart()
        self._lose(server)

    def stall(self, server: Process) -> None:
        """Its job stands still until the service gives the server up; then it is started anew."""
        self._lose(server)
        server.behave(stall=True)
        self._while_bad(server, 4.0)

    def silence(self, server: Process) -> None:
        server.behave(silent=True)
        self._while_bad(server, 1.0)

    def _while_bad(self, server: Process, seconds: float) -> None:
        threading.Event().wait(seconds)
        server.kill()
        self._lose(server)
        server.start()
        server.behave(**QUIET)

    def cut(self, server: Process) -> None:
        server.behave(cut={"/view": 2, "/history": 1, "/queue": 1})

    def drop(self, server: Process) -> None:
        server.drop_websockets()

    def ambiguous(self, server: Process) -> None:
        server.behave(ambiguous_submits=2)

    def refuse(self, server: Process) -> None:
        server.behave(refuse={"/history": 2, "/queue": 2, "/view": 1})

    def lose_a_file(self, server: Process) -> None:
        """Of the next job that ends, whenever that is."""
        self.removing[server.url].append(time.time())
        server.behave(remove_outputs=1)

    def _lose(self, server: Process) -> None:
        self.losing[server.url].append(time.time())

    def calm(self) -> None:
        for server in self.servers:
            server.behave(**QUIET)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    """The setting that names the database."""
    if DATABASE == "sqlite":
        return {}
    return {"database_url": request.getfixturevalue("new_postgresql")()}


def test_a_night_of_faults_ends_every_take_and_sends_none_twice(
    tmp_path: Path, database: dict[str, str]
) -> None:
    chance = random.Random(SEED)
    with ExitStack() as stack:
        servers = [
            stack.enter_context(process(tmp_path / f"comfy{n}", **QUIET)) for n in range(SERVERS)
        ]
        service = stack.enter_context(
            serving(
                tmp_path / "data",
                comfyui_urls=",".join(server.url for server in servers),
                engine_probe_seconds=0.3,
                engine_stall_seconds=2.0,
                engine_away_seconds=20.0,
                **database,
            )
        )
        asked = queue(service.api)
        night = Night(service, servers, chance)
        with watching(service) as seen:
            for _ in range(EVENTS):
                threading.Event().wait(chance.uniform(0.1, 1.0))
                night.trouble()
            night.calm()
            takes = until_over(service, {take["id"] for take in asked})
        prompts = {server.url: server.prompts() for server in servers}
        print(f"\n{dict(night.done)}; {dict(Counter(take['status'] for take in takes))}")

        assert {take["status"] for take in takes} <= {"done", "failed"}
        for take in takes:
            if take["status"] == "failed":
                assert take["error"]["detail"], take
        assert sum(take["status"] == "done" for take in takes) >= len(takes) * 9 // 10
        films = (service.api.get(f"/media/{n}/file").content for n in media(takes))
        assert {len(decoded(film)) for film in films} == {FRAMES}
        assert_sent_once(prompts, night)
        assert_only_forward(seen)


def queue(api: httpx2.Client) -> list[Json]:
    """Takes of one shot, each with a seed of its own."""
    new = {"name": "Noise", "graph": workflow("video_mp4")}
    new["graph"]["1"] = {
        "class_type": "EmptyImage",
        "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0},
    }
    made = ok(api.post("/workflows", json=new))
    ok(api.put(f"/workflows/{made['id']}/bindings", json=BINDINGS))
    project = small_project(api, stages=[{"name": "video", "workflow_id": made["id"]}])
    shot = first_shot(api, make_scene(api, project))
    asked: list[Json] = []
    while len(asked) < TAKES:
        count = min(AT_ONCE, TAKES - len(asked))
        asked += request_takes(api, shot, count=count, seed=1000 + len(asked))
    return asked


def until_over(service: Service, wanted: set[int]) -> list[Json]:
    """The takes, all ended. A night is long: patience is for each next one that ends."""
    takes: list[Json] = []
    while len(ended := [take for take in takes if take["status"] in OVER]) < len(wanted):

        def more(before: int = len(ended)) -> list[Json]:
            found: list[Json] = ok(service.api.get("/takes?limit=1000"))
            return found if sum(take["status"] in OVER for take in found) > before else []

        takes = until(more, "another take's end")
    return takes


def media(takes: list[Json]) -> set[str]:
    return {take["media_id"] for take in takes if take["status"] == "done"}


def assert_sent_once(prompts: dict[str, list[dict[str, Any]]], night: Night) -> None:
    """A take's prompt is followed by another only where its server may have lost the first, or
    what it made.
    """
    of_take: dict[str, list[tuple[float, str, dict[str, Any]]]] = defaultdict(list)
    for url, received in prompts.items():
        for prompt in received:
            prefix = prompt["graph"]["7"]["inputs"]["filename_prefix"]
            of_take[prefix].append((prompt["received_at"], url, prompt))
    for prefix, sent in of_take.items():
        sent.sort(key=lambda one: one[0])
        for (at, url, first), (later, _, _) in pairwise(sent):
            lost = first["ended"] in {"lost", "error", "interrupted", "deleted", "refused"}
            excused = any(at - 1 <= when <= later for when in night.losing[url])
            removed = lost or excused or was_removed(first, night.removing[url])
            assert removed, f"{prefix} was sent again: {first} at {later}"


def was_removed(prompt: dict[str, Any], removing: list[float]) -> bool:
    """Whether the file of a run may have been the one that was lost; each loss is of one file."""
    before = [when for when in removing if when <= (prompt["finished_at"] or 0)]
    if before:
        removing.remove(before[-1])
    return bool(before)


@contextmanager
def watching(service: Service) -> Iterator[dict[int, list[float]]]:
    """Each take's progress as it is seen, over and over, for the length of a `with` block.

    Each look has a connection of its own: one that is closed on another thread may wait for good.
    """
    seen: dict[int, list[float]] = defaultdict(list)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            with suppress(httpx2.TransportError, RuntimeError, AssertionError):
                takes = f"{service.url}/api/anime/takes?limit=1000"
                for take in ok(httpx2.get(takes, timeout=PATIENCE)):
                    seen[take["id"]].append(take["progress"])

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def assert_only_forward(seen: dict[int, list[float]]) -> None:
    assert len(seen) == TAKES
    for take_id, progress in seen.items():
        assert progress == sorted(progress), f"take {take_id} went back"
        assert all(0 <= part <= 1 for part in progress)
