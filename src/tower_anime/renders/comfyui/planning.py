"""A shot's facts and a workflow become a plan, and a plan the values for its graph. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import zip_longest
from typing import Any, NamedTuple

from tower_anime.core.errors import Unprocessable
from tower_anime.media.frames import frames_of
from tower_anime.renders import composing
from tower_anime.renders.comfyui import graph as graphs
from tower_anime.renders.composing import Composed
from tower_anime.renders.manifest import COMFYUI, Facts, Lora, Part, Plan, Source, hash_of, told
from tower_anime.workflows.bindings import OUTPUT, Bound, Rule, filled_names, fitted, loaded, stored
from tower_anime.workflows.graph import Graph

Parts = dict[str, Part]
Sources = dict[str, list[Source]]

NO_LORA = (Source("workflow", "LoRA", None), Lora("", 0.0))


@dataclass(frozen=True)
class Recipe:
    """A workflow as a shot's stage uses it."""

    label: str  # `Wan, version 3`
    graph: Graph
    bindings: Bound

    @cached_property
    def takes(self) -> set[str]:
        """What can be put into it."""
        return filled_names(self.bindings, self.graph) - {OUTPUT}

    @cached_property
    def part(self) -> Part:
        """The part of a plan that it is."""
        targets = ((name, t) for name, targets in self.bindings.items() for t in targets)
        return {"graph": graphs.emptied(self.graph, self.bindings), "bindings": stored(targets)}

    @cached_property
    def part_hash(self) -> str:
        """The hash of that part, which every shot with this workflow shares."""
        return hash_of(self.part)


class Given(NamedTuple):
    """A picture or film for a stage: a medium, or one frame of it, and where it is from."""

    media_id: str
    frame: str | None  # first, last; None: the whole medium
    source: Source


def comfyui_plan(recipe: Recipe, facts: Facts, given: Mapping[str, Given]) -> Plan:
    """What a ComfyUI server renders a shot from.

    Only what the workflow takes is in the plan. `given` are the stage's inputs, by the names of the
    bindings. Raises `Unprocessable` where the cast needs more LoRAs than the workflow takes.
    """
    takes = recipe.takes
    parts: Parts = {"engine": {"kind": COMFYUI}, "workflow": recipe.part}
    sources: Sources = {}
    _add_words(parts, sources, recipe, facts, takes)
    parts |= _measures(recipe, facts, takes)
    _add_pictures(parts, sources, recipe, facts, given, takes)
    _add_loras(parts, sources, recipe, facts, takes)
    known = {"workflow": recipe.part_hash}
    return Plan(COMFYUI, parts, {"workflow": recipe.label}, sources, known)


def _own(recipe: Recipe, name: str) -> Part:
    return graphs.own(recipe.graph, recipe.bindings, name)


def _add_words(
    parts: Parts, sources: Sources, recipe: Recipe, facts: Facts, takes: set[str]
) -> None:
    """A workflow's own words stay where nobody has any."""
    composed: dict[str, Composed] = {}
    if "prompt" in takes:
        composed["prompt"] = composing.prompt(facts)
    if "negative_prompt" in takes:
        composed["negative_prompt"] = composing.negative_prompt(facts)
    for name, words in composed.items():
        parts[name] = words.text or _own(recipe, name)
        sources[name] = list(words.pieces)


def _measures(recipe: Recipe, facts: Facts, takes: set[str]) -> Parts:
    """Sizes, frames and their rate, as the rules of the bindings allow them."""
    rule = _rule(recipe, "fps")
    fps = facts.fps if rule is None else Fraction(fitted(rule, float(facts.fps)))
    frames = frames_of(facts.duration, fps)  # at the rate of the film that comes back
    asked = {"width": facts.width, "height": facts.height, "frames": frames}
    found: Parts = {
        name: _fitted(recipe, name, number) for name, number in asked.items() if name in takes
    }
    if "fps" in takes:
        found["fps"] = told(fps)
    return found


