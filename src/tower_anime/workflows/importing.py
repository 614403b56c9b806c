"""From whatever came to the graph that is kept: which text of a file, read for which server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tower_anime.workflows import formats
from tower_anime.workflows.editor import convert
from tower_anime.workflows.formats import Document
from tower_anime.workflows.graph import Graph, Json, Unusable

ObjectInfo = Mapping[str, Any]  # node class → its declaration, as a server answers it

NO_SERVER = (
    "This is a workflow of ComfyUI's editor, and no ComfyUI server is known yet whose nodes tell"
    " how to read it. Add a server, or export the workflow in API format: Workflow → Export (API)."
)
NOTHING_INSIDE = "The file has no workflow inside: it was not made by ComfyUI, or saved without it."


class Imported(NamedTuple):
    """A graph in API format, and what it came from: `api`, `editor`, `png`, `mp4`…"""

    graph: Graph
    origin: str


def from_json(document: Json, infos: Mapping[int, ObjectInfo]) -> Imported:
    """A graph from JSON in any of the formats. Raises `Unusable`."""
    found = formats.read(document)
    return Imported(_graph(found, infos), found.origin)


def from_text(text: str, infos: Mapping[int, ObjectInfo]) -> Imported:
    """A graph from JSON as text, such as a character's `comfyui_workflow`. Raises `Unusable`."""
    return from_texts({"workflow": text, "kind": "json"}, infos)


def from_texts(texts: Mapping[str, str], infos: Mapping[int, ObjectInfo]) -> Imported:
    """A graph from what `embedded.read` found in a file: the API format first.

    Raises `Unusable`; where neither text will do, with what is wrong with the first.
    """
    errors = []
    for key in ("prompt", "workflow"):
        if key in texts:
            try:
                found = formats.read(formats.parse(texts[key]))
                graph = _graph(found, infos)
            except Unusable as error:
                errors.append(error)
            else:
                kind = texts["kind"]
                return Imported(graph, found.origin if kind == "json" else kind)
    raise errors[0] if errors else Unusable(NOTHING_INSIDE)


def _graph(document: Document, infos: Mapping[int, ObjectInfo]) -> Graph:
    """The document's graph, by the first server whose nodes convert it."""
    if document.origin == "api":
        return document.content
    errors = []
    for info in infos.values():
        try:
            return convert(document.content, info)
        except Unusable as error:
            errors.append(error)
    raise errors[0] if errors else Unusable(NO_SERVER)
