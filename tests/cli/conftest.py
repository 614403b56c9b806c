"""The command line, and a service for it to call."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tests.support.commands import Tower
from tests.support.services import Service
from tower_anime.cli.main import app


@pytest.fixture
def tower(service: Service, monkeypatch: pytest.MonkeyPatch) -> Tower:
    """`tower-anime`, told of the shared service by TOWER_URL, in a terminal of 80 columns."""
    monkeypatch.setenv("TOWER_URL", service.url)
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *typed: CliRunner().invoke(app, [str(word) for word in typed])
