"""Real files of ComfyUI, and small ones of its editor, built as the editor saves them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.factories import Json
from tower_anime.workflows import formats
from tower_anime.workflows.graph import Graph

COMFYUI = Path(__file__).parent.parent / "data/comfyui"
STILL, CLIP = COMFYUI / "samples/still.png", COMFYUI / "samples/clip.mp4"


def object_info() -> Json:
    """What a real server, with its own nodes only, answered to `GET /object_info`."""
    found: Json = json.loads((COMFYUI / "object_info.json").read_text())
    return found


INFO = object_info()


def recorded(name: str) -> Graph:
    """A graph that a real server ran."""
    document = json.loads((COMFYUI / f"workflows/{name}.json").read_text())
    return formats.read(document).content


def node(
    node_id: int,
    kind: str,
    values: list[Any] | Json | None = None,
    inputs: dict[str, tuple[str, int | None]] | None = None,
    outputs: tuple[str, ...] = (),
    **more: Any,
) -> Json:
    """A node as the editor saves it; `inputs` are {name: (type, link)}.

    A name with a `*` is that of an input that has a value as well.
    """
    slots = []
    for name, (of, link) in (inputs or {}).items():
        slot: Json = {"name": name.rstrip("*"), "type": of, "link": link}
        slots.append({**slot, "widget": {"name": name.rstrip("*")}} if "*" in name else slot)
    return {
        "id": node_id,
        "type": kind,
        "mode": 0,
        "inputs": slots,
        "outputs": [{"name": of, "type": of} for of in outputs],
        "widgets_values": values or [],
        **more,
    }


def editor(nodes: list[Json], links: list[list[Any]], subgraphs: list[Json] | None = None) -> Json:
    """A file of the editor; a link is [id, from, output, to, input, type]."""
    file: Json = {"version": 0.4, "nodes": nodes, "links": links}
    return {**file, "definitions": {"subgraphs": subgraphs}} if subgraphs else file


def subgraph(
    name: str,
    nodes: list[Json],
    links: list[tuple[int, int, int, int, int, str]],
    inputs: dict[str, str],
    outputs: dict[str, str],
) -> Json:
    """A subgraph whose id is its name; -10 and -20 are its two ends."""
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    told = [dict(zip(keys, link, strict=True)) for link in links]

    def slots(named: dict[str, str], key: str) -> list[Json]:
        found = []
        for i, (slot, of) in enumerate(named.items()):
            ids = [
                link["id"]
                for link in told
                if (link[f"{key}_id"], link[f"{key}_slot"]) == (-10 if key == "origin" else -20, i)
            ]
            found.append({"id": slot, "name": slot, "type": of, "linkIds": ids})
        return found

    return {
        "id": name,
        "name": name,
        "nodes": nodes,
        "links": told,
        "inputs": slots(inputs, "origin"),
        "outputs": slots(outputs, "target"),
    }


PICTURE = ("IMAGE",)


def empty(node_id: int, width: int = 64, **more: Any) -> Json:
    """A node that makes a picture."""
    return node(node_id, "EmptyImage", [width, 48, 1, 7], outputs=PICTURE, **more)


def inverted(node_id: int, link: int | None, **more: Any) -> Json:
    """A node that takes a picture and makes one."""
    return node(node_id, "ImageInvert", [], {"image": ("IMAGE", link)}, PICTURE, **more)


def saved(node_id: int, link: int | None, **more: Any) -> Json:
    """A node that saves a picture."""
    return node(node_id, "SaveImage", ["out"], {"images": ("IMAGE", link)}, **more)


def inputs(graph: Graph, node_id: str) -> Json:
    """What one node of a graph is given."""
    found: Json = graph[node_id]["inputs"]
    return found
