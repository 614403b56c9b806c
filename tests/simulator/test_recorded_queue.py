"""Prompt ids, cancels, reconnects and odd corners, as the recorded server had them."""

from __future__ import annotations

import json
import uuid
from itertools import groupby

import httpx2
import pytest
from websockets.sync.client import connect

from tests.simulator.recording import recorded, settled, shape
from tests.simulator.talking import Client, Json, grain, of_type, picture, types
from tests.support.comfyui import Comfy, workflow
from tests.support.services import PATIENCE, until


def still() -> Json:
    graph = workflow("still_512")
    graph["2"]["inputs"]["color"] = grain()
    return graph


@pytest.fixture
def held(comfy: Comfy, client: Client) -> str:
    """The id of a job of the client that runs until it is stopped."""
    comfy.behave(job_seconds=3600)
    prompt_id = client.submit(still())
    client.hear(lambda m: m["type"] == "executing" and m["data"]["node"] == "7")
    comfy.behave(job_seconds=0)
    return prompt_id


def stop(client: Client, prompt_id: str) -> Json:
    assert client.http.post("/interrupt", json={"prompt_id": prompt_id}).status_code == 200
    return client.over(prompt_id)


def ids(client: Client) -> list[str]:
    return [item[1] for item in client.queue()["queue_pending"]]


def test_a_chosen_id_is_kept_and_runs_again_when_repeated(client: Client) -> None:
    chosen, graph = str(uuid.uuid4()), still()
    first = client.send(graph, prompt_id=chosen)
    assert settled([200, first.json()]) == settled(recorded("prompt_id", "chosen id"))
    heard = client.hear_end(chosen)
    assert first.json()["prompt_id"] == chosen
    client.send(graph, prompt_id=chosen)
    heard += client.hear_end(chosen)
    before, after = recorded("prompt_id", "execution_start count before/after")
    assert (before, after) == (1, types(heard).count("execution_start"))


def test_another_graph_of_the_same_id_overwrites_the_history(client: Client) -> None:
    chosen = str(uuid.uuid4())
    client.run(still(), prompt_id=chosen)
    graph = still()
    graph["7"]["inputs"]["filename_prefix"] = "probe/second"
    entry, _ = client.run(graph, prompt_id=chosen)
    what = "same id, other graph -> history overwritten"
    assert shape(entry["outputs"]) == shape(recorded("prompt_id", what)[1])
    assert client.files(entry)[0]["filename"] == "second_00001_.png"


def test_an_id_may_be_any_text(client: Client) -> None:
    status, body = recorded("prompt_id", "non-uuid id")
    answer = client.send(still(), prompt_id=body["prompt_id"])
    assert (answer.status_code, answer.json()["prompt_id"]) == (status, body["prompt_id"])


def test_an_id_may_be_queued_several_times_and_one_delete_takes_one(
    client: Client, held: str
) -> None:
    chosen, graph = str(uuid.uuid4()), still()
    for fields in ({"number": 5}, {"number": 5}, {}, {}):
        assert client.send(graph, prompt_id=chosen, **fields).status_code == 200
    assert ids(client).count(chosen) == recorded("prompt_id", "/queue lists id n times")
    assert client.http.get(f"/history/{chosen}").json() == {}
    answer = client.http.post("/queue", json={"delete": [chosen]})
    assert [answer.status_code, answer.text] == recorded("prompt_id", "POST /queue delete [dup]")
    assert ids(client).count(chosen) == recorded("prompt_id", "left after one delete")
    client.http.post("/queue", json={"clear": True})
    stop(client, held)


def test_an_id_and_number_twice_with_other_graphs_is_trouble_and_queued(
    client: Client, held: str
) -> None:
    answers = [client.send(still(), prompt_id="dup", number=5) for _ in range(2)]
    told = [[a.status_code, a.json() if a.status_code == 200 else a.text] for a in answers]
    assert settled(told) == settled(recorded("edge", "same id+number, different graph"))
    assert ids(client).count("dup") == recorded("edge", "queue count of that id afterwards")
    client.http.post("/queue", json={"clear": True})
    stop(client, held)


