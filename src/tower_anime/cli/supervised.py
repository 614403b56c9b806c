"""The unit on this machine: written, run, asked after and removed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import httpx2
import typer

from tower_anime.cli import addresses, systemd
from tower_anime.core import lock
from tower_anime.core.errors import CannotStart
from tower_anime.core.settings import Settings
from tower_anime.ops import unit

# As `systemctl status` has them.
NOT_RUNNING, NOT_INSTALLED = 3, 4
HEALTH_SECONDS = 5.0
_COMMANDS = f"  systemctl --user daemon-reload\n  systemctl --user enable --now {unit.NAME}"


def write_unit(settings: Settings, given: Mapping[str, object], *, force: bool) -> bool:
    """Write the unit; whether there was another text before. Raises `CannotStart`."""
    addresses.require_allowed(settings)
    data_dir = settings.data_dir.absolute()
    text = unit.unit(_command(data_dir, given), data_dir, _also_written(settings))
    file = systemd.unit_file()
    former = _read(file)
    if former is not None:
        _require_ours(file, former, force=force)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be written: {error.strerror}.") from error
    _say(f"Wrote {file}.")
    _warn_of_absent(_also_written(settings))
    return former not in {None, text}


def _also_written(settings: Settings) -> list[Path]:
    """The folders outside the data folder that the settings have the service write to."""
    log = settings.log_file.absolute().parent if settings.log_file else None
    backups = settings.backup_dir.expanduser().absolute() if settings.backup_dir else None
    return [folder for folder in (log, backups) if folder]


def _warn_of_absent(folders: Sequence[Path]) -> None:
    """systemd lets a service write to what is there when it starts it, and makes none of it.

    Nor do we: a folder that is absent may be one on a disk that is not mounted.
    """
    for folder in folders:
        if not folder.is_dir():
            _say(
                f"{folder} is not there: mount its disk, or make it; then restart the service, or"
                " it cannot write there.",
                error=True,
            )


def _command(data_dir: Path, given: Mapping[str, object]) -> list[str]:
    """The installed command, by its whole path, with what was given to `install`.

    The data folder always, since the unit lets the service write there and nowhere else.
    """
    script = Path(sys.executable).parent / "tower-anime"
    program = [str(script)] if script.is_file() else [sys.executable, "-m", "tower_anime.cli"]
    options = [*program, "serve", "--data-dir", str(data_dir)]
    for name in ("host", "port"):
        if given[name] is not None:
            options += [f"--{name}", str(given[name])]
    return [*options, "--allow-remote"] if given["allow_remote"] else options


def _require_ours(file: Path, text: str, *, force: bool) -> None:
    told = {"edited": "was edited after it was installed", "foreign": "is not of our making"}
    found = unit.state(text)
    if found != "ours" and not force:
        raise CannotStart(f"{file} {told[found]}; with --force it is not spared.")


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _warn_of_environment() -> None:
    """A shell's variables do not reach systemd: a setting that is only there would be lost."""
    if names := sorted(name for name in os.environ if name.startswith("TOWER_")):
        _say(
            f"Not for the service: {', '.join(names)}. systemd does not pass a shell's variables"
            " on; write such settings into the file config.toml (see `tower-anime config`).",
            error=True,
        )


def run_unit(*, start: bool, restart: bool) -> None:
    """Have systemd read the unit and run it, or say what to type for that."""
    _warn_of_environment()
    reachable = systemd.is_reachable()
    if reachable.ok:
        _require(systemd.systemctl("daemon-reload"))
    if start and reachable.ok:
        _start(restart=restart)
    elif start:
        _say(f"systemd does not answer here: {reachable.text}", error=True)
        _fail(f"Where it does, type:\n{_COMMANDS}")
    else:
        _say(f"To start it now and at each login, type:\n{_COMMANDS}")


def uninstall(*, force: bool) -> None:
    """Stop the service and remove its unit. Raises `CannotStart` for one that is not ours."""
    file = systemd.unit_file()
    text = _read(file)
    if text is None:
        _say(f"There is no {file}; nothing was done.")
        return
    _require_ours(file, text, force=force)
    stopped = systemd.systemctl("disable", "--now", unit.NAME)
    systemd.remove_unit(file)
    systemd.systemctl("daemon-reload")
    _say(f"Removed {file}.")
    if not stopped.ok:
        _say(f"systemd did not stop the service: {stopped.text}", error=True)
    _say(f"What was made is still in {unit.data_dir_of(text)}.")


def tell_status() -> None:
    """Print how the unit and the service are; ends as `systemctl status` does."""
    file = systemd.unit_file()
    text = _read(file)
    if text is None:
        _say(f"The service is not installed: there is no {file}.", error=True)
        raise typer.Exit(NOT_INSTALLED)
    words = {"ours": "as installed", "edited": "edited since", "foreign": "not of our making"}
    _say(f"unit     {file} ({words[unit.state(text)]})")
    found = systemd.properties("ActiveState", "SubState", "UnitFileState", "NRestarts")
    active = found.get("ActiveState", "unknown: systemd does not answer here")
    more = ""
    if found:
        more = f" ({found['SubState']}), {found['UnitFileState']}, {found['NRestarts']} restarts"
    _say(f"systemd  {active}{more}")
    well, told = _health(unit.data_dir_of(text))
    _say(f"service  {told}")
    if not well:
        raise typer.Exit(NOT_RUNNING if active != "active" else 1)


def show_log(settings: Settings, *, follow: bool, lines: int) -> int:
    """Print the log; the exit code of what printed it."""
    file = settings.log_file
    if file is not None:
        command = ["tail", "-n", str(lines), *(["-F"] if follow else []), str(file)]
    else:
        command = ["journalctl", "--user", "--unit", unit.NAME, "--lines", str(lines)]
        command += ["--follow"] if follow else ["--no-pager"]
    program = shutil.which(command[0])
    if program is None:
        _fail(
            f"There is no {command[0]} on this machine."
            " The setting log_file names a file that is to have the log."
        )
    return subprocess.run([program, *command[1:]], check=False).returncode  # noqa: S603 - our words


# --- the running service


def _start(*, restart: bool) -> None:
    _require(systemd.systemctl("enable", "--now", unit.NAME))
    if restart:
        _require(systemd.systemctl("restart", unit.NAME))
    well, told = _health(unit.data_dir_of(systemd.unit_file().read_text(encoding="utf-8")))
    _say(f"The service is {told}. It starts when you log in.")
    _say("To have it start with the machine instead, type: loginctl enable-linger")
    if not well:
        raise typer.Exit(1)


def _health(data_dir: Path | None) -> tuple[bool, str]:
    """Whether the service over a data folder says that it is well, and that in words."""
    address = lock.address_of(data_dir) if data_dir else None
    if address is None:
        return False, "not running"
    try:
        answer = httpx2.get(f"{address}/api/anime/health", timeout=HEALTH_SECONDS, trust_env=False)
        told = answer.json()
        word = f"{told['status']} at {address}"
        return answer.is_success, f"{word}: {told['project_count']} projects"
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return False, f"not answering at {address}"


def _require(said: systemd.Said) -> None:
    if not said.ok:
        _fail(f"systemd refused: {said.text}\nThe log says more: tower-anime service logs")


def _fail(sentence: str) -> NoReturn:
    _say(sentence, error=True)
    raise typer.Exit(1)


def _say(sentence: str, *, error: bool = False) -> None:
    typer.echo(sentence, err=error)
