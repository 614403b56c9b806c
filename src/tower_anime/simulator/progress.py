"""What the server tells while a job runs: the messages and their order."""

from __future__ import annotations

import time
from typing import Any

from tower_anime.simulator.sockets import Sockets, preview, preview_with_metadata, text

Message = tuple[str, dict[str, Any]]


class Progress:
    """One job's messages, to its client; they are kept for the history where that has them."""

    def __init__(self, sockets: Sockets, prompt_id: str, client_id: str | None) -> None:
        self.sockets = sockets
        self.prompt_id = prompt_id
        self.client_id = client_id
        self.current: str | None = None
        self.kept: list[Message] = []
        self._nodes: dict[str, dict[str, Any]] = {}

    def say(self, kind: str, data: dict[str, Any], *, to_all: bool = False) -> None:
        """Send a message to the client; without one to nobody, unless `to_all`."""
        if self.client_id is not None or to_all:
            self.sockets.send(text(kind, data), self.client_id)

    def keep(self, kind: str, data: dict[str, Any], *, to_all: bool = False) -> None:
        """Send a message that the history repeats, with its time."""
        message = {**data, "timestamp": int(time.time() * 1000)}
        self.kept.append((kind, message))
        self.say(kind, message, to_all=to_all)

    def begin(self, node_id: str) -> None:
        """A node runs now."""
        self.current = node_id
        self._state(node_id, 0.0, 1.0, "running")
        message = {"node": node_id, "display_node": node_id, "prompt_id": self.prompt_id}
        self.say("executing", message)

    def step(self, value: int, most: int, shown: bytes | None) -> None:
        """The running node has come so far, and this is what it shows."""
        node_id = self.current or ""
        self._state(node_id, float(value), float(most), "running")
        with_metadata = self.sockets.wants_metadata(self.client_id)
        if shown and with_metadata:
            told = {k: v for k, v in self._about(node_id).items() if k != "state"}
            self.sockets.send(preview_with_metadata(shown, told), self.client_id)
        message = {"value": value, "max": most, "prompt_id": self.prompt_id, "node": node_id}
        self.sockets.send(text("progress", message), self.client_id)
        if shown and not with_metadata:
            self.sockets.send(preview(shown), self.client_id)

    def executed(self, node_id: str, output: dict[str, Any]) -> None:
        """A node has made an output."""
        message = {
            "node": node_id,
            "display_node": node_id,
            "output": output,
            "prompt_id": self.prompt_id,
        }
        self.say("executed", message)

    def finish(self, node_id: str) -> None:
        """A node is done, whether it ran or was cached."""
        most = self._nodes[node_id]["max"] if node_id in self._nodes else 1
        self._state(node_id, most, most, "finished")

    def over(self) -> None:
        """The very last message of a job."""
        self.say("executing", {"node": None, "prompt_id": self.prompt_id})

    def _about(self, node_id: str) -> dict[str, Any]:
        return {
            "node_id": node_id,
            "prompt_id": self.prompt_id,
            "display_node_id": node_id,
            "parent_node_id": None,
            "real_node_id": node_id,
        }

    def _state(self, node_id: str, value: float, most: float, state: str) -> None:
        told = {"value": value, "max": most, "state": state, **self._about(node_id)}
        self._nodes[node_id] = told
        message = {"prompt_id": self.prompt_id, "nodes": self._nodes}
        self.sockets.send(text("progress_state", message), self.client_id)
