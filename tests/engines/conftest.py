"""A simulated ComfyUI and our client of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.comfyui import Comfy, running
from tower_anime.engines.server import Server


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    """A simulated server of a test's own."""
    with running() as simulator:
        yield simulator


@pytest.fixture
def server(comfy: Comfy) -> Iterator[Server]:
    """The client of `comfy`."""
    with closing(Server(comfy.url)) as made:
        yield made
