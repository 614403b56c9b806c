"""Suggested bindings: what the inputs of a graph most likely are for, each with its reason.

They are read off links first (what a sampler's `positive` leads to is the prompt), then off the
classes of nodes, then off titles. A person confirms them; nothing here is used unconfirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tower_anime.workflows import bindings, suggest_pictures, suggest_texts
from tower_anime.workflows.bindings import OUTPUT, Rule, Target
from tower_anime.workflows.graph import Graph, Json, is_link, links, named, placeholders
from tower_anime.workflows.suggest_values import value_at

_FRAMES = ("length", "frames", "num_frames", "video_frames", "frame_count")
_FOUR_AND_ONE = re.compile(r"wan|hunyuan", re.IGNORECASE)
_EIGHT_AND_ONE = re.compile(r"ltx", re.IGNORECASE)
_LATENT = re.compile(r"latent|wan|image.?to.?video|cosmos|ltxv|emptyimage", re.IGNORECASE)
_FPS = ("fps", "frame_rate", "framerate")
_SAVER = re.compile(r"save|videocombine|video_?combine", re.IGNORECASE)
_MOVING = re.compile(r"video|animated|webm", re.IGNORECASE)
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
    texts, pictures = suggest_texts.prompts, suggest_pictures.pictures
    for part in (texts, _seeds, _sizes, _fps, _outputs, pictures, _loras):
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
    makes_video = any(_MOVING.search(node["class_type"]) for node in graph.values())
    for node_id, node in graph.items():
        kind = node["class_type"]
        if not _LATENT.search(kind) or not {"width", "height"} <= node["inputs"].keys():
            continue
        for name in ("width", "height"):
            if place := value_at(graph, node_id, name):
                yield name, Target(*place), f"It is the {name} that {named(graph, node_id)} makes."
        for name in _frames_of(node, makes_video=makes_video):
            if place := value_at(graph, node_id, name):
                rule = _rule_of_frames(kind)
                reason = f"It is how many frames {named(graph, node_id)} makes"
                yield "frames", Target(*place, rule), f"{reason}{_told(rule)}."


def _frames_of(node: Json, *, makes_video: bool) -> list[str]:
    """The inputs that count frames: a batch is one where pictures are made into a video."""
    counts = [name for name in _FRAMES if name in node["inputs"]]
    return counts or (["batch_size"] if makes_video and "batch_size" in node["inputs"] else [])


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
