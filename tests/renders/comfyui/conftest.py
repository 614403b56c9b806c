"""A service and a server that the tests of a module share, and what ends those of one test."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.renders.comfyui.studio import Studio, calm, comfy_with, idle, studio_with


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Ends what a test starts."""
    with ExitStack() as running:
        yield running


@pytest.fixture(scope="module")
def shared_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Started once a module."""
    with ExitStack() as stack:
        comfy = comfy_with(stack)
        yield Studio(studio_with(stack, tmp_path_factory.mktemp("studio"), comfy), comfy)


@pytest.fixture
def studio(shared_studio: Studio) -> Iterator[Studio]:
    """The shared one, whose server behaves well when a test begins."""
    calm(shared_studio.comfy)
    idle(shared_studio.api)
    yield shared_studio
    calm(shared_studio.comfy)
