"""The protocol's promises that no recorded line holds by itself.

What a real server was recorded to answer is held in `test_recorded_runs.py` (messages, outputs,
cache, files), `test_recorded_submits.py` (refusals), `test_recorded_queue.py` (ids, cancels,
sockets) and `test_recorded_uploads.py`; its ways to fail in `test_faults.py`, what older servers
and those with more nodes do in `test_other_servers.py`. `docs/comfyui-protocol.md` lists every
fact with its tests, of the simulator and of our client.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import av
import pytest
from PIL import Image

from tests.simulator import graphs
from tests.simulator.talking import Client, Json, grain, of_type, picture, types
from tests.support.comfyui import DATA, Comfy, running, workflow


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with running(checkpoints=[graphs.CHECKPOINT]) as server:
        yield server


def still() -> Json:
    return graphs.still(seed=grain())


def test_the_messages_of_a_run_come_in_their_order(client: Client) -> None:
    _, heard = client.run(still())
    kinds = types(heard)
    landmarks = ["status", "execution_start", "execution_cached", "progress_state", "executing",
                 "progress", "executed", "execution_success"]  # fmt: skip
    firsts = [kinds.index(kind) for kind in landmarks]
    assert firsts == sorted(firsts)
    assert kinds[-3:] == ["execution_success", "status", "executing"]
    assert heard[0]["data"]["sid"] == client.id
    assert heard[-1]["data"]["node"] is None


def test_executed_is_told_of_the_nodes_that_have_an_output_and_of_no_other(client: Client) -> None:
    entry, heard = client.run(still())
    assert [told["node"] for told in of_type(heard, "executed")] == list(entry["outputs"]) == ["7"]
    assert {told["node"] for told in of_type(heard, "executing")} == {*"1234567", None}


def test_the_history_of_a_prompt_is_empty_whether_unknown_queued_or_running(
    comfy: Comfy, client: Client
) -> None:
    comfy.behave(job_seconds=3600)
    runs, waits = client.submit(still()), client.submit(still())
    assert client.running() == runs
    for prompt_id in ("unknown", waits, runs):
        answer = client.http.get(f"/history/{prompt_id}")
        assert (answer.status_code, answer.json()) == (200, {})
    queue = client.queue()
    assert [queue["queue_running"][0][1], queue["queue_pending"][0][1]] == [runs, waits]


def test_the_websocket_replays_nothing(comfy: Comfy, client: Client) -> None:
    client.run(still())
    with Client(comfy.url, client.id) as back:
        assert types(back.pending()) == ["status"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "no_prompt"),
        ({"prompt": {"1": {"class_type": "NotThere", "inputs": {}}}}, "invalid_prompt"),
        ({"prompt": {}}, "prompt_no_outputs"),
        ({"prompt": workflow("missing_file")}, "prompt_outputs_failed_validation"),
    ],
)
def test_a_refusal_is_400_and_says_of_which_type_it_is(
    client: Client, body: Json, kind: str
) -> None:
    answer = client.http.post("/prompt", json=body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"error", "node_errors"}
    assert answer.json()["error"]["type"] == kind
    assert answer.json()["error"].keys() == {"type", "message", "details", "extra_info"}


@pytest.mark.parametrize("body", [b"{", b'{"prompt": {"1": null}}'])
def test_a_malformed_body_is_answered_500_in_plain_text(client: Client, body: bytes) -> None:
    answer = client.http.post("/prompt", content=body)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/plain")
    assert client.queue() == {"queue_running": [], "queue_pending": []}


def test_the_same_bytes_keep_their_name_and_other_bytes_get_a_new_one_and_none_is_deleted(
    client: Client,
) -> None:
    red, blue = picture(colour="red"), picture(colour="blue")
    names = [client.upload("a.png", data)["name"] for data in (red, red, blue, blue)]
    assert names == ["a.png", "a.png", "a (1).png", "a (1).png"]
    assert client.http.delete("/upload/image").status_code == 405


def test_an_interrupt_takes_effect_at_a_step(comfy: Comfy, client: Client) -> None:
    comfy.behave(step_seconds=3600)
    prompt_id = client.submit(still())
    client.hear(lambda m: m["type"] == "executing" and m["data"]["node"] == "5")
    client.http.post("/interrupt", json={"prompt_id": prompt_id})
    heard = client.hear_end(prompt_id)
    [told] = of_type(heard, "execution_interrupted")
    assert (told["node_id"], told["node_type"]) == ("5", "KSampler")


def test_errors_and_interrupts_differ_only_in_their_last_message(
    comfy: Comfy, client: Client
) -> None:
    comfy.behave(error_at="KSampler")
    failed, _ = client.run(still())
    comfy.behave(error_at="", job_seconds=3600)
    prompt_id = client.submit(still())
    client.hear(lambda m: m["type"] == "executing" and m["data"]["node"] == "7")
    client.http.post("/interrupt")
    stopped = client.over(prompt_id)
    for entry in (failed, stopped):
        status = entry["status"]
        assert (status["status_str"], status["completed"]) == ("error", False)
    ends = [entry["status"]["messages"][-1][0] for entry in (failed, stopped)]
    assert ends == ["execution_error", "execution_interrupted"]


def test_a_truncated_picture_runs_as_if_it_were_whole(client: Client) -> None:
    whole = picture((640, 480))
    client.upload("cut.png", whole[: len(whole) - 40])
    graph = workflow("still_512")
    graph["1"]["inputs"]["image"] = "cut.png"
    entry, _ = client.run(graph)
    assert entry["status"]["status_str"] == "success"


def test_a_picture_carries_the_prompt_and_the_workflow(client: Client) -> None:
    editor, graph = {"nodes": [], "links": [], "id": "my-wf"}, still()
    entry, _ = client.run(graph, extra_data={"extra_pnginfo": {"workflow": editor}})
    data = client.fetch(client.files(entry)[0]).content
    with Image.open(io.BytesIO(data)) as opened:
        assert json.loads(opened.info["workflow"]) == editor
        assert json.loads(opened.info["prompt"]) == graph


def test_a_film_carries_the_prompt_and_the_workflow(client: Client) -> None:
    editor = {"nodes": [], "links": [], "id": "my-wf"}
    graph = graphs.film(frames=5)
    entry, _ = client.run(graph, extra_data={"extra_pnginfo": {"workflow": editor}})
    data = client.fetch(client.files(entry)[0]).content
    with av.open(io.BytesIO(data)) as container:
        metadata = dict(container.metadata)
    assert json.loads(metadata["workflow"]) == editor
    told = json.loads(metadata["prompt"])
    assert len(told["0"].pop("is_changed")) == 1
    assert told == graph


def test_the_real_servers_workflow_is_read_from_its_own_film(client: Client) -> None:
    """What a real server embedded runs here as it ran there."""
    with av.open(str(DATA / "samples/clip.mp4")) as container:
        graph = json.loads(container.metadata["prompt"])
    entry, _ = client.run(graph)
    assert client.files(entry)[0]["filename"] == "clip_00001_.mp4"


def test_every_route_is_also_below_api(client: Client) -> None:
    for path in ("/queue", "/prompt", "/history", "/system_stats", "/features", "/embeddings"):
        assert client.http.get(f"/api{path}").text == client.http.get(path).text


def test_a_saver_writes_nowhere_else(comfy: Comfy, client: Client) -> None:
    graph = still()
    graph["7"]["inputs"]["filename_prefix"] = "../../escaped"
    entry, heard = client.run(graph)
    [error] = of_type(heard, "execution_error")
    assert "outside the output folder" in error["exception_message"]
    assert not list(comfy.folder.parent.glob("escaped*"))
    assert entry["outputs"] == {}


def test_the_counter_of_a_prefix_goes_on_from_the_files(client: Client) -> None:
    names = [client.files(client.run(still())[0])[0]["filename"] for _ in range(2)]
    assert names == ["still_00001_.png", "still_00002_.png"]
