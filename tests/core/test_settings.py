"""A setting's value comes from the strongest source that names it, and is shown with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.services import PATIENCE
from tower_anime.core import settings as configuration
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment without settings, whose configuration folder is the test's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOWER_")}
    return {**kept, "XDG_CONFIG_HOME": str(tmp_path), "COLUMNS": "400"}


def config(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tower_anime.cli", "config", *options]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def shown(environment: dict[str, str], *options: str) -> dict[str, str]:
    """Each setting's line of `tower-anime config`, without its name."""
    done = config(environment, *options)
    assert done.returncode == 0, done.stderr
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()[1:]]
    return {name: " ".join(rest.split()) for name, rest in lines}


def write_file(environment: dict[str, str], text: str) -> Path:
    path = Path(environment["XDG_CONFIG_HOME"]) / "tower-anime" / "config.toml"
    path.parent.mkdir()
    path.write_text(text)
    return path


def test_config_shows_every_setting_with_its_default_and_what_it_is(
    environment: dict[str, str],
) -> None:
    lines = shown(environment)
    assert list(lines) == list(Settings.model_fields)
    assert lines["port"].startswith("8321 default The port")
    assert lines["cors_origins"].startswith("none default ")


def test_config_shows_where_each_value_comes_from(environment: dict[str, str]) -> None:
    path = write_file(environment, 'port = 9001\nlog_level = "debug"\nhost = "0.0.0.0"\n')
    environment |= {"TOWER_PORT": "9002", "TOWER_CORS_ORIGINS": "https://a.example, https://b"}
    lines = shown(environment, "--host", "localhost")
    assert lines["log_level"].startswith(f"debug file ({path})")
    assert lines["port"].startswith("9002 environment (TOWER_PORT)")
    assert lines["host"].startswith("localhost command line")
    assert lines["cors_origins"].startswith("https://a.example, https://b environment")
    assert lines["render_workers"].split()[1] == "default"


@pytest.mark.parametrize(
    ("url", "visible"),
    [
        ("postgresql://mika:secret@db/anime", "postgresql://mika:***@db/anime environment"),
        ("postgresql://db/anime?password=secret", "postgresql://db/anime?password="),
    ],
)
def test_config_never_shows_a_password(environment: dict[str, str], url: str, visible: str) -> None:
    done = config({**environment, "TOWER_DATABASE_URL": url})
    assert "secret" not in done.stdout + done.stderr
    assert visible in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "70000", "The setting 'port': Input should be less than or equal to 65535."),
        ("PORT", "many", "The setting 'port': Input should be a valid integer"),
        ("LOG_LEVEL", "loud", "The setting 'log_level': Input should be 'debug', 'info'"),
        ("DATABASE_URL", "nonsense", "must be an address such as postgresql://user@host/name"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "must be an address such as postgresql://"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_a_sentence(
    environment: dict[str, str], name: str, value: str, sentence: str
) -> None:
    done = config({**environment, f"TOWER_{name}": value})
    assert done.returncode == 1
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_every_setting_is_documented_with_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_nothing_given_on_the_command_line_overrides_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOWER_PORT", "9003")
    assert configuration.load(port=None, host="localhost").port == 9003
    assert configuration.load(port=1).port == 1


def test_settings_cannot_be_changed_once_made() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_a_refused_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWER_RENDER_WORKERS", "0")
    with pytest.raises(CannotStart, match=r"'render_workers'.*greater than or equal to 1"):
        configuration.load()


@pytest.mark.parametrize("text", [b"port = = 3\n", b'host = "\xff"\n'])
def test_a_broken_settings_file_is_named(environment: dict[str, str], text: bytes) -> None:
    path = write_file(environment, "")
    path.write_bytes(text)
    done = config(environment)
    assert done.returncode == 1
    assert f"The settings file {path} cannot be read" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_path_in_the_file_may_begin_at_home(environment: dict[str, str]) -> None:
    write_file(environment, 'data_dir = "~/studio"\nbackup_dir = "~/backups"')
    lines = shown(environment)
    home = environment.get("HOME", str(Path.home()))
    assert lines["data_dir"].startswith(f"{home}/studio ")
    assert lines["backup_dir"].startswith(f"{home}/backups ")


def test_postgresql_without_its_driver_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # which is how Python notes what is absent
    with pytest.raises(CannotStart, match=r"pip install 'tower-anime\[postgresql\]'"):
        configuration.load(database_url="postgresql://localhost/tower")
