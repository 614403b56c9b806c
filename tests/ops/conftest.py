"""Fixtures of keeping a service: a database that has not been taken over yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.first_service import sample


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The sample, not adopted yet."""
    return sample(tmp_path)
