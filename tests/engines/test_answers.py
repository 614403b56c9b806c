"""What servers answer is read right: shape by shape, as a real one was recorded."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.engines import answers
from tower_anime.engines.answers import Output, Queue
from tower_anime.engines.troubles import Strange, without_paths

ID = "54e9e6be-693b-4a5a-8061-9a640c5bd69d"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def history_of(status: dict[str, Any] | None, outputs: dict[str, Any] | None = None) -> Any:
    return {ID: {"prompt": [1, ID, {}, {}, []], "outputs": outputs or {}, "status": status}}


def ended(status_str: str, *messages: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    told = [["execution_start", {"prompt_id": ID}], *[list(message) for message in messages]]
    return {"status_str": status_str, "completed": status_str == "success", "messages": told}


INTERRUPTED = ("execution_interrupted", {"prompt_id": ID, "node_id": "4", "executed": ["3"]})
FAILED = (
    "execution_error",
    {
        "prompt_id": ID,
        "node_id": "1",
        "node_type": "LoadImage",
        "exception_message": "cannot identify image file '/srv/comfyui/data/input/corrupt.png'\n",
        "exception_type": "PIL.UnidentifiedImageError",
        "traceback": ['  File "/srv/comfyui/execution.py", line 496, in execute\n'],
    },
)


def test_a_queue_tells_what_runs_and_what_waits_the_next_first() -> None:
    def item(number: int, prompt_id: str) -> list[Any]:
        return [number, prompt_id, {"1": {}}, {}, ["7"]]

    pending = [item(78, "c"), item(-79, "front"), item(77, "b")]  # a heap, as servers keep it
    told = {"queue_running": [item(76, "a")], "queue_pending": pending}
    assert answers.queue(told) == Queue(["a"], ["front", "b", "c"])


def test_the_history_of_an_unknown_prompt_is_as_that_of_one_that_is_not_over() -> None:
    assert answers.history({}, ID) is None


def test_an_error_and_an_interrupt_are_told_apart_by_the_last_message() -> None:
    interrupted = answers.history(history_of(ended("error", INTERRUPTED)), ID)
    failed = answers.history(history_of(ended("error", FAILED)), ID)
    assert interrupted is not None
    assert (interrupted.ended, interrupted.error) == ("interrupted", None)
    assert failed is not None
    assert failed.ended == "error"
    assert failed.error is not None
    assert failed.error.kind == "PIL.UnidentifiedImageError"


def test_a_person_reads_node_and_message_and_the_log_the_traceback() -> None:
    failed = answers.history(history_of(ended("error", FAILED)), ID)
    assert failed is not None
    assert failed.error is not None
    assert failed.error.sentence == (
        "Node 1 (LoadImage) failed: cannot identify image file 'corrupt.png'"
    )
    assert "execution.py" in failed.error.traceback


def test_files_are_found_under_every_key_whatever_it_is_called() -> None:
    outputs = {
        "7": {
            "images": [{"filename": "clip_00001_.mp4", "subfolder": "probe", "type": "output"}],
            "animated": [True],
        },
        "8": {"gifs": [{"filename": "a.mp4", "subfolder": "", "type": "temp", "format": "x"}]},
        "9": {"audio": [{"filename": "a.flac", "subfolder": "", "type": "output"}]},
        "4": {"text": ["hello"]},
    }
    found = answers.history(history_of(ended("success"), outputs), ID)
    assert found is not None
    assert found.outputs == (
        Output("7", "images", "clip_00001_.mp4", "probe", "output"),
        Output("8", "gifs", "a.mp4", "", "temp"),
        Output("9", "audio", "a.flac", "", "output"),
    )


def test_a_failed_run_may_list_the_outputs_of_the_nodes_that_finished() -> None:
    outputs = {"4": {"images": [{"filename": "ok.png", "subfolder": "", "type": "output"}]}}
    failed = answers.history(history_of(ended("error", FAILED), outputs), ID)
    assert failed is not None
    assert failed.ended == "error"
    assert [output.filename for output in failed.outputs] == ["ok.png"]


def test_cached_nodes_are_told() -> None:
    cached = ("execution_cached", {"nodes": ["1", "2"], "prompt_id": ID})
    found = answers.history(history_of(ended("success", cached)), ID)
    assert found is not None
    assert found.cached == {"1", "2"}


@pytest.mark.parametrize(
    ("stamps", "seconds"),
    [([1700, 1900, 3200], 1.5), ([None, None, None], 0), ([3200, 1900, 1700], 0)],
)
def test_how_long_a_run_took_is_told_by_the_servers_clock(
    stamps: list[int | None], seconds: float
) -> None:
    kinds = ("execution_start", "execution_cached", "execution_success")
    messages = [[kind, {"timestamp": at}] for kind, at in zip(kinds, stamps, strict=True)]
    status = {"status_str": "success", "completed": True, "messages": messages}
    found = answers.history(history_of(status), ID)
    assert found is not None
    assert found.seconds == seconds


def test_a_refusal_names_the_node_the_input_and_the_reason() -> None:
    told = {
        "error": {
            "type": "prompt_outputs_failed_validation",
            "message": "Prompt outputs failed validation",
            "details": "",
            "extra_info": {},
        },
        "node_errors": {
            "2": {
                "errors": [
                    {
                        "type": "value_bigger_than_max",
                        "message": "Value 99999 bigger than max of 16384",
                        "details": "width",
                        "extra_info": {"input_name": "width"},
                    }
                ],
                "dependent_outputs": ["7"],
                "class_type": "EmptyImage",
            }
        },
    }
    refused = answers.refusal(told)
    assert refused.kind == "prompt_outputs_failed_validation"
    assert refused.detail == (
        "The server refuses the workflow: node 2 (EmptyImage):"
        " Value 99999 bigger than max of 16384: width"
    )
    assert [(node.node, node.class_type, node.kind) for node in refused.nodes] == [
        ("2", "EmptyImage", "value_bigger_than_max")
    ]


def test_an_unknown_node_is_named() -> None:
    error = {
        "type": "invalid_prompt",
        "message": "Cannot execute because node NodeThatIsNotInstalled does not exist.",
        "details": "Node ID '#6'",
    }
    refused = answers.refusal({"error": error, "node_errors": {}})
    assert "NodeThatIsNotInstalled does not exist. Node ID '#6'" in refused.detail


def test_stats_tell_version_and_memory_and_old_servers_no_version() -> None:
    device = {"name": "cuda:0", "type": "cuda", "index": 0, "vram_total": 2**34, "vram_free": 5}
    told = {"system": {"os": "posix", "comfyui_version": "0.3.64"}, "devices": [device]}
    found = answers.stats(told)
    assert found.version == "0.3.64"
    assert found.devices == (("cuda:0", "cuda", 2**34, 5),)
    assert answers.stats({"system": {"os": "nt"}, "devices": []}).version is None


@pytest.mark.parametrize("told", [None, [], {}, {"devices": []}, {"system": 1, "devices": 2}])
def test_what_is_no_comfyui_is_said_to_be_none(told: Any) -> None:
    with pytest.raises(Strange):
        answers.stats(told)
    with pytest.raises(Strange):
        answers.queue(told)


@given(JSON)
def test_whatever_is_answered_is_read_or_called_strange(told: Any) -> None:
    for read in (answers.stats, answers.queue, answers.object_info):
        with contextlib.suppress(Strange):
            read(told)
    assert answers.refusal(told).detail
    found = answers.history({ID: {"status": told, "outputs": told}}, ID)
    assert found is not None
    assert found.ended in ("success", "error", "interrupted")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("No such file: '/home/ana/ComfyUI/input/a b.png'", "No such file: 'a b.png'"),
        (r"cannot open C:\ComfyUI\models\vae\x.pt now", "cannot open x.pt now"),
        ("[Errno 2]: /srv/comfy/in/gone.png\n", "[Errno 2]: gone.png"),
        ("see https://example.org/a/b for help", "see https://example.org/a/b for help"),
        ("Value not in list: tower/v1/ref.png", "Value not in list: tower/v1/ref.png"),
        ("1/2 of 3/4", "1/2 of 3/4"),
        ("NUL \0 and \ud800 half", "NUL and ? half"),
    ],
)
def test_paths_of_a_server_are_not_told(said: str, told: str) -> None:
    assert without_paths(said) == told


def test_a_long_message_is_cut_short() -> None:
    assert len(without_paths("word " * 1000)) == 600
