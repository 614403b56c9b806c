"""A client of the shared service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.services import Service
from tower_anime.client import Tower


@pytest.fixture
def tower(service: Service) -> Iterator[Tower]:
    """A client of the shared service, in nobody's name."""
    with Tower(service.url) as client:
        yield client
