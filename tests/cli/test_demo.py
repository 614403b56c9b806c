"""The demo, as a newcomer runs it: from the sample's text to an episode that plays."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import av

from tests.support import comfyui
from tests.support.services import serving
from tower_anime import sample

SHOTS = [shot for scene in sample.load()["scenes"] for shot in scene["shots"]]
RATE = 24


def demo(data_dir: Path, *more: str) -> str:
    """Run the demo to its end; what it printed."""
    command = [sys.executable, "-m", "tower_anime.cli", "demo", "--no-serve", "--port", "0"]
    done = subprocess.run(
        [*command, "--data-dir", str(data_dir), *more], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def frames(film: Path) -> int:
    """How many frames decode."""
    with av.open(str(film)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_the_demo_makes_an_episode_once_and_finds_it_the_next_time(tmp_path: Path) -> None:
    said = demo(tmp_path)

    found = re.search(r"^File: +(.+)$", said, re.MULTILINE)
    assert found is not None, said
    film = Path(found[1])
    assert film.is_relative_to(tmp_path / "films")
    assert frames(film) == sum(round(shot["duration"] * RATE) for shot in SHOTS)
    assert len(list((tmp_path / "films").rglob("*_approved.mp4"))) == len(SHOTS)

    again = demo(tmp_path)

    assert "is here already" in again
    assert str(film) in again
    assert len(list((tmp_path / "films").rglob("*_video_t*.mp4"))) == len(SHOTS)


def test_the_demo_renders_on_a_comfyui_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with comfyui.process(tmp_path / "comfyui") as server:
        said = demo(data, "--comfyui", server.url)
        sent = server.prompts()

    found = re.search(r"^File: +(.+)$", said, re.MULTILINE)
    assert found is not None, said
    assert frames(Path(found[1])) == sum(round(shot["duration"] * RATE) for shot in SHOTS)
    assert len(sent) == len(SHOTS)
    with serving(data) as service:
        takes = service.api.get("/takes?limit=100").json()
    assert [(take["engine"], take["status"]) for take in takes] == [("comfyui", "done")] * len(
        SHOTS
    )
    assert {take["verdict"] for take in takes} == {"approved"}
    assert [take["warnings"] for take in takes] == [[]] * len(SHOTS)


def test_the_demo_says_which_server_does_not_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tower_anime.cli", "demo", "--no-serve", "--port", "0"]
    where = ["--data-dir", str(tmp_path), "--comfyui", "http://127.0.0.1:1"]
    done = subprocess.run([*command, *where], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "The ComfyUI server http://127.0.0.1:1 is offline" in done.stdout
