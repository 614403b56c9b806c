"""Which server can run a plan, and what is missing where; said before anything is queued."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePosixPath
from typing import Any

from tower_anime.core.database import Reader
from tower_anime.core.errors import Unprocessable
from tower_anime.engines.choosing import ObjectInfo, choices
from tower_anime.engines.farm import Farm
from tower_anime.renders.comfyui.planning import bindings_of, graph_of, media_of
from tower_anime.renders.manifest import COMFYUI, Plan
from tower_anime.workflows.bindings import inputs_bound
from tower_anime.workflows.check import check

KEPT = 2_000  # findings of each server
TOLD = 3  # problems of one server, in a sentence

ADD_ONE = (
    "There is no ComfyUI server to render on. Add one with `tower-anime engines add"
    " http://address:8188`, or render with the engine `animatic`."
)


def resolved(graph: Mapping[str, Any], info: ObjectInfo) -> dict[str, Any]:
    """A graph with the models as a server calls them: `hero` is its `chars/hero.safetensors`.

    A name that is not there, or that several files have, stays as it is.
    """
    return {
        node_id: {**node, "inputs": _resolved(node, info.get(node["class_type"]) or {})}
        for node_id, node in graph.items()
    }


def _resolved(node: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _as_there(value, choices(declared, name)) if isinstance(value, str) else value
        for name, value in node["inputs"].items()
    }


def _as_there(value: str, options: Collection[object]) -> str:
    there = [option for option in options if isinstance(option, str)]
    if not there or value in there:
        return value
    named = [o for o in there if value in {PurePosixPath(o).stem, o.replace("\\", "/")}]
    return named[0] if len(named) == 1 else value


class Abilities:
    """What is known of plans and servers together; each answer is found once."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self._lock = threading.Lock()
        self._found: list[tuple[ObjectInfo, OrderedDict[str, list[str]]]] = []

    def require(self, reader: Reader, plan: Plan) -> None:
        """Raise `Unprocessable` for a plan that no server can render, as far as is known.

        Where no server has been reached yet, the take waits for one.
        """
        del reader
        if plan.engine != COMFYUI:
            return
        engines = {engine.id: engine for engine in self._farm.engines() if engine.enabled}
        if not engines:
            raise Unprocessable(ADD_ONE)
        infos = {n: info for n, info in self._farm.infos.all().items() if n in engines}
        missing = {n: self._problems(plan, info) for n, info in infos.items()}
        if missing and all(missing.values()):
            told = (f"{engines[n].name}: {_first(found)}" for n, found in missing.items())
            raise Unprocessable(f"No server can render this. {' '.join(told)}")

    def of(self, plan: Plan) -> Callable[[ObjectInfo], bool]:
        """What `Farm.choose` asks: whether a server can run the plan."""
        return lambda info: not self._problems(plan, info)

    def _problems(self, plan: Plan, info: ObjectInfo) -> list[str]:
        with self._lock:
            known = self._known_of(info)
            if plan.digest in known:
                known.move_to_end(plan.digest)
                return known[plan.digest]
        found = problems(plan, info)
        with self._lock:
            known[plan.digest] = found
            while len(known) > KEPT:
                known.popitem(last=False)
        return found

    def _known_of(self, info: ObjectInfo) -> OrderedDict[str, list[str]]:
        """What was found of this very answer of a server; that of older answers is forgotten.

        Answers are told apart as objects, so each is kept: an id alone may come again.
        """
        for answer, known in self._found:
            if answer is info:
                return known
        now = [*self._farm.infos.all().values()]
        self._found = [one for one in self._found if any(one[0] is answer for answer in now)]
        self._found.append((info, OrderedDict()))
        return self._found[-1][1]


def problems(plan: Plan, info: ObjectInfo) -> list[str]:
    """What a server lacks for a plan, in sentences. Files of inputs are brought along."""
    brought, bindings = media_of(plan), bindings_of(plan)
    pictures = inputs_bound({name: bindings.get(name, ()) for name in brought})
    graph = resolved(graph_of(plan, 0, dict.fromkeys(brought, ""), ""), info)
    return [problem.text for problem in check(graph, info, pictures)]


def _first(found: list[str]) -> str:
    more = f" And {len(found) - TOLD} more." if len(found) > TOLD else ""
    return " ".join(found[:TOLD]) + more
