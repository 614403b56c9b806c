"""`tower-anime comfyui-simulator`: a process that can be killed and started again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.simulator import graphs
from tests.simulator.talking import Client, grain
from tests.support.comfyui import process
from tower_anime.cli.main import app


def test_a_killed_server_forgets_its_queue_and_keeps_its_files(tmp_path: Path) -> None:
    with process(tmp_path, checkpoints=[graphs.CHECKPOINT]) as server:
        with Client(server.url) as client:
            entry, _ = client.run(graphs.still(seed=grain()))
            server.behave(job_seconds=3600)
            client.submit(graphs.still(seed=grain()))
            client.running()
            [first] = client.files(entry)
            before = server.url
            server.kill()
        server.start()
        assert server.url == before
        with Client(server.url) as client:
            assert client.http.get("/history").json() == {}
            assert client.queue() == {"queue_running": [], "queue_pending": []}
            assert client.fetch(first).status_code == 200
            entry, _ = client.run(graphs.still(seed=grain()))
            assert client.files(entry)[0]["filename"] == "still_00002_.png"
        assert [p["ended"] for p in server.prompts()] == ["success", "lost", "success"]


def test_a_process_that_runs_out_of_memory_may_die(tmp_path: Path) -> None:
    with process(tmp_path, checkpoints=[graphs.CHECKPOINT], out_of_memory="dies") as server:
        with Client(server.url) as client:
            client.submit(graphs.still())
            assert server.wait() == 1
        server.start()
        assert server.prompts()[0]["ended"] == "lost"


def test_what_is_asked_for_is_what_it_has(tmp_path: Path) -> None:
    words = ["--checkpoints", "a.safetensors, b.safetensors", "--name", "RTX 3060", "--vram", "12"]
    with process(tmp_path, words=words) as server:
        settings = json.loads(server.settings())
    assert settings["checkpoints"] == ["a.safetensors", "b.safetensors"]
    assert (settings["name"], settings["vram"]) == ("RTX 3060", 12)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--step-seconds", "-1"], "step_seconds"),
        (["--host", "256.0.0.1", "--port", "0"], "256.0.0.1:0"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(words: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["comfyui-simulator", *words])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr
