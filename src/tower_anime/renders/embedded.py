"""What ComfyUI wrote into a file that is uploaded as a take: kept with it, and told in words. Pure.

It is no plan: a file may have been changed after ComfyUI wrote it, and nothing here decided it. So
a take that has it is not rendered again from it, and never stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tower_anime.workflows import importing, suggest
from tower_anime.workflows.graph import Graph, Unusable

Made = dict[str, Any]  # {engine, from, graph}; {…, unread: why} in place of a graph. JSON.

MODELS = (".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf")
MOST_WORDS = 500  # characters of a prompt that are told
MOST_MODELS = 20
_WORDS = {"prompt": "Its prompt was", "negative_prompt": "Its negative prompt was"}


def made(texts: Mapping[str, str], infos: Mapping[int, importing.ObjectInfo]) -> Made | None:
    """What the texts that `embedded.read` found tell of a file; `None` where there are none.

    `infos` are the nodes of known servers, which the editor's format needs to be read.
    """
    if not texts.keys() & {"prompt", "workflow"}:
        return None
    told: Made = {"engine": "comfyui", "from": "embedded"}
    try:
        return {**told, "graph": importing.from_texts(texts, infos).graph}
    except Unusable as error:
        return {**told, "unread": str(error)}


def sentences(execution: Made) -> list[str]:
    """The same for a person: seed, words and models, as far as the graph shows them."""
    if "unread" in execution:
        return [f"A workflow is in the file, and cannot be read: {execution['unread']}"]
    graph: Graph = execution["graph"]
    told = ["Rendered by ComfyUI from the workflow that is in the file."]
    told += _values(graph)
    models = sorted(set(_models(graph)))
    if models:
        more = f" and {len(models) - MOST_MODELS} more" if len(models) > MOST_MODELS else ""
        told.append(f"It names the models {', '.join(models[:MOST_MODELS])}{more}.")
    return told


def _values(graph: Graph) -> Iterator[str]:
    for found in suggest.suggest(graph):
        value = graph[found.target.node]["inputs"].get(found.target.input or "")
        if found.name == "seed" and isinstance(value, int):
            yield f"Its seed was {value}."
        elif found.name in _WORDS and isinstance(value, str) and value.strip():
            yield f"{_WORDS[found.name]}: {_short(value.strip())}"


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"


def _models(graph: Graph) -> Iterator[str]:
    for node in graph.values():
        for value in node["inputs"].values():
            if isinstance(value, str) and value.lower().endswith(MODELS):
                yield value