def _fitted(recipe: Recipe, name: str, number: int) -> int:
    return int(fitted(_rule(recipe, name), number))


def _rule(recipe: Recipe, name: str) -> Rule | None:
    targets = recipe.bindings.get(name, ())
    return targets[0].rule if targets else None


def _add_pictures(
    parts: Parts,
    sources: Sources,
    recipe: Recipe,
    facts: Facts,
    given: Mapping[str, Given],
    takes: set[str],
) -> None:
    """Earlier stages, first and last frames, and the pictures of the cast in their order."""
    pictured = [role for role in facts.cast if role.media_id is not None]
    of_cast = {
        f"character_image:{n}": Given(
            str(role.media_id),
            None,
            Source(f"character:{role.name}", "image", role.media_id, role.label),
        )
        for n, role in enumerate(pictured, 1)
    }
    for name in sorted(takes):
        if name.startswith(("character_image:", "stage:")) or name in {"first_frame", "last_frame"}:
            chosen = given.get(name) or of_cast.get(name)
            parts[name] = _own(recipe, name) if chosen is None else _picture(chosen)
            sources[name] = [] if chosen is None else [chosen.source]


def _picture(given: Given) -> Part:
    whole = {"media": given.media_id}
    return whole if given.frame is None else {**whole, "frame": given.frame}


def _add_loras(
    parts: Parts, sources: Sources, recipe: Recipe, facts: Facts, takes: set[str]
) -> None:
    """The cast's LoRAs go into the workflow's places for them; a place that is left has no effect.

    A workflow that takes none renders without: its maker has decided so.
    """
    slots = sorted(_number(name) for name in takes if name.startswith("lora:"))
    wanted = list(_loras(facts))
    if slots and len(wanted) > len(slots):
        raise Unprocessable(
            f"The cast of this shot needs {len(wanted)} LoRAs, and the workflow {recipe.label}"
            f" takes {len(slots)}. Bind more LoRA inputs, or take a LoRA from a character."
        )
    for slot, (of, lora) in zip_longest(slots, wanted[: len(slots)], fillvalue=NO_LORA):
        name, strength = f"lora:{slot}", f"lora_strength:{slot}"
        parts[name] = lora.name or _own(recipe, name)
        sources[name] = [of._replace(what="LoRA", value=lora.name)] if lora.name else []
        if strength in takes:
            parts[strength] = lora.strength
            sources[strength] = [of._replace(what="LoRA strength", value=lora.strength)]


def _number(slot: str) -> int:
    return int(slot.partition(":")[2])


def _loras(facts: Facts) -> Iterator[tuple[Source, Lora]]:
    for role in facts.cast:
        for lora in role.loras:
            yield Source(f"character:{role.name}", "LoRA", None, role.label), lora


# --- from a plan to what is sent


def media_of(plan: Plan) -> dict[str, dict[str, Any]]:
    """The media that a plan's graph takes: by binding, `{media, frame}`."""
    return {
        name: part
        for name, part in plan.parts.items()
        if isinstance(part, dict) and "media" in part
    }


def graph_of(plan: Plan, seed: int, files: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """The graph to send. `files` are the servers' names of the plan's media, by binding."""
    workflow: Any = plan.parts["workflow"]  # as `comfyui_plan` made it
    values: dict[str, Any] = {
        name: part for name, part in plan.parts.items() if name not in {"engine", "workflow"}
    }
    if "fps" in values:
        values["fps"] = _rate(values["fps"])
    values |= files
    values |= {"seed": seed, "filename_prefix": prefix}
    return graphs.filled(workflow["graph"], bindings_of(plan), values)


def bindings_of(plan: Plan) -> Bound:
    """The bindings of the workflow that a plan was made with."""
    workflow: Any = plan.parts["workflow"]
    return loaded(workflow["bindings"])


def _rate(fps: str) -> float | int:
    """Frames a second as ComfyUI's inputs take them: whole ones as integers."""
    above, below = (int(number) for number in fps.split("/"))
    return above // below if above % below == 0 else round(above / below, 6)
