"""Asking the user's systemd; every answer is one that may fail, for many machines run none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_config_path

from tower_anime.ops import unit

SYSTEMCTL = ("systemctl", "--user")


class Said(NamedTuple):
    """What systemctl said; `ok` where it did what it was asked."""

    ok: bool
    text: str


def systemctl(*words: str) -> Said:
    """Run `systemctl --user …`."""
    program = shutil.which(SYSTEMCTL[0])
    if program is None:
        return Said(False, "There is no systemctl on this machine.")
    done = subprocess.run(  # noqa: S603 - the machine's own systemctl, and words of ours
        [program, *SYSTEMCTL[1:], *words], capture_output=True, text=True, check=False
    )
    return Said(
        done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()
    )


def is_reachable() -> Said:
    """Whether the user's systemd answers at all."""
    return systemctl("show-environment")


def unit_file() -> Path:
    """Where the user's units are kept: under XDG_CONFIG_HOME, which is ~/.config if not set."""
    return user_config_path() / "systemd" / "user" / unit.NAME


def properties(*names: str) -> dict[str, str]:
    """Properties of the service's unit, such as `ActiveState`; empty where systemd is away."""
    said = systemctl("show", unit.NAME, f"--property={','.join(names)}")
    if not said.ok:
        return {}
    return dict(line.split("=", 1) for line in said.text.splitlines() if "=" in line)


def remove_unit(file: Path) -> None:
    """Remove the unit, and the link that has it started, also where systemd is away."""
    file.unlink(missing_ok=True)
    wanted = file.parent / "default.target.wants" / file.name
    wanted.unlink(missing_ok=True)
