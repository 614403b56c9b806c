"""The page "Install it for good" is typed as it stands, from the first command to the last.

What a test cannot have is stood in for, and nothing else: Python's venv and pip, which would
install from a registry what is under test here; a login manager and a journal; and systemd
itself, by a program that starts what the unit says and waits for its READY=1. That the real
systemd does the same is in test_service.py.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.systemd import fake_programs
from tower_anime.core.settings import MIB, Settings
from tower_anime.core.space import DOCUMENTED

PAGE = Path(__file__).parent.parent.parent / "docs" / "guide" / "install.md"

_PYTHON = """\
mkdir -p "$3/bin"
printf '#!/bin/sh\\nexec {python} -m tower_anime.cli "$@"\\n' > "$3/bin/tower-anime"
printf '#!/bin/sh\\necho pip "$@"\\n' > "$3/bin/pip"
chmod +x "$3"/bin/*
"""

_SYSTEMD = """\
import os, re, shlex, signal, socket, subprocess, sys
from pathlib import Path

home = Path(os.environ["HOME"])
running = home / "running"
verb = sys.argv[2]
if verb in ("disable", "restart") and running.exists():
    process = int(running.read_text())
    os.kill(process, signal.SIGTERM)
    while Path("/proc", str(process)).exists() and "(zombie)" not in Path(
        "/proc", str(process), "status"
    ).read_text():
        pass
    running.unlink()
if verb in ("enable", "restart") and not running.exists():
    unit = (home / ".config/systemd/user/tower-anime-api.service").read_text()
    command = shlex.split(re.search("^ExecStart=:(.*)$", unit, re.MULTILINE)[1])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(home / f"notify-{os.getpid()}"))
        told.settimeout(60)
        with open(home / "service.log", "ab") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**os.environ, "NOTIFY_SOCKET": told.getsockname()},
                start_new_session=True,
            )
        assert told.recv(4096).startswith(b"READY=1"), command
    running.write_text(str(process.pid))
if verb == "show":
    print("ActiveState=active\\nSubState=running\\nUnitFileState=enabled\\nNRestarts=0")
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a person on a fresh machine."""
    stand_in = tmp_path / "systemd.py"
    stand_in.write_text(_SYSTEMD)
    programs = fake_programs(
        tmp_path / "programs",
        python3=_PYTHON.format(python=sys.executable),
        systemctl=f'exec {sys.executable} {stand_in} "$@"',
        loginctl="",
        journalctl='cat "$HOME/service.log"',
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = tmp_path / ".config" / "tower-anime" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"port = {port}\n")
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    yield environment
    subprocess.run(["systemctl", "--user", "disable"], env=environment, check=False)


def typed(machine: dict[str, str], commands: list[str]) -> str:
    """What commands of the page print, typed on a fresh machine."""
    port = Path(machine["HOME"], ".config/tower-anime/config.toml").read_text().split()[-1]
    environment = {"XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", **machine}
    script = [command.replace(":8321", f":{port}") for command in commands]
    # `tower-anime` is typed by its path: the page's own.
    return pages.run(
        [f"export PATH={machine['PATH']}", *script], Path(machine["HOME"]), **environment
    )


def test_the_page_leads_from_a_fresh_machine_to_a_running_service_and_back(
    machine: dict[str, str],
) -> None:
    *commands, update, remove = pages.commands(PAGE)
    home = Path(machine["HOME"])

    told = typed(machine, commands)
    assert "pip install tower-anime" in told
    assert "systemd  active (running), enabled" in told
    assert '"status":"healthy"' in told
    assert "Uvicorn running on" in told  # of the log
    first = (home / "running").read_text()

    assert "pip install --upgrade tower-anime" in typed(machine, [update])
    assert (home / "running").read_text() != first

    told = typed(machine, [remove])
    data = re.findall("What was made is still in (.*)\\.\n", told)
    assert [Path(folder, "anime.db").is_file() for folder in data] == [True]
    assert not (home / "running").exists()
    assert not (home / "tower-anime").exists()
    assert "loginctl enable-linger" in (home / "programs" / "asked").read_text()


def test_the_page_names_the_settings_as_they_are() -> None:
    text = PAGE.read_text()
    fields = Settings.model_fields
    for name in re.findall(r"the setting `(\w+)`|the setting (\w+)", text):
        assert "".join(name) in fields
    assert fields["log_file_bytes"].default == 10 * MIB
    assert fields["log_file_count"].default == 5
    assert fields["min_free_bytes"].default == 512 * MIB
    assert "set aside at 10 MB, and five such are kept" in text
    assert "That is 512 MiB unless set." in text
    assert DOCUMENTED in text.replace("`", "")
    assert fields["max_upload_bytes"].default == 8 * 1024 * MIB
    assert "client_max_body_size 8g;" in text
