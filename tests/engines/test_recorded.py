"""What a real server was recorded to answer is read as what it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.comfyui import DATA, workflow
from tower_anime.engines import answers, frames, progress
from tower_anime.engines.frames import Event

Entry = dict[str, Any]


@pytest.fixture(scope="module")
def recorded() -> list[Entry]:
    """Each entry: the scenario, what was asked, and what came."""
    return [json.loads(line) for line in (DATA / "recorded.jsonl").read_text().splitlines()]


def of(recorded: list[Entry], scenario: str, what: str) -> Any:
    return next(e["value"] for e in recorded if (e["scenario"], e["what"]) == (scenario, what))


def events(recorded: list[Entry], scenario: str) -> list[Event]:
    """The messages of a scenario's websocket, up to the end of its first run."""
    found = []
    for entry in recorded:
        if entry["scenario"] == scenario and entry["what"].startswith("ws +"):
            event = frames.parse(json.dumps(entry["value"]))
            assert isinstance(event, Event)
            found.append(event)
            if event.kind == "executing" and event.data["node"] is None:
                break
    return found


def test_a_still_is_a_success_with_one_picture(recorded: list[Entry]) -> None:
    entry = of(recorded, "a_still", "history")
    found = answers.history({"the id": entry}, "the id")
    assert found is not None
    assert (found.ended, found.error) == ("success", None)
    [output] = found.outputs
    assert (output.node, output.key, output.subfolder) == ("7", "images", "probe")


def test_a_film_is_listed_among_the_images(recorded: list[Entry]) -> None:
    outputs = of(recorded, "b_video_mp4", "outputs")
    found = answers.history({"x": {"outputs": outputs, "status": {"status_str": "success"}}}, "x")
    assert found is not None
    assert [(o.key, o.filename) for o in found.outputs] == [("images", "clip_00001_.mp4")]


def test_a_cached_run_tells_every_node(recorded: list[Entry]) -> None:
    _, outputs, status = of(recorded, "a_still/resubmit-identical", "outputs same?")
    found = answers.history({"x": {"outputs": outputs, "status": status}}, "x")
    assert found is not None
    assert found.cached == set("1234567")


def test_an_interrupt_is_no_error(recorded: list[Entry]) -> None:
    found = answers.history({"x": of(recorded, "cancel", "history of interrupted")}, "x")
    assert found is not None
    assert (found.ended, found.error) == ("interrupted", None)


def test_an_error_names_its_node_and_keeps_what_was_written_before(recorded: list[Entry]) -> None:
    scenario = "d5_first_output_ok_second_fails"
    entry = {
        "status": of(recorded, scenario, "history.status"),
        "outputs": of(recorded, scenario, "history.outputs"),
    }
    found = answers.history({"x": entry}, "x")
    assert found is not None
    assert found.ended == "error"
    assert found.error is not None
    assert found.error.sentence == (
        "Node 1 (LoadImage) failed: cannot identify image file 'corrupt.png'"
    )
    assert {output.type for output in found.outputs} == {"output", "temp"}


def test_every_refusal_has_a_sentence_that_names_no_path(recorded: list[Entry]) -> None:
    refused = [
        entry["value"][1]
        for entry in recorded
        if isinstance(entry["value"], list)
        and entry["value"][:1] == [400]
        and isinstance(entry["value"][1], dict)
    ]
    assert len(refused) > 10
    for told in refused:
        found = answers.refusal(told)
        assert found.kind in {
            "no_prompt",
            "invalid_prompt",
            "prompt_no_outputs",
            "prompt_outputs_failed_validation",
        }
        assert found.detail.startswith("The server refuses the workflow: ")
        assert "<comfyui>" not in found.detail
        assert "Traceback" not in found.detail


@pytest.mark.parametrize(
    ("scenario", "name"), [("a_still", "still_512"), ("b_video_mp4", "video_mp4")]
)
def test_progress_goes_up_to_one(recorded: list[Entry], scenario: str, name: str) -> None:
    now, told = progress.begin(workflow(name)), [0.0]
    for event in events(recorded, scenario):
        now = progress.after(now, event)
        told.append(now.overall)
    assert told == sorted(told)
    assert len(set(told)) > 3


def test_a_queue_and_an_unknown_history_are_read(recorded: list[Entry]) -> None:
    queues = [e["value"][1] for e in recorded if e["what"] == "GET /queue"]
    assert all(answers.queue(told).pending == [] for told in queues)
    assert answers.history(of(recorded, "malformed", "GET /history/unknown-id")[1], "x") is None
