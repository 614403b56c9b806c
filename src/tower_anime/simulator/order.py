"""In which order the nodes of a graph run. Pure.

Only what the wanted outputs need runs. Among the nodes that are ready, those go first that an
output waits for soonest, so that a person sees results early; the recorded runs show this order.
"""

from __future__ import annotations

from typing import Any

from tower_anime.simulator.validation import Graph

_NEAR = 2  # links to an output within which a node goes before others


def is_link(value: Any) -> bool:
    """Whether an input's value is a link `[node id, slot]`."""
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


def sources(graph: Graph, node_id: str) -> list[str]:
    """The nodes that a node takes inputs from, in the order of its inputs."""
    return [value[0] for value in graph[node_id]["inputs"].values() if is_link(value)]


class Plan:
    """The nodes still to run; `cached` ones count as done, but for the outputs themselves."""

    def __init__(self, graph: Graph, outputs: list[str], cached: set[str]) -> None:
        self.graph = graph
        self.outputs = set(outputs)
        self.pending: dict[str, None] = {}
        for output in outputs:
            self._need(output, cached)
        self.consumers: dict[str, set[str]] = {node: set() for node in self.pending}
        for node in self.pending:
            for source in sources(graph, node):
                if source in self.consumers:
                    self.consumers[source].add(node)

    def _need(self, output: str, cached: set[str]) -> None:
        waiting = [output]
        while waiting:
            node = waiting.pop()
            if node not in self.pending:
                self.pending[node] = None
                waiting += [s for s in sources(self.graph, node) if s not in cached]

    def next(self) -> str | None:
        """The node to run now, which then counts as done; None when all have run."""
        ready = [n for n in self.pending if not self._waits(n)]
        if not ready:
            return None
        node = min(ready, key=self._distance)  # of equals, the first
        del self.pending[node]
        return node

    def _waits(self, node: str) -> bool:
        return any(source in self.pending for source in sources(self.graph, node))

    def _distance(self, node: str) -> int:
        reached = {node}
        for links in range(_NEAR + 1):
            if reached & self.outputs:
                return links
            reached = {c for n in reached for c in self.consumers[n]}
        return _NEAR + 1
