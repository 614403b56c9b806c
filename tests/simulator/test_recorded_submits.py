"""What can be wrong with a submit, each as the recorded server answered it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.simulator.recording import names, recorded, settled, shape
from tests.simulator.talking import Client, Json
from tests.support.comfyui import workflow

Change = Callable[[Json], object]


def _put(node: str, name: str, value: Any) -> Change:
    return lambda graph: graph[node]["inputs"].update({name: value})


GRAPHS: dict[str, Change] = {
    "node without class_type": lambda graph: graph["2"].pop("class_type"),
    "node without inputs": lambda graph: graph["2"].pop("inputs"),
    "no output node": lambda graph: graph.pop("7"),
    "dangling link": _put("7", "images", ["99", 0]),
    "bad slot index": _put("7", "images", ["6", 5]),
    "wrong link type": _put("7", "images", ["5", 0]),
    "missing required input": lambda graph: graph["3"]["inputs"].pop("width"),
    "value out of range": _put("2", "width", 99999),
    "bad combo value": _put("3", "crop", "nope"),
    "string for INT": _put("2", "width", "abc"),
    "numeric string for INT (coerced)": _put("2", "width", "512"),
    "cycle": _put("3", "image", ["6", 0]),
    "extra unknown input": _put("2", "zzz", 1),
}
BODIES: dict[str, Json] = {
    "empty object": {},
    "prompt = {}": {"prompt": {}},
    "prompt = list": {"prompt": []},
    "prompt = str": {"prompt": "x"},
    "UI-format graph": {"prompt": {"nodes": [], "links": []}},
    'number="abc"': {"prompt": workflow("still_512"), "number": "abc"},
    "extra_data=str": {"prompt": workflow("still_512"), "extra_data": "x", "client_id": "c"},
    "partial_execution_targets none match": {
        "prompt": workflow("still_512"),
        "partial_execution_targets": ["99"],
    },
}
NO_SUBMITS = {
    "POST /queue {'delete': ['unknown']}": ("/queue", {"delete": ["unknown"]}),
    "POST /queue {}": ("/queue", {}),
    "POST /queue {'clear': True}": ("/queue", {"clear": True}),
    "POST /history {'delete': ['unknown']}": ("/history", {"delete": ["unknown"]}),
    "POST /interrupt {'prompt_id': 'unknown'}": ("/interrupt", {"prompt_id": "unknown"}),
    "POST /interrupt {}": ("/interrupt", {}),
}
LOOKS = {
    "GET /history/unknown-id": "/history/unknown-id",
    "GET /object_info/NoSuchNode": "/object_info/NoSuchNode",
    "GET /prompt": "/prompt",
    "GET /queue": "/queue",
    "GET /api/jobs": "/api/jobs",
}
OTHERS = {
    "POST /interrupt None",
    "invalid JSON",
    "foreign Origin header",
    "text/plain body",
    "GET /history?max_items=2",
}


def answered(answer: httpx2.Response) -> Json:
    """Status and body as they were recorded, but for what differs from run to run."""
    kind = answer.headers.get("content-type", "")
    body = answer.json() if kind.startswith("application/json") else answer.text
    return settled([answer.status_code, body])


def told(what: str) -> Json:
    return settled(recorded("malformed", what))


def test_every_recorded_submit_is_among_these() -> None:
    held = {*GRAPHS, *BODIES, *NO_SUBMITS, *LOOKS, *OTHERS}
    assert held == set(names("malformed"))


@pytest.mark.parametrize("what", GRAPHS)
def test_a_changed_graph(client: Client, what: str) -> None:
    graph = workflow("still_512")
    GRAPHS[what](graph)
    assert answered(client.send(graph)) == told(what)


@pytest.mark.parametrize("what", BODIES)
def test_a_body(api: httpx2.Client, what: str) -> None:
    assert answered(api.post("/prompt", json=BODIES[what])) == told(what)


@pytest.mark.parametrize("what", NO_SUBMITS)
def test_a_cancel_of_nothing(api: httpx2.Client, what: str) -> None:
    address, body = NO_SUBMITS[what]
    assert answered(api.post(address, json=body)) == told(what)


@pytest.mark.parametrize("what", LOOKS)
def test_a_look(api: httpx2.Client, what: str) -> None:
    assert answered(api.get(LOOKS[what])) == told(what)


def test_an_interrupt_without_a_body(api: httpx2.Client) -> None:
    assert answered(api.post("/interrupt")) == told("POST /interrupt None")


def test_a_body_that_is_not_json(api: httpx2.Client) -> None:
    assert answered(api.post("/prompt", content=b"{")) == told("invalid JSON")


def test_a_page_of_another_site(api: httpx2.Client) -> None:
    headers = {"Origin": "http://evil.example"}
    body = {"prompt": workflow("still_512")}
    answer = api.post("/prompt", json=body, headers=headers)
    assert answered(answer) == told("foreign Origin header")


def test_a_body_that_says_it_is_text(api: httpx2.Client) -> None:
    body = json.dumps({"prompt": workflow("still_512")})
    answer = api.post("/prompt", content=body, headers={"Content-Type": "text/plain"})
    status, text = recorded("malformed", "text/plain body")
    assert answer.status_code == status
    assert shape(answer.json()) == shape(json.loads(text))


def test_the_last_two_of_the_history(client: Client) -> None:
    for colour in (1, 2, 3):
        graph = workflow("still_512")
        graph["2"]["inputs"]["color"] = colour
        client.run(graph)
    answer = client.http.get("/history", params={"max_items": 2})
    status, entries = recorded("malformed", "GET /history?max_items=2")
    assert (answer.status_code, len(answer.json())) == (status, len(entries))
    one, known = next(iter(answer.json().values())), next(iter(entries.values()))
    assert one.keys() == known.keys()
    colours = [e["prompt"][2]["2"]["inputs"]["color"] for e in answer.json().values()]
    assert colours == [2, 3]
