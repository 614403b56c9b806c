"""Fixtures for all tests: services and databases, each on SQLite and on PostgreSQL."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.support import postgresql
from tests.support.services import Service, serving
from tower_anime.core.database import Database
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings

DIALECTS = ("sqlite", "postgresql")

# How long an example takes says more of the machine than of what is tested.
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Journeys need a browser, and run where they are asked for: `make test-browser`."""
    is_asked = any("browser" in Path(argument.partition("::")[0]).parts for argument in config.args)
    return True if collection_path.name == "browser" and not is_asked else None


@pytest.fixture(scope="session")
def new_postgresql() -> Iterator[Callable[[], str]]:
    """Makes an empty PostgreSQL database and returns its address."""
    # Not in pytest's own folder: run as root, the server is another user, whom that keeps out.
    with tempfile.TemporaryDirectory(prefix="tower-pg-") as folder:
        Path(folder).chmod(0o755)
        yield from postgresql.running(Path(folder, "data"))


@pytest.fixture(scope="session", params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """The database under test."""
    name: str = request.param
    return name


def _settings(dialect: str, request: pytest.FixtureRequest) -> dict[str, str]:
    if dialect == "sqlite":
        return {}
    return {"database_url": request.getfixturevalue("new_postgresql")()}


@pytest.fixture(scope="session")
def service(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A running service that tests share: each makes projects of its own."""
    with serving(tmp_path_factory.mktemp(dialect), **_settings(dialect, request)) as running:
        yield running


@pytest.fixture
def api(service: Service) -> httpx2.Client:
    """A client of the shared service; paths are relative to `/api/anime`."""
    return service.api


@pytest.fixture
def own_service(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """A running service of a test's own: empty, and free to be killed."""
    with serving(tmp_path / "data", **_settings(dialect, request)) as running:
        yield running


@pytest.fixture
def db(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, opened in this process."""
    settings = Settings(data_dir=tmp_path, **_settings(dialect, request))  # type: ignore[arg-type]
    database = open_database(settings)
    try:
        yield database
    finally:
        database.close()
