"""Suggested bindings: what the inputs of a graph most likely are for, each with its reason.

They are read off links first (what a sampler's `positive` leads to is the prompt), then off the
classes of nodes, then off titles. A person confirms them; nothing here is used unconfirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tower_anime.workflows import bindings, suggest_pictures
from tower_anime.workflows.bindings import OUTPUT, Rule, Target
from tower_anime.workflows.graph import (
    Graph,
    Json,
    is_link,
    links,
    named,
    placeholders,
    source,
    title_of,
)

MOST_STEPS = 200  # upstream of one input

_TEXTS = ("text", "prompt", "positive", "text_g", "text_l", "clip_l", "t5xxl", "value", "string")
_SIZES = {"width": "width", "height": "height"}
_FRAMES = ("length", "frames", "num_frames", "video_frames", "frame_count")
_FOUR_AND_ONE = re.compile(r"wan|hunyuan", re.IGNORECASE)
_EIGHT_AND_ONE = re.compile(r"ltx", re.IGNORECASE)
_LATENT = re.compile(r"latent|wan|image.?to.?video|cosmos|ltxv|emptyimage", re.IGNORECASE)
_FPS = ("fps", "frame_rate", "framerate")
_NEGATIVE = re.compile(r"\bneg(ative)?\b", re.IGNORECASE)
_POSITIVE = re.compile(r"\bpos(itive)?\b|\bprompt\b", re.IGNORECASE)
_SAVER = re.compile(r"save|videocombine|video_?combine", re.IGNORECASE)
_PREVIEW = re.compile(r"preview", re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """A likely binding, and the sentence that says why."""

    name: str
    target: Target
    reason: str


def suggest(graph: Graph) -> list[Suggestion]:
    """Likely bindings, at most one for each input; a text with placeholders needs none."""
    found: dict[tuple[str, str | None], Suggestion] = {}
    filled = {(node, name) for node, name, _ in placeholders(graph)}
    parts = (_prompts, _seeds, _sizes, _fps, _outputs, suggest_pictures.pictures, _loras)
    for part in parts:
        for name, target, reason in part(graph):
            if (target.node, target.input) not in filled:
                place = (target.node, target.input)
                found.setdefault(place, Suggestion(name, target, reason))
    return sorted(found.values(), key=lambda suggestion: _order(suggestion.name))


def _order(name: str) -> tuple[int, str]:
    order = (*bindings.TEXTS[:2], "seed", "width", "height", "frames", "fps", "first_frame")
    return (order.index(name) if name in order else len(order), name)


def written(graph: Graph) -> list[tuple[str, Target]]:
    """The placeholders in texts: bound as they are, by their own names."""
    named_ones = placeholders(graph)
    return [(n, Target(node, i)) for node, i, n in named_ones if bindings.is_name(n)]


Found = Iterator[tuple[str, Target, str]]


def value_at(graph: Graph, node_id: str, name: str) -> tuple[str, str] | None:
    """Where the value of an input is: there, or at the node that only holds it."""
    for _ in range(MOST_STEPS):
        origin = source(graph, node_id, name)
        if origin is None:
            held = graph[node_id]["inputs"].get(name)
            return None if held is None or is_link(held) else (node_id, name)
        inputs = graph[origin]["inputs"]
        following = [
            n for n in ("value", "string", "text", "String", "int", "float") if n in inputs
        ]
        if not following:
            return None
        node_id, name = origin, following[0]
    return None


# --- texts


def _prompts(graph: Graph) -> Found:
    for name, slot in (("prompt", "positive"), ("negative_prompt", "negative")):
        for sampler in _samplers(graph):
            encoder = _encoder(graph, sampler, slot)
            for place in _texts(graph, encoder):
                way = f"{named(graph, sampler)} leads to it through {named(graph, encoder or '')}"
                yield name, Target(*place), f"{slot} of {way}."
    yield from _titled_prompts(graph)


def _samplers(graph: Graph) -> list[str]:
    """Nodes that take both conditions, and those with a guide of one."""
    return [
        node_id
        for node_id, node in graph.items()
        if {"positive", "negative"} & node["inputs"].keys() and _is_end(graph, node_id)
    ]


def _is_end(graph: Graph, node_id: str) -> bool:
    """Whether a node makes use of its conditions: nodes that pass them on are looked through."""
    takers = {(to, name) for to, name, origin, _ in links(graph) if origin == node_id}
    return not any(name in {"positive", "negative"} for _, name in takers)


def _encoder(graph: Graph, node_id: str, slot: str) -> str | None:
    """The node with the text, upstream of a condition; its first way at each node."""
    for _ in range(MOST_STEPS):
        origin = source(graph, node_id, slot)
        if origin is None:
            return None
        if _texts(graph, origin):
            return origin
        inputs = graph[origin]["inputs"]
        ways = [slot, "conditioning", "conditioning_to", "conditioning_1", "cond", "samples"]
        onward = next((way for way in ways if is_link(inputs.get(way))), None)
        if onward is None:
            return None
        node_id = origin
        slot = onward if onward != slot else slot
    return None


def _texts(graph: Graph, node_id: str | None) -> list[tuple[str, str]]:
    """The text inputs of a node, at the nodes where their values are."""
    if node_id is None:
        return []
    inputs = graph[node_id]["inputs"]
    places = [value_at(graph, node_id, name) for name in _TEXTS if name in inputs]
    return [p for p in dict.fromkeys(places) if p and isinstance(_value(graph, p), str)]


def _value(graph: Graph, place: tuple[str, str]) -> object:
    return graph[place[0]]["inputs"][place[1]]


def _titled_prompts(graph: Graph) -> Found:
    for node_id, node in graph.items():
        title = title_of(node)
        if title == node["class_type"] or "encode" not in node["class_type"].lower():
            continue
        negative = _NEGATIVE.search(title)
        if negative or _POSITIVE.search(title):
            for place in _texts(graph, node_id):
                name = "negative_prompt" if negative else "prompt"
                yield name, Target(*place), f"The title of {named(graph, node_id)} says so."


# --- numbers


def _seeds(graph: Graph) -> Found:
    for node_id, node in graph.items():
        for name in ("seed", "noise_seed"):
            place = value_at(graph, node_id, name) if name in node["inputs"] else None
            if place and _adds_noise(node):
                yield "seed", Target(*place), f"It is the {name} of {named(graph, node_id)}."


def _adds_noise(node: Json) -> bool:
    """Whether a sampler's seed matters: the second of two often adds no noise."""
    return bool(node["inputs"].get("add_noise", "enable") != "disable")


