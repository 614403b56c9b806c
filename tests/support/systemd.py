"""A user's systemd for the tests: the real one, as far as a container lets it run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.services import until

# systemd runs only where the system was booted with it. /run/systemd/system says so; it is
# mounted for this one process, and nothing outside sees it.
_START = (
    "mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec /lib/systemd/systemd --user"
)


def running(folder: Path) -> Iterator[dict[str, str]]:
    """Run a user's systemd over units below `folder`; yields the environment that finds it.

    Skips the test, and says why, where the container keeps it from running.
    """
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, parents=True)
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "SYSTEMD_LOG_TARGET": "console",
    }
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    if shutil.which("unshare") is None:
        pytest.skip("There is no unshare here, which a systemd of its own needs.")
    with (folder / "systemd.log").open("wb") as log:
        manager = subprocess.Popen(
            ["unshare", "--mount", "bash", "-c", _START], env=environment, stdout=log, stderr=log
        )
        try:
            until(lambda: manager.poll() is not None or _answers(environment), "systemd's start")
            if manager.poll() is not None:
                why = (folder / "systemd.log").read_text()
                pytest.skip(f"A user's systemd cannot run in this container: {why}")
            yield environment
        finally:
            manager.terminate()
            manager.wait()


def _answers(environment: dict[str, str]) -> bool:
    asked = ["systemctl", "--user", "show-environment"]
    return not subprocess.run(asked, env=environment, capture_output=True, check=False).returncode


def fake_programs(folder: Path, **answers: str) -> Path:
    """A folder with programs that note what they were asked, and answer with a shell script.

    For what cannot run in a container: a journal, a login manager, a systemd that fails.
    """
    folder.mkdir()
    for name, script in answers.items():
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> "{folder}/asked"\n{script}\n')
        program.chmod(0o755)
    return folder
