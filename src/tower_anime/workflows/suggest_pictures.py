"""Which pictures a graph takes: told by the titles of `LoadImage` nodes, or by what they feed."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from tower_anime.workflows.bindings import Target
from tower_anime.workflows.graph import Graph, is_link, links, named, title_of

MOST_SEEN = 100  # nodes downstream of one picture

_LOADER = re.compile(r"load.*image", re.IGNORECASE)
_INPUTS = ("image", "image_path", "url")
_TITLES = (
    (re.compile(r"key.?frame", re.IGNORECASE), "stage:keyframe"),
    (re.compile(r"first|start", re.IGNORECASE), "first_frame"),
    (re.compile(r"last|\bend", re.IGNORECASE), "last_frame"),
    (re.compile(r"charact|refer|person|face|hero|subject", re.IGNORECASE), "character_image"),
)
_FED = {
    "start_image": "first_frame",
    "first_frame_image": "first_frame",
    "first_frame": "first_frame",
    "end_image": "last_frame",
    "last_frame_image": "last_frame",
    "last_frame": "last_frame",
    "clip_vision_start_image": "first_frame",
    "clip_vision_end_image": "last_frame",
    "reference_image": "character_image",
    "ref_image": "character_image",
}
_IMAGE_TO_VIDEO = re.compile(r"image.?to.?video|img.?to.?vid|i2v|svd", re.IGNORECASE)


Takers = dict[str, list[tuple[str, str]]]  # node → the (node, input) that its outputs go to


def pictures(graph: Graph) -> Iterator[tuple[str, Target, str]]:
    """Each picture that is loaded, under the name of what it is most likely for."""
    characters = 0
    takers: Takers = {}
    for to, name, origin, _ in links(graph):
        takers.setdefault(origin, []).append((to, name))
    for node_id, node in graph.items():
        slot = next((n for n in _INPUTS if isinstance(node["inputs"].get(n), str)), None)
        if slot is None or not _LOADER.search(node["class_type"].replace("_", "")):
            continue
        kind, reason = _by_title(graph, node_id) or _by_use(graph, node_id, takers)
        if kind == "character_image":
            characters += 1
            kind = f"character_image:{characters}"
        yield kind, Target(node_id, slot), reason


def _by_title(graph: Graph, node_id: str) -> tuple[str, str] | None:
    title = title_of(graph[node_id])
    if title == graph[node_id]["class_type"]:
        return None
    for pattern, kind in _TITLES:
        if pattern.search(title):
            return kind, f"The title of {named(graph, node_id)} says so."
    return None


def _by_use(graph: Graph, node_id: str, takers: Takers) -> tuple[str, str]:
    """What the picture is used as, first by the nearest input that tells."""
    told = named(graph, node_id)
    waiting, seen = deque([node_id]), {node_id}
    while waiting and len(seen) < MOST_SEEN:
        for to, name in takers.get(waiting.popleft(), ()):
            if name in _FED:
                return _FED[name], f"{told} is the {name} of {named(graph, to)}."
            if name == "image" and _IMAGE_TO_VIDEO.search(graph[to]["class_type"]):
                return "first_frame", f"{named(graph, to)} makes a video of {told}."
            if to not in seen and not _is_sampled(graph, to):
                seen.add(to)
                waiting.append(to)
    return "character_image", f"{told} is a picture that goes into what is made."


def _is_sampled(graph: Graph, node_id: str) -> bool:
    """What comes out of a sampler is no picture that went in."""
    inputs = graph[node_id]["inputs"]
    return is_link(inputs.get("positive")) and is_link(inputs.get("model"))
