"""What can go wrong with a server, each on its own."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator

import av
import httpx2
import pytest
from PIL import Image
from pydantic import ValidationError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.simulator import graphs
from tests.simulator.talking import Client, Json, grain, of_type
from tests.support.comfyui import Comfy, running, workflow
from tests.support.services import PATIENCE, until
from tower_anime.simulator.behaviour import Behaviour


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with running(checkpoints=[graphs.CHECKPOINT]) as server:
        yield server


def still() -> Json:
    return graphs.still(seed=grain())


def never(_message: Json) -> bool:
    return False


def ended(comfy: Comfy) -> list[str | None]:
    return [record["ended"] for record in comfy.prompts()]


def test_a_history_may_come_late(comfy: Comfy, client: Client) -> None:
    comfy.behave(history_late=3600)
    prompt_id = client.submit(still())
    client.hear(lambda m: m["type"] == "execution_success")
    assert client.history(prompt_id) is None
    assert client.running() == prompt_id
    comfy.restart()


def test_a_stalled_job_stays_and_hears_no_interrupt(comfy: Comfy, client: Client) -> None:
    comfy.behave(stall=True)
    prompt_id = client.submit(still())
    client.hear(lambda m: m["type"] == "executing")
    client.http.post("/interrupt")
    assert client.running() == prompt_id
    comfy.behave(stall=False)
    assert client.over(prompt_id)["status"]["status_str"] == "error"


def test_a_slow_death_ends_in_silence(comfy: Comfy) -> None:
    comfy.behave(slow_death=0.01, slow_death_after=2)
    with httpx2.Client(base_url=comfy.url, trust_env=False, timeout=PATIENCE) as api:
        assert [api.get("/queue").status_code for _ in range(2)] == [200, 200]
        with pytest.raises(httpx2.ReadTimeout):
            api.get("/queue", timeout=0.3)
        comfy.behave(slow_death=0)
        assert api.get("/queue").status_code == 200


def test_a_silent_server_accepts_and_never_answers(comfy: Comfy) -> None:
    comfy.behave(silent=True)
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.get(f"{comfy.url}/queue", timeout=0.3, trust_env=False)


@pytest.mark.parametrize("when", ["once", "always"])
def test_memory_runs_out(comfy: Comfy, client: Client, when: str) -> None:
    comfy.behave(out_of_memory=when, out_of_memory_at="KSampler")
    _, heard = client.run(still())
    [error] = of_type(heard, "execution_error")
    assert (error["node_id"], error["node_type"]) == ("5", "KSampler")
    assert error["exception_type"] == "torch.OutOfMemoryError"
    assert error["exception_message"].startswith("Allocation on device \nThis error means")
    again, _ = client.run(still())
    assert again["status"]["status_str"] == ("success" if when == "once" else "error")


def test_memory_stays_held_until_it_is_freed(comfy: Comfy, client: Client) -> None:
    comfy.behave(out_of_memory="until_free")
    assert client.run(still())[0]["status"]["status_str"] == "error"
    assert client.run(still())[0]["status"]["status_str"] == "error"
    client.http.post("/free", json={"unload_models": True, "free_memory": True})
    assert client.run(still())[0]["status"]["status_str"] == "success"


def test_memory_is_enough_for_small_pictures_only(comfy: Comfy, client: Client) -> None:
    comfy.behave(out_of_memory_above=256 * 192)
    assert client.run(still())[0]["status"]["status_str"] == "success"
    large = still()
    large["4"]["inputs"]["width"] = 512
    _, heard = client.run(large)
    assert of_type(heard, "execution_error")[0]["exception_type"] == "torch.OutOfMemoryError"


def test_a_server_that_died_of_it_comes_back_without_a_history(
    comfy: Comfy, client: Client
) -> None:
    client.run(still())
    comfy.behave(out_of_memory="dies", down_seconds=0.2)
    prompt_id = client.submit(still())
    with pytest.raises(ConnectionClosed):
        client.hear(never)

    def back() -> Json:
        try:
            return client.http.get("/queue").json()
        except httpx2.TransportError:
            return None

    assert until(back) == {"queue_running": [], "queue_pending": []}
    assert client.http.get("/history").json() == {}
    assert client.history(prompt_id) is None
    assert ended(comfy) == ["success", "lost"]


def test_a_restart_loses_the_queue_and_keeps_files_and_their_counter(
    comfy: Comfy, client: Client
) -> None:
    entry, _ = client.run(still())
    comfy.behave(job_seconds=3600)
    client.submit(still())
    client.submit(still())
    client.running()
    comfy.restart()
    comfy.behave(job_seconds=0)
    assert client.http.get("/history").json() == {}
    assert client.queue() == {"queue_running": [], "queue_pending": []}
    assert ended(comfy) == ["success", "lost", "lost"]
    [first] = client.files(entry)
    assert client.fetch(first).status_code == 200
    answer = client.send(still())
    assert answer.json()["number"] == 0
    [second] = client.files(client.over(answer.json()["prompt_id"]))
    assert (first["filename"], second["filename"]) == ("still_00001_.png", "still_00002_.png")


def test_websockets_are_dropped(comfy: Comfy, client: Client) -> None:
    comfy.drop_websockets()
    with pytest.raises(ConnectionClosed):
        client.hear(never)


def test_a_websocket_stays_open_and_says_nothing(comfy: Comfy, client: Client) -> None:
    client.pending()
    comfy.behave(websocket_silent=True)
    assert client.over(client.submit(still()))["status"]["completed"]
    assert client.pending() == []
    comfy.behave(websocket_silent=False)
    assert client.run(still())[1]


def test_websockets_are_refused(comfy: Comfy) -> None:
    comfy.behave(websocket_refused=True)
    with pytest.raises(InvalidStatus):
        Client(comfy.url)


def test_answers_are_cut_in_their_middle(comfy: Comfy, client: Client) -> None:
    comfy.behave(cut={"/object_info": 1})
    with pytest.raises(httpx2.RemoteProtocolError):
        client.http.get("/object_info")
    assert client.http.get("/object_info").status_code == 200


def test_answers_are_refused_so_many_times(comfy: Comfy, client: Client) -> None:
    comfy.behave(refuse={"/queue": 2})
    statuses = [client.http.get("/queue").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert client.http.get("/prompt").status_code == 200


def test_a_prompt_is_accepted_although_the_answer_never_comes(comfy: Comfy, client: Client) -> None:
    comfy.behave(ambiguous_submits=1)
    with pytest.raises(httpx2.TransportError):
        client.send(still(), prompt_id="mine")
    assert client.over("mine")["status"]["completed"]
    assert [record["id"] for record in comfy.prompts()] == ["mine"]


def test_a_prompt_is_lost_on_its_way(comfy: Comfy, client: Client) -> None:
    comfy.behave(lost_submits=1)
    with pytest.raises(httpx2.TransportError):
        client.send(still(), prompt_id="mine")
    assert comfy.prompts() == []
    assert client.run(still(), prompt_id="mine")[0]["status"]["completed"]


def test_outputs_are_gone_before_they_are_fetched(comfy: Comfy, client: Client) -> None:
    comfy.behave(remove_outputs=1)
    entry, _ = client.run(still())
    assert entry["status"]["completed"]
    assert client.fetch(client.files(entry)[0]).status_code == 404


def test_outputs_are_truncated(comfy: Comfy, client: Client) -> None:
    comfy.behave(truncate_outputs=1)
    entry, _ = client.run(still())
    answer = client.fetch(client.files(entry)[0])
    assert answer.status_code == 200
    with pytest.raises(OSError, match="trunca"):
        Image.open(io.BytesIO(answer.content)).load()


def test_films_have_other_frames_and_sizes_than_asked_for(comfy: Comfy, client: Client) -> None:
    comfy.behave(extra_frames=-4, size=[128, 64])
    entry, _ = client.run(graphs.film(frames=9))
    data = client.fetch(client.files(entry)[0]).content
    with av.open(io.BytesIO(data)) as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert sizes == [(128, 64)] * 5


def test_one_output_is_refused_although_the_answer_is_200(comfy: Comfy, client: Client) -> None:
    comfy.behave(partial=1)
    graph = still()
    graph["8"] = {"class_type": "PreviewImage", "inputs": {"images": ["6", 0]}}
    answer = client.send(graph)
    assert answer.status_code == 200
    assert list(answer.json()["node_errors"]) == ["8"]
    entry = client.over(answer.json()["prompt_id"])
    assert (entry["status"]["status_str"], list(entry["outputs"])) == ("success", ["7"])


def test_a_node_raises_an_error(comfy: Comfy, client: Client) -> None:
    comfy.behave(error_at="VAEDecode", error_message="Tensor on another device.", error_times=1)
    entry, heard = client.run(still())
    [error] = of_type(heard, "execution_error")
    assert (error["node_id"], error["exception_type"]) == ("6", "RuntimeError")
    assert error["exception_message"] == "Tensor on another device.\n"
    assert error["traceback"]
    assert entry["status"]["messages"][-1][0] == "execution_error"
    assert client.run(still())[0]["status"]["completed"]


def test_a_node_is_not_installed(comfy: Comfy, client: Client) -> None:
    comfy.behave(missing_nodes=["KSampler"])
    answer = client.send(still())
    assert answer.json()["error"]["message"] == (
        "Cannot execute because node KSampler does not exist."
    )


def test_null_extra_data_kills_the_only_worker(comfy: Comfy, client: Client) -> None:
    answer = client.http.post("/prompt", json={"prompt": still(), "extra_data": None})
    assert answer.status_code == 200
    until(lambda: not comfy.machine.working(), "the end of the worker")
    client.submit(still())
    assert client.http.get("/prompt").json()["exec_info"]["queue_remaining"] == 2
    comfy.restart()
    assert client.over(client.submit(still()))["status"]["completed"]


def test_an_old_server_stops_any_job(comfy: Comfy, client: Client) -> None:
    comfy.behave(ignores_interrupt_id=True, job_seconds=3600)
    prompt_id = client.submit(still())
    client.hear(lambda m: m["type"] == "executing" and m["data"]["node"] == "7")
    client.http.post("/interrupt", json={"prompt_id": "another"})
    assert client.over(prompt_id)["status"]["messages"][-1][0] == "execution_interrupted"


def test_the_history_keeps_only_so_many(comfy: Comfy, client: Client) -> None:
    comfy.behave(history_size=2)
    ids = [client.over(client.submit(still()))["prompt"][1] for _ in range(3)]
    assert list(client.http.get("/history").json()) == ids[1:]


def test_prompts_tell_who_sent_what_and_how_it_ended(comfy: Comfy, client: Client) -> None:
    graph = still()
    client.run(graph)
    client.send({})
    done, refused = comfy.prompts()
    assert (done["client_id"], done["graph"], done["ended"]) == (client.id, graph, "success")
    assert done["received_at"] <= done["started_at"] <= done["finished_at"]
    assert (refused["ended"], refused["started_at"]) == ("refused", None)


def test_the_control_interface_says_and_changes_the_behaviour(client: Client) -> None:
    told = client.http.post("/simulator/behave", json={"step_seconds": 0.5}).json()
    assert told == client.http.get("/simulator").json()
    assert Behaviour(**told).step_seconds == 0.5
    for wrong in ({"step_seconds": -1}, {"nonsense": 1}):
        assert client.http.post("/simulator/behave", json=wrong).status_code == 422
    assert client.http.get("/simulator").json() == told
    client.run(graphs.still(steps=1))
    [record] = client.http.get("/simulator/prompts").json()
    assert record["ended"] == "success"


def test_a_setting_that_is_none_is_refused(comfy: Comfy) -> None:
    with pytest.raises(ValidationError):
        comfy.behave(stall="maybe", nonsense=1)


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    with running() as server:
        httpx2.get(f"{server.url}/queue", trust_env=False)
    assert until(lambda: threading.active_count() <= before)


def test_a_prompt_is_json_to_the_letter(client: Client) -> None:
    answer = client.http.post("/prompt", json={"prompt": workflow("still_512")})
    assert answer.text == json.dumps(answer.json())
