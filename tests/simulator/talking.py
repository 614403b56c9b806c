"""A client that talks to a server as programs do, and listens to it."""

from __future__ import annotations

import contextlib
import io
import json
import random
import uuid
from collections.abc import Callable
from typing import Any, Self

import httpx2
from PIL import Image
from websockets.sync.client import ClientConnection, connect

from tests.support.services import PATIENCE, until

Json = Any  # what a server answers


def picture(size: tuple[int, int] = (64, 48), colour: str = "teal") -> bytes:
    """A PNG."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def grain() -> int:
    """A number that makes a graph another one, so that nothing of it is cached."""
    return random.randrange(1 << 24)


class Client:
    """HTTP, and one websocket under an id of its own."""

    def __init__(self, url: str, client_id: str | None = None) -> None:
        self.id = client_id or uuid.uuid4().hex
        self.http = httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        address = f"{url.replace('http', 'ws', 1)}/ws?clientId={self.id}"
        self._open = contextlib.ExitStack()
        self.socket: ClientConnection = self._open.enter_context(
            connect(address, proxy=None, max_queue=None, max_size=None)
        )
        self.previews: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()
        self.http.close()

    def upload(self, name: str, data: bytes, **fields: str) -> Json:
        answer = self.http.post("/upload/image", files={"image": (name, data)}, data=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, graph: Json, **fields: Any) -> httpx2.Response:
        return self.http.post("/prompt", json={"prompt": graph, "client_id": self.id, **fields})

    def submit(self, graph: Json, **fields: Any) -> str:
        """Queue a graph that is valid; its prompt id."""
        answer = self.send(graph, **fields)
        assert answer.status_code == 200, answer.text
        prompt_id: str = answer.json()["prompt_id"]
        return prompt_id

    def hear(self, last: Callable[[Json], bool]) -> list[Json]:
        """Every message until the one that `last` knows; previews are put aside."""
        heard: list[Json] = []
        while not heard or not last(heard[-1]):
            frame = self.socket.recv(timeout=PATIENCE)
            if isinstance(frame, bytes):
                self.previews.append(frame)
            else:
                heard.append(json.loads(frame))
        return heard

    def hear_end(self, prompt_id: str) -> list[Json]:
        """Every message until that prompt is over."""
        return self.hear(
            lambda m: (
                m["type"] == "executing"
                and m["data"]["node"] is None
                and m["data"]["prompt_id"] == prompt_id
            )
        )

    def pending(self) -> list[Json]:
        """What has come and was not read yet; whatever the server sent before this is there."""
        for _ in range(3):  # a pong may overtake what the server has only begun to send
            assert self.socket.ping().wait(PATIENCE)
        heard = []
        while True:
            try:
                frame = self.socket.recv(timeout=0)
            except TimeoutError:
                return heard
            if isinstance(frame, str):
                heard.append(json.loads(frame))

    def run(self, graph: Json, **fields: Any) -> tuple[Json, list[Json]]:
        """Run a graph to its end: its entry in the history, and every message."""
        prompt_id = self.submit(graph, **fields)
        heard = self.hear_end(prompt_id)
        return self.history(prompt_id), heard

    def history(self, prompt_id: str) -> Json:
        """The entry of a prompt, or None."""
        return self.http.get(f"/history/{prompt_id}").json().get(prompt_id)

    def over(self, prompt_id: str) -> Json:
        """The entry of a prompt once it is there."""
        return until(lambda: self.history(prompt_id), f"the end of {prompt_id}")

    def running(self) -> str:
        """The id of what runs, once something does."""
        found: Any = until(lambda: self.queue()["queue_running"], "a running prompt")
        return str(found[0][1])

    def queue(self) -> Json:
        return self.http.get("/queue").json()

    def files(self, entry: Json) -> list[Json]:
        """Every file among an entry's outputs."""
        return [
            file
            for output in entry["outputs"].values()
            for value in output.values()
            for file in value
            if isinstance(file, dict)
        ]

    def fetch(self, file: Json, **headers: str) -> httpx2.Response:
        wanted = {key: file[key] for key in ("filename", "subfolder", "type")}
        return self.http.get("/view", params=wanted, headers=headers)


def types(heard: list[Json]) -> list[str]:
    return [message["type"] for message in heard]


def of_type(heard: list[Json], kind: str) -> list[Json]:
    return [message["data"] for message in heard if message["type"] == kind]