def test_cancels_touch_only_what_they_are_for(client: Client, held: str) -> None:
    sent = [client.send(still(), **front).json() for front in ({}, {}, {"front": True})]
    assert sent[2]["number"] == -3
    second, third, first = (answer["prompt_id"] for answer in sent)
    running, pending = recorded("cancel", "queue running/pending ids+numbers")
    told = client.queue()
    assert [i[:2] for i in told["queue_running"]] == [[0, held]]
    assert [i[1] for i in told["queue_pending"]] == [first, third, second]  # a heap, as recorded
    assert (len(running), [number < 0 for number, _ in pending]) == (1, [True, False, False])
    item, known = told["queue_pending"][0], recorded("cancel", "queue item shape")
    assert shape(item[3:]) == shape(known[3:])

    no_ops = [
        client.http.post("/interrupt", json={"prompt_id": second}),
        client.http.post("/queue", json={"delete": [held]}),
    ]
    whats = ("interrupt a PENDING prompt_id", "delete the RUNNING prompt_id from /queue")
    assert [[a.status_code, a.text] for a in no_ops] == [recorded("cancel", w) for w in whats]
    still_runs = [bool(client.queue()["queue_running"]), len(ids(client))]
    assert still_runs == recorded("cancel", "after both no-ops")

    client.http.post("/queue", json={"delete": [second]})
    assert len(ids(client)) == len(recorded("cancel", "pending now"))
    assert client.history(second) is None
    stop(client, held)
    heard = client.hear_end(third)
    order = [m["prompt_id"] for m in of_type(heard, "execution_start")]
    assert order == [first, third]


def test_an_interrupted_job_is_told_of_as_recorded(client: Client, held: str) -> None:
    entry = stop(client, held)
    heard = client.hear_end(held)
    known = recorded("cancel", "history of interrupted")
    assert entry["outputs"] == known["outputs"]
    assert entry["status"]["status_str"] == known["status"]["status_str"]
    assert entry["status"]["completed"] == known["status"]["completed"]
    kinds = [kind for kind, _ in known["status"]["messages"]]
    assert [kind for kind, _ in entry["status"]["messages"]] == kinds
    [message] = of_type(heard, "execution_interrupted")
    [told] = recorded("cancel", "ws interrupted msg")
    assert message.keys() == told["data"].keys()
    assert (message["node_id"], message["node_type"]) == ("7", "SaveImage")
    assert sorted(message["executed"]) == ["1", "2", "3", "4", "5", "6"]


def test_an_interrupt_of_nothing_leaves_the_next_job_alone(client: Client) -> None:
    client.http.post("/interrupt")
    entry, _ = client.run(still())
    assert entry["status"]["status_str"] == recorded("cancel", "job after idle interrupt")


def test_another_client_hears_only_the_status(comfy: Comfy, client: Client) -> None:
    with Client(comfy.url) as other:
        client.run(still())
        assert set(types(other.pending())) == set(recorded("cancel", "OTHER client sees types"))


def test_a_client_that_comes_back_hears_where_its_job_is(
    comfy: Comfy, client: Client, held: str
) -> None:
    with Client(comfy.url, client.id) as back:
        heard = back.hear(lambda m: m["type"] == "executing")
    told = recorded("reconnect", "clean reconnect, first messages")[:2]
    assert [shape(m) for m in heard] == [shape(m) for m in told]
    assert heard[1]["data"] == {"node": "7"}
    stop(client, held)


def test_the_first_of_two_sockets_to_close_silences_the_other(comfy: Comfy, client: Client) -> None:
    with Client(comfy.url, "twin") as new:
        old = Client(comfy.url, "twin")
        old.close()

        def silenced() -> bool:
            new.pending()
            client.run(still())  # both twins would hear of the queue
            return new.pending() == []

        until(silenced, "the silence of the second socket")
        assert recorded("reconnect", "did new socket see the end?") == []
        assert new.over(new.submit(still()))["status"]["completed"]
        assert new.pending() == []


