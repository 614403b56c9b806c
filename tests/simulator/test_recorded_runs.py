"""The simulator runs graphs as the recorded server ran them: messages, outputs, history, files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import httpx2
import pytest
from PIL import Image

from tests.simulator.recording import messages, outline, recorded, settled, shape
from tests.simulator.talking import Client, Json, grain, of_type, types
from tests.support.comfyui import Comfy, workflow

EXTRA = {"extra_pnginfo": {"workflow": {"id": "my-wf"}}, "my_key": {"job": 1}}


ONLY_REFERENCE = {  # what the recording had cached from the run before
    "1": {"class_type": "LoadImage", "inputs": {"image": "ref.png"}},
    "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
}


def still(**changes: Any) -> Json:
    graph = workflow("still_512")
    graph["2"]["inputs"]["color"] = grain()
    graph["7"]["inputs"].update(changes)
    return graph


def test_a_still_is_told_of_message_by_message(client: Client) -> None:
    _, heard = client.run(still(), extra_data=EXTRA)
    told = messages("a_still")
    assert outline(heard) == outline(told)
    assert [shape(m) for m in heard] == [shape(m) for m in told]


def test_the_history_of_a_still_has_the_recorded_fields(client: Client) -> None:
    entry, _ = client.run(still(), extra_data=EXTRA)
    assert shape(entry) == shape(recorded("a_still", "history"))
    assert entry["prompt"][3] == {**EXTRA, "client_id": client.id}


def test_a_picture_is_viewed_with_the_recorded_headers_and_metadata(client: Client) -> None:
    entry, _ = client.run(still(), extra_data=EXTRA)
    status, _, size, keys, headers = recorded("a_still", "view")
    file = client.files(entry)[0]
    answer = client.fetch(file)
    assert answer.status_code == status
    assert set(headers) == {name.title().replace("Etag", "Etag") for name in answer.headers}
    assert answer.headers["content-disposition"] == f'filename="{file["filename"]}"'
    for name in ("Content-Type", "Accept-Ranges", "Server"):
        assert answer.headers[name] == headers[name]
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert list(picture.size) == size
        assert sorted(picture.info) == sorted(keys)


def test_parts_of_a_file_are_answered_as_recorded(client: Client) -> None:
    entry, _ = client.run(still())
    file = client.files(entry)[0]
    whole = client.fetch(file).content
    part = client.fetch(file, Range="bytes=0-99")
    status, length, told, accepts = recorded("a_still", "view Range 0-99")
    assert (part.status_code, len(part.content)) == (status, length)
    assert part.headers["content-range"] == told.replace(told.split("/")[1], str(len(whole)))
    assert part.headers["accept-ranges"] == accepts
    assert part.content == whole[:100]
    beyond = client.fetch(file, Range=f"bytes={len(whole)}-")
    assert [beyond.status_code, beyond.headers["content-range"]] == [
        recorded("a_still", "view bad Range")[0],
        f"bytes */{len(whole)}",
    ]


def test_a_known_etag_is_answered_without_the_file(client: Client) -> None:
    entry, _ = client.run(still())
    file = client.files(entry)[0]
    tag = client.fetch(file).headers["etag"]
    again = client.fetch(file, **{"If-None-Match": tag})
    assert again.status_code == recorded("a_still", "If-None-Match")[1]
    assert again.content == b""


def test_a_preview_is_a_small_webp(client: Client) -> None:
    entry, _ = client.run(still())
    query = {**client.files(entry)[0], "preview": "webp;70"}
    answer = client.http.get("/view", params=query)
    status, _, kind = recorded("a_still", "preview=webp;70")
    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.format == "WEBP"


@pytest.mark.parametrize(
    "address",
    [
        "/view?filename=nope.png&type=output",
        "/view?filename=../../etc/passwd&type=output",
        "/view?filename=x.png&type=bogus",
        "/view?filename=x.png&subfolder=../..",
        "/view",
    ],
)
def test_what_cannot_be_viewed_is_refused_as_recorded(api: httpx2.Client, address: str) -> None:
    answer = api.get(address)
    assert [answer.status_code, answer.text] == recorded("a_still", f"GET {address}")


def test_an_identical_graph_is_all_cached_and_names_the_old_files(client: Client) -> None:
    graph = still()
    first, _ = client.run(graph)
    again, heard = client.run(graph)
    # The first message of a recording is the greeting, which only a new connection hears.
    told = messages("a_still/resubmit-identical")[1:]
    assert outline(heard) == outline(told)
    assert [shape(m) for m in heard] == [shape(m) for m in told]
    same, _, status = recorded("a_still/resubmit-identical", "outputs same?")
    assert same
    assert again["outputs"] == first["outputs"]
    assert shape(again["status"]) == shape(status)


def test_a_cached_output_is_named_even_when_its_file_is_gone(comfy: Comfy, client: Client) -> None:
    graph = still()
    first, _ = client.run(graph)
    file = client.files(first)[0]
    Path(comfy.folder, "output", file["subfolder"], file["filename"]).unlink()
    again, heard = client.run(graph)
    _, there, status, kinds = recorded("a_still/resubmit-after-file-deleted", "result")
    assert again["outputs"] == first["outputs"]
    assert (client.fetch(file).status_code, there) == (status, False)
    assert types(heard) == kinds[1:]


def test_another_prefix_runs_only_the_saver(client: Client) -> None:
    graph = still()
    client.run(graph)
    graph["7"]["inputs"]["filename_prefix"] += "_b"
    entry, heard = client.run(graph)
    [cached] = recorded("a_still/prefix-changed", "cached")
    assert of_type(heard, "execution_cached")[0]["nodes"] == cached["data"]["nodes"]
    assert client.files(entry)[0]["filename"] == "still_b_00001_.png"


def test_freeing_memory_clears_the_cache(client: Client) -> None:
    graph = still()
    client.run(graph)
    answer = client.http.post("/free", json={"unload_models": True, "free_memory": True})
    assert [answer.status_code, answer.text] == recorded("a_still", "POST /free")
    entry, heard = client.run(graph)
    assert of_type(heard, "execution_cached")[0]["nodes"] == []
    assert shape(entry["outputs"]) == shape(recorded("a_still/after-free", "outputs"))


def test_freeing_without_a_body_is_trouble(api: httpx2.Client) -> None:
    answer = api.post("/free")
    assert [answer.status_code, answer.text] == recorded("a_still", "POST /free empty body")


def test_a_film_is_told_of_message_by_message(client: Client) -> None:
    client.run(ONLY_REFERENCE)
    entry, heard = client.run(workflow("video_mp4"))
    told = messages("b_video_mp4")[1:]
    assert outline(heard) == outline(told)
    assert [shape(m) for m in heard] == [shape(m) for m in told]
    assert shape(entry["outputs"]) == shape(recorded("b_video_mp4", "outputs"))
    assert entry["status"]["status_str"] == recorded("b_video_mp4", "status")


def test_a_film_decodes_to_what_was_recorded(client: Client) -> None:
    entry, _ = client.run(workflow("video_mp4"))
    file = client.files(entry)[0]
    key, status, _, kind, beginning, *_ = recorded("b_video_mp4", "view")
    answer = client.fetch(file)
    assert (next(iter(entry["outputs"]["7"])), answer.status_code) == (key, status)
    assert answer.headers["content-type"] == kind
    assert answer.content.hex().startswith(beginning)
    with av.open(io.BytesIO(answer.content)) as container:
        stream = container.streams.video[0]
        decoded = {
            "codec": stream.codec_context.name,
            "frames": sum(1 for _ in container.decode(video=0)),
            "fps": str(stream.average_rate),
            "size": [stream.width, stream.height],
            "pix_fmt": stream.codec_context.pix_fmt,
            "metadata_keys": list(container.metadata),
        }
    assert decoded == recorded("b_video_mp4", "decoded")


@pytest.mark.parametrize(
    ("scenario", "graph"),
    [("c_missing_node", "missing_node"), ("d1_missing_file", "missing_file")],
)
def test_a_graph_that_cannot_run_is_refused(client: Client, scenario: str, graph: str) -> None:
    client.pending()
    answer = client.send(workflow(graph))
    assert answer.status_code == 400
    assert answer.json() == recorded(scenario, "body")
    assert client.pending() == []
    assert recorded(scenario, "ws types") == ["status"]  # the greeting alone


def test_a_graph_of_which_a_part_is_invalid_runs_without_it(client: Client) -> None:
    client.run(ONLY_REFERENCE)
    answer = client.send(workflow("partial_invalid"))
    assert answer.status_code == 200
    assert settled(answer.json()) == settled(recorded("f_partial_invalid", "body"))
    heard = client.hear_end(answer.json()["prompt_id"])
    assert types(heard) == recorded("f_partial_invalid", "ws types")[1:]
    entry = client.history(answer.json()["prompt_id"])
    made = [entry["status"]["status_str"], list(entry["outputs"])]
    assert made == recorded("f_partial_invalid", "history.status")


def test_an_error_keeps_the_outputs_that_were_made(client: Client) -> None:
    scenario = "d5_first_output_ok_second_fails"
    client.hear(lambda m: m["type"] == "status")
    entry, heard = client.run(workflow("first_output_ok_second_fails"))
    assert types(heard) == recorded(scenario, "ws types")[1:]
    [error] = of_type(heard, "execution_error")
    [told] = recorded(scenario, "error msg")
    wanted = told["data"]
    assert error.keys() == wanted.keys()
    for field in ("node_id", "node_type", "exception_type", "current_inputs"):
        assert error[field] == wanted[field]
    assert sorted(error["executed"]) == sorted(wanted["executed"])
    assert sorted(error["current_outputs"]) == sorted(wanted["current_outputs"])
    assert error["exception_message"].startswith("cannot identify image file '/")
    assert error["exception_message"].endswith("/input/corrupt.png'\n")
    assert sorted(entry["outputs"]) == sorted(recorded(scenario, "history.outputs"))
    status = recorded(scenario, "history.status")
    assert entry["status"].keys() == status.keys()
    assert [kind for kind, _ in entry["status"]["messages"]] == [
        kind for kind, _ in status["messages"]
    ]
    assert (entry["status"]["status_str"], entry["status"]["completed"]) == ("error", False)


def test_a_graph_that_failed_fails_again_with_the_rest_cached(client: Client) -> None:
    scenario = "d5_first_output_ok_second_fails/again"
    client.run(workflow("first_output_ok_second_fails"))
    entry, heard = client.run(workflow("first_output_ok_second_fails"))
    assert types(heard) == recorded(scenario, "ws types")[1:]
    status, [cached] = recorded(scenario, "history")
    assert entry["status"]["status_str"] == status
    assert of_type(heard, "execution_cached")[0]["nodes"] == cached["data"]["nodes"]


def test_temporary_pictures_and_texts_are_outputs_too(client: Client) -> None:
    entry, _ = client.run(workflow("preview_temp"))
    outputs = recorded("h_preview_temp", "outputs")
    assert shape(entry["outputs"]) == shape(outputs)
    assert entry["outputs"]["4"] == outputs["4"]
    assert {file["type"] for file in client.files(entry)} == {"temp"}
    assert (
        client.fetch(client.files(entry)[1]).status_code
        == recorded("h_preview_temp", "view temp")[0]
    )
