"""What a JSON document is, and that nothing but workflows is taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.factories import Json
from tests.workflows.material import COMFYUI, editor, saved
from tower_anime.workflows import formats
from tower_anime.workflows.graph import Unusable

GRAPHS = sorted((COMFYUI / "workflows").glob("*.json"))
SMALL = {"1": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}}, "2": {"class_type": "X"}}


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_every_graph_that_a_server_was_sent_is_read_as_it_is(path: Any) -> None:
    document = json.loads(path.read_text())
    found = formats.read(document)
    assert found.origin == "api"
    for node_id, node in document.items():
        assert found.content[node_id]["class_type"] == node["class_type"]
        assert found.content[node_id]["inputs"] == node["inputs"]


@pytest.mark.parametrize(
    "document",
    [
        SMALL,
        {"prompt": SMALL},
        {"workflow": SMALL},
        {"output": SMALL, "workflow": editor([saved(1, None)], [])},
        {"prompt": SMALL, "workflow": editor([saved(1, None)], []), "client_id": "one"},
        {"workflow": {"prompt": SMALL}},
    ],
)
def test_a_graph_in_api_format_is_found_however_it_is_wrapped(document: Json) -> None:
    found = formats.read(document)
    assert found.origin == "api"
    assert found.content["1"]["inputs"] == {"images": ["2", 0]}


def test_the_editors_format_is_told_apart_also_where_it_is_wrapped() -> None:
    file = editor([saved(1, None)], [])
    assert formats.read(file) == formats.read({"workflow": file})
    assert formats.read(file).origin == "editor"


def test_what_belongs_to_one_run_is_left_out() -> None:
    found = formats.read({"1": {"class_type": "X", "inputs": {}, "is_changed": [float("nan")]}})
    assert found.content == {"1": {"class_type": "X", "inputs": {}, "_meta": {"title": "X"}}}


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "a JSON object"),
        ({}, "no ComfyUI workflow"),
        ({"name": "Hero"}, "no ComfyUI workflow"),
        ({"prompt": {"name": "Hero"}}, "no ComfyUI workflow"),
        ({**SMALL, "version": 1}, "'version' is no node"),
        ({"1": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}}}, r"'images' of node 1"),
        ({"1": {"class_type": 7}}, "class_type of node 1"),
        ({"1": {"class_type": "X", "inputs": []}}, r"inputs of node 1 \(X\)"),
        ({"1": {"class_type": "X", "inputs": {"a": "\0"}}}, r"'a' of node 1 \(X\) has the char"),
        ({"1": {"class_type": "X", "inputs": {"a": float("inf")}}}, "no finite number"),
        ({"1": {"class_type": "X", "inputs": {"a": deep(100)}}}, "nested too deeply"),
        ({"1": {"class_type": "\ud800", "inputs": {}}}, "half of a surrogate pair"),
        ({str(i): {"class_type": "X"} for i in range(5_001)}, "at most 5,000 nodes"),
    ],
)
def test_what_is_no_workflow_is_refused_with_the_place_and_the_reason(
    document: Any, reason: str
) -> None:
    with pytest.raises(Unusable, match=reason):
        formats.read(document)