def test_a_socket_without_an_id_is_given_one(comfy: Comfy) -> None:
    address = f"{comfy.url.replace('http', 'ws', 1)}/ws"
    with connect(address, proxy=None) as socket:
        greeting = json.loads(socket.recv(timeout=PATIENCE))
    assert len(greeting["data"]["sid"]) == 32
    assert shape(greeting) == shape(recorded("reconnect", "ws without clientId"))


def test_junk_on_the_socket_is_ignored(client: Client) -> None:
    client.pending()
    for junk in ("no json", "[]", '{"type": 5}', b"\x00\x01"):
        client.socket.send(junk)
    _, heard = client.run(still())
    assert types(heard)[0] == "status"


@pytest.mark.parametrize("interrupted", [False, True])
def test_what_all_hear_of_a_job_without_a_client(
    comfy: Comfy, client: Client, interrupted: bool
) -> None:
    client.pending()
    if interrupted:
        comfy.behave(job_seconds=3600)
    answer = client.http.post("/prompt", json={"prompt": still()})
    prompt_id = answer.json()["prompt_id"]
    if interrupted:
        client.running()
        stop(client, prompt_id)
    client.over(prompt_id)
    what = (
        "... same, interrupted" if interrupted else "unrelated socket sees, job without client_id"
    )
    told = [kind for kind, _ in groupby(recorded("edge", what))]
    assert [kind for kind, _ in groupby(types(client.pending()))] == told


def test_a_job_without_a_client_has_a_history(client: Client) -> None:
    prompt_id = client.http.post("/prompt", json={"prompt": still()}).json()["prompt_id"]
    entry = client.over(prompt_id)
    known = recorded("reconnect", "no client_id, no ws: history status")
    assert shape(entry["status"]) == shape(known)
    assert shape(entry["prompt"]) == shape(recorded("reconnect", "history prompt tuple"))


def test_an_input_that_is_gone_when_its_turn_comes(comfy: Comfy, client: Client, held: str) -> None:
    client.upload("gone.png", picture())
    graph = still()
    graph["1"]["inputs"]["image"] = "gone.png"
    prompt_id = client.submit(graph)
    (comfy.folder / "input/gone.png").unlink()
    stop(client, held)
    entry = client.over(prompt_id)
    status, [[kind, message]] = recorded("edge", "input deleted while queued")
    [error] = [about for what, about in entry["status"]["messages"] if what == "execution_error"]
    assert (entry["status"]["status_str"], error["exception_type"]) == (status, kind)
    assert error["exception_message"].split("'")[0] == message.split("'")[0]
    assert error["exception_message"].endswith("input/gone.png'\n")


def test_other_bytes_under_the_same_name_are_not_cached(client: Client) -> None:
    graph = workflow("still_512")
    for number in ("3", "4", "5", "6", "2"):
        graph.pop(number)
    graph["7"]["inputs"]["images"] = ["1", 0]
    client.run(graph)
    client.upload("ref.png", picture(colour="red"), overwrite="true")
    _, heard = client.run(graph)
    cached = [message["nodes"] for message in of_type(heard, "execution_cached")]
    assert cached == recorded("edge", "same graph, input bytes replaced: cached")


@pytest.mark.parametrize(
    "what",
    ["HEAD /view?filename=ref.png&type=input", "HEAD /queue", "DELETE /queue", "GET /interrupt",
     "OPTIONS /prompt", "PUT /prompt"],
)  # fmt: skip
def test_other_methods(api: httpx2.Client, what: str) -> None:
    method, address = what.split(" ", 1)
    answer = api.request(method, address)
    status, length, allow = recorded("edge", what)
    assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
    if length is not None and "/view" not in address:
        assert answer.headers["content-length"] == length
    if method == "HEAD":
        assert answer.content == b""
        assert answer.headers["content-length"] == str(len(api.get(address).content))


def test_the_history_is_there_at_the_last_message(client: Client) -> None:
    for _ in range(20):
        prompt_id = client.submit(still())
        client.hear_end(prompt_id)
        assert client.history(prompt_id)
    assert recorded("edge", "history present when executing{node:null} arrives") == "always"
