"""Every setting of the service, in one frozen object.

A value comes from the command line, else the environment (`TOWER_PORT=9000`), else the file
`config.toml` in the user's configuration folder, else the default written here. A composition
root builds the object and passes it down; nothing else reads the environment.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_config_path, user_data_path
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tower_anime.core.errors import CannotStart

CONFIG_FILE = user_config_path("tower-anime") / "config.toml"

MIB = 1024 * 1024
_TRUE = {"true", "1", "yes", "on", "t", "y"}  # as Pydantic reads words


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """The settings; each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="TOWER_", frozen=True, extra="ignore", toml_file=CONFIG_FILE
    )

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("tower-anime"),
        description="The folder of the database, the media and the films.",
    )
    database_url: str | None = Field(
        default=None,
        description="A PostgreSQL address (postgresql://user@host/name). Without one, the"
        " database is the file anime.db in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8321, ge=0, le=65535, description="The port; 0 takes a free one.")
    allow_remote: bool = Field(
        default=False,
        description="Listen also on an address that other machines can reach.",
    )
    lan: bool = Field(
        default=False,
        description="Serve the local network: listen on every address unless `host` says otherwise,"
        " and ask other machines for the token that is kept in the data folder.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged: this level and above."
    )
    log_json: bool = Field(default=False, description="Log one JSON object a line.")
    log_file: Path | None = Field(
        default=None,
        description="A file that is to have the log too. Each service needs one of its own.",
    )
    log_file_bytes: int = Field(
        default=10 * MIB,
        ge=4096,
        description="The size at which the log file is set aside and begun anew, in bytes.",
    )
    log_file_count: int = Field(
        default=5, ge=1, le=1000, description="How many log files that were set aside are kept."
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Origins whose pages may make every call, separated by commas; * for all."
        " The calls that were documented first are open to all.",
    )
    allowed_hosts: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Further names that the service answers to, such as one of a reverse proxy,"
        " separated by commas; * for all. Addresses, localhost and the machine's own name do.",
    )
    min_free_bytes: int = Field(
        default=512 * MIB,
        ge=0,
        description="With less room than this on the data folder's disk, in bytes, nothing more is"
        " written or rendered until there is room again; 0 never refuses.",
    )
    max_body_bytes: int = Field(
        default=4 * MIB, ge=1024, description="The largest JSON body accepted, in bytes."
    )
    max_upload_bytes: int = Field(
        default=8192 * MIB, ge=1024, description="The largest uploaded file accepted, in bytes."
    )
    max_import_bytes: int = Field(
        default=1024 * 1024 * MIB,
        ge=1024,
        description="The most bytes of an imported project with all its media; the disk needs room"
        " for them twice.",
    )
    max_pixels: int = Field(
        default=100_000_000, ge=1, description="The most pixels of a picture or a frame."
    )
    max_media_seconds: float = Field(
        default=4 * 3600.0, gt=0, description="The longest film or sound accepted, in seconds."
    )
    render_workers: int = Field(
        default_factory=_cores,
        ge=1,
        le=64,
        description="How many takes and cuts this machine draws at the same time.",
    )
    worker_id: str = Field(
        default="local",
        min_length=1,
        max_length=100,
        description="This service's name among those that share one PostgreSQL database.",
    )
    comfyui_urls: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="The addresses of ComfyUI servers, separated by commas, such as"
        " http://gpu1:8188. They are added to the engines when the service starts.",
    )
    engine_stall_seconds: float = Field(
        default=1800.0,
        gt=0,
        description="A take that a ComfyUI server runs and that has not moved for so many seconds"
        " is given to another.",
    )
    engine_away_seconds: float = Field(
        default=600.0,
        gt=0,
        description="How long a take waits for its ComfyUI server that does not answer, in"
        " seconds, before it is given to another.",
    )
    engine_probe_seconds: float = Field(
        default=5.0,
        ge=0.1,
        le=3600,
        description="Seconds from one look at an engine to the next: whether it is there, and what"
        " it does.",
    )
    notify_command: str | None = Field(
        default=None,
        description="A command that is run when all takes of a run are finished, with the run as"
        " JSON on its standard input. No shell reads it; after a minute it is killed.",
    )
    notify_url: str | None = Field(
        default=None,
        description="An address that the same JSON is then POSTed to. Redirects are not followed.",
    )
    films_mirror: bool = Field(
        default=True, description="Keep a readable mirror of what was made under films/."
    )

    backup_dir: Path | None = Field(
        default=None,
        description="A folder, best on another disk, that the service makes backups in by itself.",
    )
    backup_every: float = Field(
        default=24.0,
        ge=0,
        le=8760,
        description="Hours from one such backup to the next; 0 is never.",
    )
    backup_keep: int = Field(
        default=7, ge=1, le=10_000, description="How many backups are kept in a folder of backups."
    )

    @model_validator(mode="before")
    @classmethod
    def _listens_for_the_network(cls, given: dict[str, Any]) -> dict[str, Any]:  # any setting's
        if str(given.get("lan", "")).lower() in _TRUE:
            return {"host": "0.0.0.0", **given}  # noqa: S104 - that is what it asks for
        return given

    @field_validator("cors_origins", "allowed_hosts", "comfyui_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A list arrives from the environment as `a,b`, from the file as a list."""
        if not isinstance(value, str):
            return value
        return [part.strip() for part in value.split(",") if part.strip()]

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            is_one = make_url(value).drivername == "postgresql"
        except (ArgumentError, ValueError):
            is_one = False
        if not is_one:
            raise ValueError("must be an address such as postgresql://user@host/name")
        if find_spec("psycopg") is None:
            raise ValueError("needs a driver: pip install 'tower-anime[postgresql]'")
        return value

    @field_validator("notify_command")
    @classmethod
    def _is_command(cls, value: str | None) -> str | None:
        try:
            words = None if value is None else shlex.split(value)
        except ValueError as error:
            raise ValueError(f"is no command: {error}") from error
        if words == []:
            raise ValueError("is empty; leave it out instead")
        return value

    @field_validator("notify_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound or re.search(r"[\s\\]", value):
            raise ValueError("must be an address such as https://ntfy.example/my-nights")
        return value

    @field_validator("data_dir", "log_file", "backup_dir")
    @classmethod
    def _at_home(cls, value: Path | None) -> Path | None:
        """A path may begin with `~` in the file too, where no shell expands it."""
        return None if value is None else value.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values come from, first the strongest."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**command_line: Any) -> Settings:  # values are of any setting's type
    """The settings; `command_line` holds what was given there, `None` where nothing was.

    Raises `CannotStart` with the setting's name and its bound, or the broken file's name.
    """
    given = {name: value for name, value in command_line.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise CannotStart(f"The setting {name!r}: {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CannotStart(f"The settings file {CONFIG_FILE} cannot be read: {error}.") from error


def origins(
    settings: Settings, command_line: dict[str, object]
) -> Iterator[tuple[str, object, str]]:
    """Each setting's name and value, and where the value came from."""
    file = TomlConfigSettingsSource(Settings)()
    environment = {name.lower() for name in os.environ}
    for name in Settings.model_fields:
        if command_line.get(name) is not None:
            origin = "command line"
        elif f"tower_{name}" in environment:
            origin = f"environment (TOWER_{name.upper()})"
        elif name in file:
            origin = f"file ({CONFIG_FILE})"
        else:
            origin = "default"
        yield name, getattr(settings, name), origin


def shown(name: str, value: object) -> str:
    """A setting's value for a person; without passwords, and an address to tell without its path.

    Whoever knows that path may often post there.
    """
    if name == "database_url" and isinstance(value, str):
        return without_password(value)
    if name == "notify_url" and isinstance(value, str):
        return f"{urlsplit(value).scheme}://{urlsplit(value).hostname}/***"
    return (", ".join(value) or "none") if isinstance(value, list) else str(value)


def without_password(url: str) -> str:
    """A database's address with its password, wherever it stands, as `***`."""
    address = make_url(url)
    if "password" in address.query:
        address = address.update_query_dict({"password": "***"})
    return address.render_as_string(hide_password=True)


def documentation() -> str:
    """The page of all settings, as Markdown."""
    rows = [
        f"| `{name}` | `TOWER_{name.upper()}` | {_default(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return _PAGE + "\n".join(rows) + "\n"


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    if field.default_factory is not None:
        return _COMPUTED[name]
    if field.default is None:
        return "none"
    return f"`{shown(name, field.default)}`"


_COMPUTED = {"data_dir": "the user's data folder", "render_workers": "the number of cores"}
_PAGE = """# Settings

A value comes from the command line, else the environment, else the file `config.toml` in the
user's configuration folder, else the default. `tower-anime config` shows each value and where it
came from. This page is what `tower-anime config --markdown` prints.

| setting | environment | default | what it is |
| --- | --- | --- | --- |
"""
