"""One job: its nodes in order, what is cached, and how it ends."""

from __future__ import annotations

import hashlib
import random
import string
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL import Image

from tower_anime.simulator.behaviour import Behaviour
from tower_anime.simulator.cache import Cache, Made, signatures
from tower_anime.simulator.catalogue import Info
from tower_anime.simulator.counting import take
from tower_anime.simulator.drawing import preview
from tower_anime.simulator.errors import (
    OUT_OF_MEMORY,
    OUT_OF_MEMORY_TIPS,
    Interrupted,
    NodeFailed,
    out_of_memory,
)
from tower_anime.simulator.folders import Folders
from tower_anime.simulator.nodes import NODES
from tower_anime.simulator.nodes.values import Call
from tower_anime.simulator.order import Plan, is_link
from tower_anime.simulator.progress import Progress
from tower_anime.simulator.validation import Graph

_FILES = ("LoadImage", "LoadImageMask")
_FAILURES = (
    ArithmeticError, AttributeError, LookupError, NodeFailed, OSError, SyntaxError, TypeError,
    ValueError,
)  # fmt: skip
"""What nodes, Pillow and FFmpeg raise; the real server catches whatever a node raises."""


class Surroundings(Protocol):
    """The server around a job."""

    behaviour: Behaviour
    folders: Folders

    def pause(self, seconds: float) -> None:
        """Wait; raises `Interrupted` or `Died` at once when that happens."""

    def die(self) -> None:
        """Die of it, and raise `Died`."""


@dataclass
class Job:
    """A prompt that runs; nodes see it through `nodes.values.Job`."""

    server: Surroundings
    cache: Cache
    nodes: Info
    graph: Graph
    extra: dict[str, Any]
    outputs: list[str]
    progress: Progress
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    worked: bool = False

    def __post_init__(self) -> None:
        self.behaviour = self.server.behaviour
        self.folders = self.server.folders

    def step(self, value: int, most: int, picture: Image.Image | None) -> None:
        """Tell that the running node has come so far, after the time that a step takes."""
        self.server.pause(self.behaviour.step_seconds)
        if self.behaviour.previews and picture:
            shown = preview(picture, self.behaviour.preview_format)
        else:
            shown = None
        self.progress.step(value, most, shown)

    def tag(self) -> str:
        """Five letters for temporary files; of random ones, so that no name comes twice."""
        return "".join(random.choices(string.ascii_lowercase, k=5))  # noqa: S311 - not a secret

    def run(self) -> str:
        """Run it to its end and tell of it: `success`, `error` or `interrupted`."""
        prompt_id = self.progress.prompt_id
        self.progress.keep("execution_start", {"prompt_id": prompt_id})
        signed = signatures(self.graph, self.outputs, self._changes)
        self.cache.begin(set(signed.values()))
        cached = {node for node, signature in signed.items() if self.cache.get(signature)}
        self.progress.keep(
            "execution_cached",
            {"nodes": [n for n in self.graph if n in cached], "prompt_id": prompt_id},
        )
        # A set in the real server, whose order is by chance; from the last to the first here.
        plan = Plan(self.graph, self.outputs[::-1], cached)
        while (node := plan.next()) is not None:
            try:
                self._node(node, signed)
            except Interrupted:
                self._interrupted(node)
                return "interrupted"
            except _FAILURES as error:
                self._failed(node, error, signed)
                return "error"
        self.progress.keep("execution_success", {"prompt_id": prompt_id})
        return "success"

    def _changes(self, node_id: str) -> str | None:
        """The hash of the file that a node loads; of one that is not there, never the same."""
        node = self.graph[node_id]
        if node["class_type"] not in _FILES or is_link(node["inputs"]["image"]):
            return None
        try:
            data = self.folders.annotated(node["inputs"]["image"]).read_bytes()
        except OSError:
            return uuid.uuid4().hex
        digest = hashlib.sha256(data).hexdigest()
        node["is_changed"] = [digest]  # seen in the metadata of what the server writes
        return digest

    def _node(self, node_id: str, signed: dict[str, str]) -> None:
        made = self.cache.get(signed[node_id])
        hidden = made is not None and self._hides_cached()
        if made is None:
            self.progress.begin(node_id)
            made = self._work(node_id, signed)
            self.cache.put(signed[node_id], made)
            self.ran.append(node_id)
        if made.told is not None and not hidden:
            self.told[node_id] = made.told
            self.progress.executed(node_id, made.told)
        self.progress.finish(node_id)

    def _hides_cached(self) -> bool:
        return self.behaviour.hides_cached and self.progress.client_id is None

    def _work(self, node_id: str, signed: dict[str, str]) -> Made:
        name = self.graph[node_id]["class_type"]
        self.server.pause(0)
        if self.nodes[name]["output_node"] and not self.worked:
            self.worked = True
            self.server.pause(self.behaviour.job_seconds)
        self._troubles(node_id, name)
        if name not in NODES:
            raise NodeFailed("NotImplementedError", f"The simulator cannot run {name}.")
        result = NODES[name](Call(self, node_id, self._inputs(node_id, signed)))
        return Made(result.values, result.told)

    def _inputs(self, node_id: str, signed: dict[str, str]) -> dict[str, Any]:
        inputs = dict(self.graph[node_id]["inputs"])
        for name, value in inputs.items():
            if is_link(value):
                inputs[name] = self.cache.made(signed[value[0]]).values[value[1]]
        return inputs

    def _troubles(self, node_id: str, name: str) -> None:
        """Raise what this node is to fail of."""
        behaviour = self.behaviour
        if behaviour.out_of_memory != "never" and (
            behaviour.out_of_memory_at in ("", node_id, name)
        ):
            if behaviour.out_of_memory == "dies_always":
                self.server.die()
            if behaviour.out_of_memory == "dies":
                behaviour.out_of_memory = "never"
                self.server.die()
            if behaviour.out_of_memory == "once":
                behaviour.out_of_memory = "never"
            raise out_of_memory()
        if behaviour.error_at in (node_id, name) and take(behaviour, "error_times"):
            raise NodeFailed("RuntimeError", behaviour.error_message)

    def _interrupted(self, node_id: str) -> None:
        message = {
            "prompt_id": self.progress.prompt_id,
            "node_id": node_id,
            "node_type": self.graph[node_id]["class_type"],
            "executed": self.ran,
        }
        self.progress.keep("execution_interrupted", message, to_all=True)

    def _failed(self, node_id: str, error: Exception, signed: dict[str, str]) -> None:
        name = self.graph[node_id]["class_type"]
        kind = error.kind if isinstance(error, NodeFailed) else _full_name(type(error))
        message = {
            "prompt_id": self.progress.prompt_id,
            "node_id": node_id,
            "node_type": name,
            "executed": self.ran,
            "exception_message": _message(error),
            "exception_type": kind,
            "traceback": _traceback(name, kind),
            "current_inputs": {
                key: [_told(value)] for key, value in self._inputs(node_id, signed).items()
            },
            "current_outputs": list(self.graph),
        }
        self.progress.keep("execution_error", message)


def _full_name(kind: type) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _message(error: Exception) -> str:
    tips = OUT_OF_MEMORY_TIPS if str(error) == OUT_OF_MEMORY else ""
    return f"{error}\n{tips}"


def _told(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def _traceback(name: str, kind: str) -> list[str]:
    first = (
        '  File "/opt/ComfyUI/execution.py", line 496, in execute\n'
        "    output_data, output_ui, has_subgraph, has_pending_tasks = await get_output_data(\n"
    )
    return [first, f'  File "/opt/ComfyUI/nodes.py", line 1647, in {name}\n    raise {kind}\n']
