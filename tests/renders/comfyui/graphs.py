"""Graphs for tests of rendering on ComfyUI, and random ones for properties."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tower_anime.renders.comfyui.planning import Recipe
from tower_anime.renders.manifest import Facts, Lora, Role
from tower_anime.workflows.bindings import Bound, Rule, Target, loaded
from tower_anime.workflows.graph import Graph, is_link

Draw = Callable[[st.SearchStrategy[Any]], Any]

WORDS = st.text(max_size=20)
NAMES = st.sampled_from(["Hero", "Villain", "雨", "A cat"])
HASHES = st.sampled_from(["a" * 64, "b" * 64, "c" * 64])
LORAS = st.builds(
    Lora, st.sampled_from(["hero", "ink", "rain"]), st.floats(-10, 10, allow_nan=False)
)
ROLES = st.builds(
    Role,
    NAMES,
    st.none() | st.integers(1, 99),
    st.none() | HASHES,
    prompt=WORDS,
    negative_prompt=WORDS,
    loras=st.lists(LORAS, max_size=2).map(tuple),
)
FACTS = st.builds(
    Facts,
    description=WORDS,
    dialogue=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple),
    camera=WORDS,
    duration=st.floats(0.05, 600),
    cast=st.lists(ROLES, max_size=3, unique_by=lambda role: role.name).map(tuple),
    style=WORDS,
    width=st.integers(8, 2048).map(lambda half: 2 * half),
    height=st.integers(8, 2048).map(lambda half: 2 * half),
    fps=st.builds(Fraction, st.integers(1, 240), st.sampled_from([1, 1001])),
    language=st.sampled_from(["en", "ja"]),
    prompt=st.none() | WORDS,
    negative_prompt=st.none() | WORDS,
    negative_style=WORDS,
    template=st.sampled_from(["", "{words}", "{cast} in {style}, {camera}", "{dialogue}"]),
)
VALUES = (
    st.booleans() | st.integers(-9, 2**64 - 1) | st.floats(-9, 9, allow_nan=False) | st.text("ab ")
)
FREE = ("prompt", "negative_prompt", "seed", "fps", "first_frame", "character_image:1", "lora:1")


def facts(**given: Any) -> Facts:
    """A quiet shot, with what a test is about."""
    usual: dict[str, Any] = {
        "description": "A roof",
        "dialogue": (),
        "camera": "",
        "duration": 1.0,
        "cast": (),
        "style": "",
        "width": 320,
        "height": 240,
        "fps": Fraction(24),
        "language": "en",
    }
    return Facts(**usual | given)


def hero(**given: Any) -> Role:
    """A character with a picture."""
    usual: dict[str, Any] = {"name": "Hero", "version": 2, "media_id": "a" * 64}
    return Role(**usual | given)


# A text and a negative one, a film of so many frames, a picture, two LoRAs.
FILM: Graph = {
    "1": {"class_type": "Text", "inputs": {"text": "own words"}, "_meta": {"title": "Words"}},
    "2": {"class_type": "Text", "inputs": {"text": "own blur"}},
    "3": {"class_type": "Latent", "inputs": {"width": 64, "height": 32, "length": 5}},
    "4": {"class_type": "Sampler", "inputs": {"seed": 1, "words": ["1", 0], "not": ["2", 0]}},
    "5": {"class_type": "LoadImage", "inputs": {"image": "own.png"}},
    "6": {"class_type": "Lora", "inputs": {"name": "own.safetensors", "strength": 0.7}},
    "7": {"class_type": "Lora", "inputs": {"name": "other.safetensors", "strength": 0.3}},
    "8": {"class_type": "Save", "inputs": {"film": ["4", 0], "fps": 16.0, "prefix": "own"}},
}
BINDINGS: dict[str, list[dict[str, Any]]] = {
    "prompt": [{"node": "1", "input": "text"}],
    "negative_prompt": [{"node": "2", "input": "text"}],
    "width": [{"node": "3", "input": "width", "rule": {"multiple": 16}}],
    "height": [{"node": "3", "input": "height", "rule": {"multiple": 16}}],
    "frames": [
        {"node": "3", "input": "length", "rule": {"multiple": 4, "plus": 1, "least": 1, "most": 81}}
    ],
    "seed": [{"node": "4", "input": "seed"}],
    "character_image:1": [{"node": "5", "input": "image"}],
    "lora:1": [{"node": "6", "input": "name"}],
    "lora_strength:1": [{"node": "6", "input": "strength"}],
    "lora:2": [{"node": "7", "input": "name"}],
    "lora_strength:2": [{"node": "7", "input": "strength"}],
    "fps": [{"node": "8", "input": "fps"}],
    "filename_prefix": [{"node": "8", "input": "prefix"}],
    "output": [{"node": "8"}],
}


def recipe(graph: Graph = FILM, label: str = "Film, version 1", **bound: Any) -> Recipe:
    """A workflow; without bindings of its own, the film's."""
    return Recipe(label, graph, loaded(bound or BINDINGS))


@st.composite
def bound_graphs(draw: Draw) -> tuple[Graph, Bound]:
    """A graph of a few nodes, some of its values bound, each once."""
    graph: Graph = {}
    for n in range(draw(st.integers(1, 4))):
        inputs = draw(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4))
        if n and draw(st.booleans()):
            inputs["link"] = [str(draw(st.integers(0, n - 1))), 0]
        graph[str(n)] = {"class_type": draw(st.sampled_from(["A", "B"])), "inputs": inputs}
    places = [
        Target(node_id, name)
        for node_id, node in graph.items()
        for name, value in node["inputs"].items()
        if not is_link(value)
    ]
    bindings: dict[str, list[Target]] = {}
    for place in draw(st.lists(st.sampled_from(places), unique=True)) if places else []:
        bindings.setdefault(draw(st.sampled_from(FREE)), []).append(place)
    return graph, bindings


RULES = st.builds(Rule, st.integers(1, 64), st.integers(0, 8), st.none() | st.integers(0, 9))
