"""A shot's facts and a workflow become a plan, and a plan the values for its graph. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

from tower_anime.core.errors import Unprocessable
from tower_anime.media.frames import frames_of
from tower_anime.renders import composing
from tower_anime.renders.comfyui import graph as graphs
from tower_anime.renders.manifest import (
    COMFYUI,
    Facts,
    Lora,
    Part,
    Plan,
    Role,
    Source,
    hash_of,
    told,
)
from tower_anime.workflows.bindings import OUTPUT, Bound, Rule, filled_names, fitted, loaded, stored
from tower_anime.workflows.graph import Graph

Sources = dict[str, list[Source]]

FRAMES = ("first_frame", "last_frame")
STAGE = "stage:"
NO_LORA = (Source("workflow", "LoRA", None), Lora("", 0.0))


class Hashed(NamedTuple):
    """A part of a plan and its hash. What many shots share is hashed once."""

    part: Part
    hash: str


Made = dict[str, Hashed]


def _hashed(part: Part) -> Hashed:
    return Hashed(part, hash_of(part))


_short = lru_cache(10_000, typed=True)(_hashed)  # of text and numbers: 1 is not 1.0 in a plan
ENGINE = _hashed({"kind": COMFYUI})


@dataclass(frozen=True)
class Recipe:
    """A workflow as a shot's stage uses it."""

    label: str  # `Wan, version 3`
    graph: Graph
    bindings: Bound
    _own: Made = field(default_factory=dict, init=False, repr=False, compare=False)
    _measured: dict[tuple[float, ...], Made] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def takes(self) -> set[str]:
        """What can be put into it."""
        return filled_names(self.bindings, self.graph) - {OUTPUT}

    @cached_property
    def pictures(self) -> list[str]:
        """Those of its names that take a picture or a film."""
        return sorted(
            name
            for name in self.takes
            if name in FRAMES or name.startswith(("character_image:", STAGE))
        )

    @cached_property
    def inputs(self) -> list[str]:
        """Those of its names that a shot's inputs and stages fill."""
        return [name for name in self.pictures if name in FRAMES or name.startswith(STAGE)]

    @cached_property
    def loras(self) -> list[int]:
        """The numbers of its places for LoRAs."""
        return sorted(_number(name) for name in self.takes if name.startswith("lora:"))

    @cached_property
    def whole(self) -> Hashed:
        """The part of a plan that it is itself, which every shot with this workflow shares."""
        targets = ((name, t) for name, targets in self.bindings.items() for t in targets)
        graph = graphs.emptied(self.graph, self.bindings)
        return _hashed({"graph": graph, "bindings": stored(targets)})

    def own(self, name: str) -> Hashed:
        """What it has itself where a binding would put something."""
        if name not in self._own:
            self._own[name] = _hashed(graphs.own(self.graph, self.bindings, name))
        return self._own[name]

    def measures(self, facts: Facts) -> Made:
        """Sizes, frames and their rate, as the rules of the bindings allow them."""
        fps = facts.fps
        key = (facts.width, facts.height, facts.duration, fps.numerator, fps.denominator)
        if key not in self._measured:
            self._measured[key] = _measured(self, facts)
        return self._measured[key]


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
    made: Made = {"engine": ENGINE, "workflow": recipe.whole, **recipe.measures(facts)}
    sources: Sources = {}
    _add_words(made, sources, recipe, facts)
    _add_pictures(made, sources, recipe, facts, given)
    _add_loras(made, sources, recipe, facts)
    parts = {name: found.part for name, found in made.items()}
    hashes = {name: found.hash for name, found in made.items()}
    return Plan(COMFYUI, parts, {"workflow": recipe.label}, sources, hashes)


def _add_words(made: Made, sources: Sources, recipe: Recipe, facts: Facts) -> None:
    """A workflow's own words stay where nobody has any."""
    for name, compose in _WORDS.items():
        if name in recipe.takes:
            words = compose(facts)
            made[name] = _hashed(words.text) if words.text else recipe.own(name)
            sources[name] = list(words.pieces)


_WORDS = {"prompt": composing.prompt, "negative_prompt": composing.negative_prompt}


def _measured(recipe: Recipe, facts: Facts) -> Made:
    rule = _rule(recipe, "fps")
    fps = facts.fps if rule is None else Fraction(fitted(rule, float(facts.fps)))
    frames = frames_of(facts.duration, fps)  # at the rate of the film that comes back
    asked = {"width": facts.width, "height": facts.height, "frames": frames}
    found = {
        name: _hashed(int(fitted(_rule(recipe, name), number)))
        for name, number in asked.items()
        if name in recipe.takes
    }
    if "fps" in recipe.takes:
        found["fps"] = _hashed(told(fps))
    return found


def _rule(recipe: Recipe, name: str) -> Rule | None:
    targets = recipe.bindings.get(name, ())
    return targets[0].rule if targets else None


def _add_pictures(
    made: Made, sources: Sources, recipe: Recipe, facts: Facts, given: Mapping[str, Given]
) -> None:
    """Earlier stages, first and last frames, and the pictures of the cast in their order."""
    pictured = [role for role in facts.cast if role.media_id is not None]
    of_cast = {f"character_image:{n}": role for n, role in enumerate(pictured, 1)}
    for name in recipe.pictures:
        chosen = given.get(name)
        if chosen is None and name in of_cast:
            chosen = _of_role(of_cast[name])
        made[name] = recipe.own(name) if chosen is None else _picture(chosen.media_id, chosen.frame)
        sources[name] = [] if chosen is None else [chosen.source]


def _of_role(role: Role) -> Given:
    source = Source(f"character:{role.name}", "image", role.media_id, role.label)
    return Given(str(role.media_id), None, source)


@lru_cache(10_000)
def _picture(media_id: str, frame: str | None) -> Hashed:
    whole = {"media": media_id}
    return _hashed(whole if frame is None else {**whole, "frame": frame})


def _add_loras(made: Made, sources: Sources, recipe: Recipe, facts: Facts) -> None:
    """The cast's LoRAs go into the workflow's places for them; a place that is left has no effect.

    A workflow that takes none renders without: its maker has decided so.
    """
    slots = recipe.loras
    if not slots:
        return
    wanted = list(_loras(facts))
    if len(wanted) > len(slots):
        raise Unprocessable(
            f"The cast of this shot needs {len(wanted)} LoRAs, and the workflow {recipe.label}"
            f" takes {len(slots)}. Bind more LoRA inputs, or take a LoRA from a character."
        )
    for slot, (of, lora) in zip_longest(slots, wanted, fillvalue=NO_LORA):
        name, strength = f"lora:{slot}", f"lora_strength:{slot}"
        made[name] = _short(lora.name) if lora.name else recipe.own(name)
        sources[name] = [of._replace(what="LoRA", value=lora.name)] if lora.name else []
        if strength in recipe.takes:
            made[strength] = _short(lora.strength)
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
