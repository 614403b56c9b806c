"""What engines are known to have decides what is converted, and what a check tells."""

from __future__ import annotations

import json

import pytest

from tests.core.commands import submit
from tests.support.factories import Json
from tests.support.services import PATIENCE
from tests.workflows.material import editor, empty, object_info, saved
from tower_anime.core.database import Database, Transaction
from tower_anime.core.shown import Shown
from tower_anime.core.sql import insertion
from tower_anime.engines.tables import engines
from tower_anime.workflows import importing, service
from tower_anime.workflows.examples import GRAPH
from tower_anime.workflows.graph import Unusable
from tower_anime.workflows.importing import Imported
from tower_anime.workflows.schemas import Bindings

_INSERT = insertion(engines)
FILE = editor([empty(1), saved(9, 99)], [[99, 1, 0, 9, 0, "IMAGE"]])


def test_the_first_server_that_has_the_nodes_converts() -> None:
    bare: Json = {"SaveImage": object_info()["SaveImage"]}
    found = importing.from_json(FILE, {1: bare, 2: object_info()})
    assert found.origin == "editor"
    assert found.graph["9"]["inputs"] == {"filename_prefix": "out", "images": ["1", 0]}
    with pytest.raises(Unusable, match="a class that the server has not: EmptyImage"):
        importing.from_json(FILE, {1: bare})


def test_a_file_whose_graph_is_malformed_is_read_from_its_editors_part() -> None:
    texts = {"prompt": "{", "workflow": json.dumps(FILE), "kind": "png"}
    assert importing.from_texts(texts, {1: object_info()}).origin == "png"
    with pytest.raises(Unusable, match="not valid JSON"):
        importing.from_texts(texts, {})


def add_engine(tx: Transaction, name: str) -> None:
    empty_row = dict.fromkeys(engines.columns.keys())
    row = {"kind": "comfyui", "name": name, "url": f"http://{name}:8188", "enabled": True}
    row |= {"status": "idle", "devices": "[]", "created_at": tx.now, "updated_at": tx.now}
    tx.insert(_INSERT, {**empty_row, **row, "revision": 1})


def prepared(tx: Transaction) -> Shown:
    for name in ("upstairs", "cellar"):
        add_engine(tx, name)
    graph: Json = GRAPH
    made = service.create(tx, "Keyframe", None, Imported(graph, "api"))
    loaded = {"character_image:1": [{"node": "4", "input": "ckpt_name"}]}
    service.bind(tx, 1, Bindings.model_validate({}))
    assert json.loads(made.json)["id"] == 1
    return service.bind(tx, 1, Bindings.model_validate(loaded))


def test_each_engine_tells_of_itself_and_one_that_was_not_reached_of_nothing(db: Database) -> None:
    submit(db, prepared).result(PATIENCE)
    info = object_info()
    del info["VAEDecode"]
    told = [
        json.loads(text)
        for text in submit(db, lambda tx: service.checked(tx, 1, {1: info})).result(PATIENCE)
    ]
    assert [(one["name"], one["reached"]) for one in told] == [
        ("upstairs", True),
        ("cellar", False),
    ]
    [problem] = told[0]["problems"]
    assert (problem["problem"], problem["node"]) == ("node", "8")
    assert told[1]["problems"] == []


def test_a_characters_text_is_a_workflow_where_it_parses() -> None:
    assert importing.from_text(json.dumps({"prompt": GRAPH}), {}).graph == GRAPH
    for text in ("{workflow_json}", "", "[]", "null"):
        with pytest.raises(Unusable):
            importing.from_text(text, {})
