"""The client of a ComfyUI server holds to what the protocol says, against a simulated one."""

from __future__ import annotations

import logging
import threading
import uuid

import httpx2
import pytest

from tests.engines.graphs import CLIENT, over, picture, place, submitted
from tests.support.comfyui import Comfy, workflow
from tests.support.factories import png
from tests.support.services import until
from tower_anime.engines.memory import is_out_of_memory
from tower_anime.engines.server import Server, new_prompt_id
from tower_anime.engines.troubles import Ambiguous, Gone, Refused, Strange

HOLD = {"job_seconds": 600.0}  # a run that goes on until it is stopped


# --- a run


def test_a_run_ends_with_its_outputs(server: Server) -> None:
    found = over(server, submitted(server))
    assert found.ended == "success"
    assert found.error is None
    [output] = found.outputs
    assert (output.node, output.key, output.type) == ("2", "images", "output")
    assert output.subfolder == "probe"


def test_the_client_chooses_the_id(server: Server) -> None:
    prompt_id = new_prompt_id()
    assert str(uuid.UUID(prompt_id)) == prompt_id  # canonical, as newer servers insist
    assert server.submit(picture(), prompt_id, CLIENT).prompt_id == prompt_id
    assert over(server, prompt_id).ended == "success"


def test_a_run_whose_history_is_late_is_running_until_it_is_over(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(history_late=0.3)
    prompt_id = submitted(server)
    places = []
    while not places or places[-1] != "over":
        places.append(place(server, prompt_id))
        assert places[-1] in ("pending", "running", "over")  # and never nowhere


def test_a_prompt_that_is_not_over_has_no_history_as_an_unknown_one(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(**HOLD)
    running, waiting = submitted(server), submitted(server, picture(2))
    until(lambda: place(server, running) == "running")
    assert place(server, waiting) == "pending"
    assert server.history(running) is server.history(waiting) is server.history("unknown") is None
    assert server.find("unknown").place == "nowhere"


def test_a_restart_loses_queue_and_history(comfy: Comfy, server: Server) -> None:
    done = submitted(server)
    over(server, done)
    comfy.behave(**HOLD)
    waiting = submitted(server, picture(2))
    comfy.restart()
    until(lambda: place(server, done) == place(server, waiting) == "nowhere")


def test_a_history_that_is_full_forgets_the_oldest(comfy: Comfy, server: Server) -> None:
    comfy.behave(history_size=1)
    first = submitted(server)
    over(server, first)
    over(server, submitted(server, picture(2)))
    assert server.history(first) is None


def test_an_id_of_any_characters_is_found(server: Server) -> None:
    prompt_id = "not a uuid / \u00fcn\u00ef?#%41"
    server.submit(picture(), prompt_id, CLIENT)
    assert over(server, prompt_id).ended == "success"


# --- submitting


def test_a_part_of_a_graph_that_is_taken_with_200_is_refused_and_dropped(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(**HOLD)
    graph = workflow("partial_invalid")
    graph["1"]["inputs"]["image"] = server.upload(png(), "ref.png")
    prompt_id = new_prompt_id()
    with pytest.raises(Refused) as refused:
        server.submit(graph, prompt_id, CLIENT)
    assert "Invalid image file: does_not_exist.png" in refused.value.detail
    assert [node.class_type for node in refused.value.nodes] == ["LoadImage"]
    until(lambda: place(server, prompt_id) in ("nowhere", "over"))
    found = server.history(prompt_id)
    assert found is None or found.ended == "interrupted"


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("missing_node", "invalid_prompt", "NodeThatIsNotInstalled does not exist"),
        ("missing_file", "prompt_outputs_failed_validation", "node 1 (LoadImage): Custom"),
    ],
)
def test_a_refusal_names_node_and_reason(server: Server, name: str, kind: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        server.submit(workflow(name), new_prompt_id(), CLIENT)
    assert refused.value.kind == kind
    assert said in refused.value.detail


@pytest.mark.parametrize(
    ("graph", "kind"),
    [({}, "prompt_no_outputs"), ({"1": {"inputs": {}}}, "invalid_prompt")],
)
def test_what_is_no_graph_is_refused(server: Server, graph: dict[str, object], kind: str) -> None:
    with pytest.raises(Refused) as refused:
        server.submit(graph, new_prompt_id(), CLIENT)
    assert refused.value.kind == kind


def test_a_malformed_body_is_answered_500_in_plain_text_and_was_not_taken(
    comfy: Comfy, server: Server
) -> None:
    prompt_id = new_prompt_id()
    with pytest.raises(Ambiguous):
        server.submit({"1": None}, prompt_id, CLIENT)
    assert place(server, prompt_id) == "nowhere"
    assert comfy.prompts() == []


def test_a_submit_without_an_answer_is_ambiguous_and_found_again(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(ambiguous_submits=1)
    prompt_id = new_prompt_id()
    with pytest.raises(Ambiguous):
        server.submit(picture(), prompt_id, CLIENT)
    assert over(server, prompt_id).ended == "success"
    assert [record["id"] for record in comfy.prompts()] == [prompt_id]


def test_a_submit_that_was_lost_is_ambiguous_and_nowhere(comfy: Comfy, server: Server) -> None:
    comfy.behave(lost_submits=1)
    prompt_id = new_prompt_id()
    with pytest.raises(Ambiguous):
        server.submit(picture(), prompt_id, CLIENT)
    assert place(server, prompt_id) == "nowhere"


@pytest.mark.parametrize("fault", [{"refuse": {"/prompt": 1}}, {"cut": {"/prompt": 1}}])
def test_an_error_or_half_an_answer_to_a_submit_is_ambiguous(
    comfy: Comfy, server: Server, fault: dict[str, object]
) -> None:
    comfy.behave(**fault)
    with pytest.raises(Ambiguous):
        server.submit(picture(), new_prompt_id(), CLIENT)


def test_a_submit_to_nobody_was_surely_not_taken() -> None:
    server = Server("http://127.0.0.1:9")
    with pytest.raises(Gone):
        server.submit(picture(), new_prompt_id(), CLIENT)


def test_a_client_id_is_sent_always_and_extra_data_is_never_null(
    comfy: Comfy, server: Server
) -> None:
    with pytest.raises(ValueError, match="client"):
        server.submit(picture(), new_prompt_id(), "")
    assert comfy.prompts() == []
    over(server, submitted(server))
    assert over(server, submitted(server, picture(2))).ended == "success"  # its worker lives


def test_a_worker_that_died_shows_as_a_queue_that_does_not_move(
    comfy: Comfy, server: Server
) -> None:
    body = {"prompt": picture(), "extra_data": None}
    assert httpx2.post(f"{comfy.url}/prompt", json=body).status_code == 200
    until(lambda: len(server.queue().running) == 1)  # the worker died with it in its hands
    prompt_id = submitted(server, picture(2))
    assert server.stats().version == "0.3.64"  # HTTP is as ever
    assert place(server, prompt_id) == "pending"
    assert comfy.prompts()[1]["started_at"] is None


# --- errors


def test_an_error_is_told_by_node_and_message_and_its_traceback_is_logged(
    comfy: Comfy, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    comfy.behave(error_at="SaveImage", error_message="cannot write '/srv/comfy/output/a.png'")
    with caplog.at_level(logging.WARNING):
        found = over(server, submitted(server))
    assert found.ended == "error"
    assert found.error is not None
    assert (found.error.node, found.error.class_type) == ("2", "SaveImage")
    assert "/srv" not in found.error.sentence
    assert "a.png" in found.error.sentence
    assert "Traceback" in caplog.text or "File" in caplog.text


def test_out_of_memory_is_told_apart_and_freeing_helps(comfy: Comfy, server: Server) -> None:
    comfy.behave(out_of_memory="until_free")
    found = over(server, submitted(server))
    assert found.error is not None
    assert is_out_of_memory(found.error.kind, found.error.message)
    server.free()
    assert over(server, submitted(server)).ended == "success"


def test_a_server_that_dies_of_a_run_is_gone_and_then_has_lost_it(
    comfy: Comfy, server: Server
) -> None:
    comfy.behave(out_of_memory="dies", down_seconds=0.2)
    prompt_id = submitted(server)

    def is_lost() -> bool:
        try:
            return place(server, prompt_id) == "nowhere"
        except Gone:
            return False

    until(is_lost)


# --- cancelling


def test_only_the_prompt_that_was_named_is_interrupted(comfy: Comfy, server: Server) -> None:
    comfy.behave(**HOLD, ignores_interrupt_id=True)
    others, ours = submitted(server), submitted(server, picture(2))
    until(lambda: place(server, others) == "running")
    assert not server.interrupt(ours)
    assert not server.interrupt("unknown")
    assert place(server, others) == "running"
    assert server.interrupt(others)
    assert over(server, others).ended == "interrupted"
    until(lambda: place(server, ours) == "running")


def test_a_deleted_prompt_leaves_no_history_and_others_stay(comfy: Comfy, server: Server) -> None:
    comfy.behave(**HOLD)
    running, ours, others = (submitted(server, picture(n)) for n in (1, 2, 3))
    until(lambda: place(server, running) == "running")
    assert not server.delete(running)
    assert server.delete(ours)
    assert place(server, ours) == "nowhere"
    assert (place(server, running), place(server, others)) == ("running", "pending")


def test_cancelling_stops_what_runs_and_what_waits(comfy: Comfy, server: Server) -> None:
    comfy.behave(**HOLD)
    running, waiting = submitted(server), submitted(server, picture(2))
    until(lambda: place(server, running) == "running")
    assert server.cancel(waiting)
    assert server.cancel(running)
    assert over(server, running).ended == "interrupted"
    assert place(server, waiting) == "nowhere"
    assert not server.cancel(waiting)


def test_an_id_that_was_submitted_again_is_deleted_as_often(comfy: Comfy, server: Server) -> None:
    comfy.behave(**HOLD)
    running = submitted(server)
    until(lambda: place(server, running) == "running")
    prompt_id = submitted(server, picture(2))
    server.submit(picture(3), prompt_id, CLIENT)
    assert server.queue().pending == [prompt_id, prompt_id]
    assert server.delete(prompt_id)
    assert server.queue().pending == []


# --- what it is


def test_stats_and_nodes_are_told(comfy: Comfy, server: Server) -> None:
    comfy.behave(checkpoints=["anime.safetensors"])
    stats = server.stats()
    assert stats.version == "0.3.64"
    [device] = stats.devices
    assert device.memory == 24 * 2**30
    assert device.free is not None
    info = server.object_info()
    assert "KSampler" in info
    named = info["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0]
    assert named == ["anime.safetensors"]


@pytest.mark.parametrize("path", ["/system_stats", "/queue", "/history"])
def test_half_an_answer_is_no_answer(comfy: Comfy, server: Server, path: str) -> None:
    comfy.behave(cut={path: -1})
    asked = {"/system_stats": server.stats, "/queue": server.queue}.get(path)
    with pytest.raises((Gone, Strange)):
        asked() if asked else server.history("unknown")


def test_an_error_of_the_server_is_told_in_a_sentence(comfy: Comfy, server: Server) -> None:
    comfy.behave(refuse={"/queue": 1})
    with pytest.raises(Gone, match="an error of its own"):
        server.queue()
    assert server.queue().running == []


def test_many_threads_may_use_one_client(server: Server) -> None:
    ids: list[str] = []

    def work(number: int) -> None:
        ids.append(submitted(server, picture(number, f"probe/{number}")))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 16
    assert {over(server, prompt_id).ended for prompt_id in ids} == {"success"}
