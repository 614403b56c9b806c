"""The page "A night on three GPUs": its night happens by typing it, with a server that dies."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support import pages
from tests.support.factories import ok
from tests.support.services import PATIENCE, Service, serving, until
from tower_anime.workflows.examples import GRAPH

PAGE = Path(__file__).parents[2] / "docs/guide/a-night-on-three-gpus.md"
SESSION = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SIMULATOR = "tower-anime comfyui-simulator "


def shown() -> list[str]:
    """What the page shows as answers."""
    lines = "".join(SESSION.findall(PAGE.read_text(encoding="utf-8"))).splitlines()
    return [line for line in lines if not line.startswith("$ ")]


def free_ports() -> dict[str, str]:
    """A free port for each that is on the page."""
    with contextlib.ExitStack() as held:
        places = {name: held.enter_context(socket.socket()) for name in ("8188", "8189", "8190")}
        for place in places.values():
            place.bind(("127.0.0.1", 0))
        return {name: str(place.getsockname()[1]) for name, place in places.items()}


@contextlib.contextmanager
def terminals(typed: list[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Each command in a terminal of its own, until Ctrl+C; they listen."""
    started = []
    try:
        for command in typed:
            words = [sys.executable, "-m", "tower_anime.cli", *shlex.split(command)[1:]]
            started.append(subprocess.Popen(words, stdout=subprocess.PIPE))
        for process in started:
            assert process.stdout is not None
            assert b"listens on" in process.stdout.readline()
        yield started
    finally:
        for process in started:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
            assert process.stdout is not None
            process.stdout.close()


def rendering_everywhere(service: Service) -> bool:
    takes = ok(service.api.get("/takes?run_id=1&status=running"))
    return len({take["engine_id"] for take in takes}) == 3


def test_the_night_on_the_page_happens_by_typing_it(tmp_path: Path) -> None:
    (tmp_path / "keyframe.json").write_text(json.dumps(GRAPH))
    typed = pages.commands(PAGE)
    for told, free in free_ports().items():
        typed = [command.replace(told, free) for command in typed]
    simulators = [command for command in typed if command.startswith(SIMULATOR)]
    typed = [command for command in typed if command not in simulators]
    night = next(n for n, command in enumerate(typed) if command.startswith("tower-anime runs"))

    fast = {"engine_away_seconds": 1, "engine_probe_seconds": 0.2}
    with serving(tmp_path / "data", **fast) as service, terminals(simulators) as servers:
        environment = {"TOWER_URL": service.url, "COLUMNS": "100"}
        said = "".join(pages.run([c], tmp_path, **environment) for c in typed[:night])
        until(lambda: rendering_everywhere(service), "a take on each server")
        servers[1].send_signal(signal.SIGINT)
        said += "".join(pages.run([c], tmp_path, **environment) for c in typed[night:])
        engines = {e["name"]: e["status"] for e in ok(service.api.get("/engines"))}
        takes = ok(service.api.get("/takes?limit=100"))

    printed = [line.rstrip() for line in said.splitlines()]
    assert [line for line in shown() if line not in printed] == []
    assert len(shown()) > 10
    assert engines == {"gpu1": "idle", "gpu2": "offline", "gpu3": "idle"}
    assert [take["status"] for take in takes] == ["done"] * 13
    assert max(take["attempt"] for take in takes) == 2  # what was with the one that died
