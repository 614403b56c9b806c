"""Graphs in API format, and runs of them."""

from __future__ import annotations

from typing import Any

from tests.support.services import until
from tower_anime.engines.answers import History
from tower_anime.engines.server import Server, new_prompt_id

Graph = dict[str, Any]
CLIENT = "a-client"


def picture(colour: int = 1, prefix: str = "probe/one") -> Graph:
    """A graph of two nodes that writes a picture of one colour."""
    size = {"width": 32, "height": 32, "batch_size": 1, "color": colour}
    return {
        "1": {"class_type": "EmptyImage", "inputs": size},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": prefix}},
    }


def submitted(server: Server, graph: Graph | None = None) -> str:
    """The id of a prompt that was taken."""
    prompt_id = new_prompt_id()
    assert server.submit(graph or picture(), prompt_id, CLIENT).prompt_id == prompt_id
    return prompt_id


def over(server: Server, prompt_id: str) -> History:
    """How a run ended, once it has."""
    found = until(lambda: server.history(prompt_id), "the end of the run")
    assert isinstance(found, History)
    return found


def place(server: Server, prompt_id: str) -> str:
    """Where a prompt is."""
    return server.find(prompt_id).place