def _sizes(graph: Graph) -> Found:
    for node_id, node in graph.items():
        kind = node["class_type"]
        if not _LATENT.search(kind) or not {"width", "height"} <= node["inputs"].keys():
            continue
        for name in _SIZES:
            if place := value_at(graph, node_id, name):
                yield name, Target(*place), f"It is the {name} that {named(graph, node_id)} makes."
        for name in _frames_of(graph, node):
            if place := value_at(graph, node_id, name):
                rule = _rule_of_frames(kind)
                reason = f"It is how many frames {named(graph, node_id)} makes"
                yield "frames", Target(*place, rule), f"{reason}{_told(rule)}."


def _frames_of(graph: Graph, node: Json) -> list[str]:
    """The inputs that count frames: a batch is one where pictures are made into a video."""
    counts = [name for name in _FRAMES if name in node["inputs"]]
    video = any(re.search("video", other["class_type"], re.IGNORECASE) for other in graph.values())
    return counts or (["batch_size"] if video and "batch_size" in node["inputs"] else [])


def _told(rule: Rule | None) -> str:
    if rule is None:
        return ""
    return f"; its model takes {rule.plus} and a multiple of {rule.multiple}"


def _rule_of_frames(kind: str) -> Rule | None:
    """Wan and Hunyuan make 4n+1 frames, at most 81 at once; LTX makes 8n+1, at most 257."""
    if _FOUR_AND_ONE.search(kind):
        return Rule(multiple=4, plus=1, least=5, most=81)
    return Rule(multiple=8, plus=1, least=9, most=257) if _EIGHT_AND_ONE.search(kind) else None


def _fps(graph: Graph) -> Found:
    for node_id, node in graph.items():
        makes_video = re.search(r"video|save|combine", node["class_type"], re.IGNORECASE)
        for name in _FPS if makes_video else ():
            place = value_at(graph, node_id, name) if name in node["inputs"] else None
            if place:
                yield "fps", Target(*place), f"It is the {name} of {named(graph, node_id)}."


# --- outputs and LoRAs


def _outputs(graph: Graph) -> Found:
    for node_id in _savers(graph):
        if place := value_at(graph, node_id, "filename_prefix"):
            reason = f"{named(graph, node_id)} names its files so."
            yield "filename_prefix", Target(*place), reason
        yield OUTPUT, Target(node_id), f"{named(graph, node_id)} writes what was made."


def _savers(graph: Graph) -> Iterable[str]:
    """The nodes that write files; those that only show something where there is no other."""
    used = {origin for _, _, origin, _ in links(graph)}
    ends = {node_id: node["class_type"] for node_id, node in graph.items() if node_id not in used}
    saving = [i for i, kind in ends.items() if _SAVER.search(kind)]
    return saving or [i for i, kind in ends.items() if _PREVIEW.search(kind)]


def _loras(graph: Graph) -> Found:
    loaders = [i for i, node in graph.items() if "lora_name" in node["inputs"]]
    for number, node_id in enumerate(loaders[:99], 1):
        inputs = graph[node_id]["inputs"]
        told = f"{named(graph, node_id)} loads a LoRA."
        if not is_link(inputs["lora_name"]):
            yield f"lora:{number}", Target(node_id, "lora_name"), told
        for name in ("strength_model", "strength_clip", "strength"):
            if name in inputs and not is_link(inputs[name]):
                reason = f"{named(graph, node_id)} applies its LoRA so strongly."
                yield f"lora_strength:{number}", Target(node_id, name), reason
