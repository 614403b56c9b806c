"""Fixtures for tests of takes."""

import pytest


@pytest.fixture
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have services that begin after this draw one take at a time."""
    monkeypatch.setenv("TOWER_RENDER_WORKERS", "1")
