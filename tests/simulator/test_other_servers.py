"""Servers of old, and servers with more nodes than ComfyUI's own."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator

import av
import httpx2
import pytest
from PIL import Image

from tests.simulator import graphs
from tests.simulator.talking import Client, Json, grain, of_type, types
from tests.support.comfyui import Comfy, running
from tests.support.services import until
from tower_anime.simulator.behaviour import Behaviour

SOUND = {
    "1": {
        "class_type": "EmptyAudio",
        "inputs": {"duration": 0.5, "sample_rate": 8000, "channels": 2},
    },
    "2": {"class_type": "SaveAudio", "inputs": {"audio": ["1", 0], "filename_prefix": "take/a"}},
}


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with running(checkpoints=[graphs.CHECKPOINT], audio=True) as server:
        yield server


def still() -> Json:
    return graphs.still(seed=grain())


def test_a_server_of_old_chooses_the_ids_itself(comfy: Comfy, client: Client) -> None:
    comfy.behave(chooses_ids=True)
    prompt_id = client.submit(still(), prompt_id="mine")
    assert prompt_id != "mine"
    assert client.over(prompt_id)["status"]["completed"]
    assert client.history("mine") is None


def test_a_cached_run_without_a_client_id_reports_no_outputs_on_a_server_of_old(
    comfy: Comfy, client: Client
) -> None:
    comfy.behave(hides_cached=True)
    graph = still()
    first, _ = client.run(graph)
    answer = client.http.post("/prompt", json={"prompt": graph})
    assert client.over(answer.json()["prompt_id"])["outputs"] == {}
    again, _ = client.run(graph)
    assert again["outputs"] == first["outputs"]


@pytest.mark.parametrize(("kind", "number"), [("JPEG", 1), ("PNG", 2)])
def test_a_preview_is_event_1_the_number_of_its_format_and_the_picture(
    comfy: Comfy, client: Client, kind: str, number: int
) -> None:
    comfy.behave(preview_format=kind)
    client.run(still())
    for frame in client.previews:
        assert struct.unpack(">II", frame[:8]) == (1, number)
        assert Image.open(io.BytesIO(frame[8:])).format == kind
    assert client.previews


def test_a_server_of_old_sends_previews_without_metadata_also_to_those_who_ask(
    comfy: Comfy, client: Client
) -> None:
    comfy.behave(preview_metadata=False)
    flags = {"type": "feature_flags", "data": {"supports_preview_metadata": True}}
    client.socket.send(json.dumps(flags))
    [*_, answer] = client.hear(lambda m: m["type"] == "feature_flags")
    assert answer["data"]["supports_preview_metadata"] is False
    client.run(still())
    assert {struct.unpack(">I", frame[:4]) for frame in client.previews} == {(1,)}


def test_sound_is_told_under_audio(client: Client) -> None:
    entry, heard = client.run(SOUND)
    assert entry["outputs"] == {"2": of_type(heard, "executed")[0]["output"]}
    assert list(entry["outputs"]["2"]) == ["audio"]
    data = client.fetch(client.files(entry)[0]).content
    with av.open(io.BytesIO(data)) as container:
        [stream] = container.streams
        assert (stream.type, stream.codec_context.name) == ("audio", "flac")


def test_websockets_that_are_open_say_nothing_more_and_new_ones_are_heard(
    comfy: Comfy, client: Client
) -> None:
    client.pending()
    comfy.mute_websockets()
    with Client(comfy.url) as other:
        entry, heard = other.run(still())
        assert types(heard)[-1] == "executing"
    assert entry["status"]["completed"]
    assert client.pending() == []


def test_a_socket_of_the_same_id_that_is_opened_after_the_silent_one_was_closed_is_heard(
    comfy: Comfy, client: Client
) -> None:
    comfy.mute_websockets()
    client.socket.close()
    with Client(comfy.url, client.id) as back:
        assert back.run(still())[1]


def test_a_server_may_die_of_a_job_each_time(comfy: Comfy, client: Client) -> None:
    comfy.behave(out_of_memory="dies_always", down_seconds=0.1)

    def lost(times: int) -> bool:
        try:
            client.http.post("/prompt", json={"prompt": still()})
        except httpx2.TransportError:
            return False
        return [one["ended"] for one in comfy.prompts()].count("lost") >= times

    until(lambda: lost(2), "two deaths")


def test_a_history_has_room_for_10000_runs() -> None:
    assert Behaviour().history_size == 10_000
