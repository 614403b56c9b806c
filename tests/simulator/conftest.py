"""A simulated server for each test, with a picture to work on, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.simulator.talking import Client, picture
from tests.support.comfyui import Comfy, running


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with running() as server:
        yield server


@pytest.fixture
def client(comfy: Comfy) -> Iterator[Client]:
    """A client of the server, which has `ref.png` and a `corrupt.png`."""
    with Client(comfy.url) as talking:
        talking.upload("ref.png", picture())
        talking.upload("corrupt.png", b"no picture")
        yield talking


@pytest.fixture
def api(client: Client) -> httpx2.Client:
    return client.http
