"""Promises of `tower-anime service`: installed for good, told of honestly, and removed cleanly.

Under the real systemd where the container lets one run; else, and for what it would not do here
(fail, be absent, have a journal), against small programs of the same names.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support import systemd
from tests.support.factories import make_project, ok
from tests.support.services import PATIENCE, until
from tower_anime.ops import unit

Environment = dict[str, str]


def service(
    environment: Environment, *words: str, code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run `tower-anime service …`, which must end with that code."""
    done = subprocess.run(
        [sys.executable, "-m", "tower_anime.cli", "service", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    return done


def installed(environment: Environment) -> Path:
    return Path(environment["XDG_CONFIG_HOME"], "systemd", "user", "tower-anime-api.service")


# --- under the real systemd


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Environment]:
    """The environment of somebody whose systemd runs."""
    for environment in systemd.running(tmp_path / "systemd"):
        yield environment
        subprocess.run(["systemctl", "--user", "stop", unit.NAME], env=environment, check=False)


def property_of(environment: Environment, name: str) -> str:
    asked = ["systemctl", "--user", "show", unit.NAME, f"--property={name}", "--value"]
    return subprocess.run(
        asked, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_an_installed_service_runs_is_started_again_and_goes(
    real: Environment, tmp_path: Path
) -> None:
    data_dir = tmp_path / "my 100% $HOME anime"
    told = service(real, "install", "--port", "0", "--data-dir", str(data_dir)).stdout
    [address] = re.findall(r"healthy at (http://127.0.0.1:\d+)", told)
    with httpx2.Client(base_url=f"{address}/api/anime") as api:
        project = make_project(api)
    assert property_of(real, "StatusText") == f"Serving at {address}"
    assert "1 projects" in service(real, "status").stdout

    # RestartSec is 10 seconds, which nobody needs to see pass: a drop-in of the user's is heeded.
    drop_in = installed(real).with_name("tower-anime-api.service.d") / "soon.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nRestartSec=0\n")
    subprocess.run(["systemctl", "--user", "daemon-reload"], env=real, check=True)
    former = int(property_of(real, "MainPID"))
    os.kill(former, signal.SIGKILL)
    until(lambda: int(property_of(real, "NRestarts")) == 1, "the restart")
    until(lambda: property_of(real, "ActiveState") == "active", "that it serves again")
    told = service(real, "status").stdout
    assert "1 restarts" in told
    [address] = re.findall(r"healthy at (http://127.0.0.1:\d+)", told)
    assert ok(httpx2.get(f"{address}/api/anime/projects")) == [project]

    process = property_of(real, "MainPID")
    told = service(real, "uninstall").stdout
    assert f"still in {data_dir}" in told
    assert not installed(real).exists()
    assert not Path("/proc", process).exists()
    assert (data_dir / "anime.db").is_file()
    service(real, "status", code=4)


def test_installing_again_with_another_port_moves_the_running_service(
    real: Environment, tmp_path: Path
) -> None:
    install = ["install", "--data-dir", str(tmp_path / "data"), "--port", "0"]
    service(real, *install)
    process = property_of(real, "MainPID")

    service(real, *install)
    assert property_of(real, "MainPID") == process

    told = service(real, *install, "--host", "localhost").stdout
    assert "healthy at http://localhost:" in told
    assert property_of(real, "MainPID") != process


def test_a_service_that_cannot_start_is_told_of(real: Environment, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "anime.db").write_bytes(b"no database" * 100)

    told = service(
        real, "install", "--data-dir", str(tmp_path / "data"), "--port", "0", code=1
    ).stderr

    assert "systemd refused" in told
    assert "tower-anime service logs" in told
    assert re.search("systemd  (activating|failed)", service(real, "status", code=3).stdout)


# --- where there is none


@pytest.fixture
def nowhere(tmp_path: Path) -> Environment:
    """The environment of somebody on a machine without systemd."""
    path = systemd.fake_programs(tmp_path / "bin")
    return {
        "HOME": str(tmp_path),
        "PATH": str(path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }


def test_without_systemd_the_unit_is_written_and_the_commands_are_told(
    nowhere: Environment, tmp_path: Path
) -> None:
    told = service(nowhere, "install", "--data-dir", str(tmp_path / "data"), code=1).stderr
    assert "There is no systemctl on this machine." in told
    assert "systemctl --user enable --now tower-anime-api.service" in told
    assert unit.state(installed(nowhere).read_text()) == "ours"
    assert (tmp_path / "data").is_dir()


def test_a_unit_that_is_not_to_be_started_is_only_written(
    nowhere: Environment, tmp_path: Path
) -> None:
    told = service(nowhere, "install", "--no-start", "--data-dir", str(tmp_path / "data")).stdout
    assert f"Wrote {installed(nowhere)}." in told
    assert "systemctl --user daemon-reload" in told


def test_the_unit_runs_this_command_with_what_was_given(
    nowhere: Environment, tmp_path: Path
) -> None:
    given = ["--data-dir", str(tmp_path / "my data"), "--host", "::1", "--port", "9000"]
    service(nowhere, "install", "--no-start", *given)
    [line] = re.findall(r"^ExecStart=:(.*)$", installed(nowhere).read_text(), re.MULTILINE)
    program, _, options = line.partition(" serve ")
    assert options == f'--data-dir "{tmp_path / "my data"}" --host ::1 --port 9000'
    assert program in {
        str(Path(sys.executable).parent / "tower-anime"),
        f"{sys.executable} -m tower_anime.cli",
    }


def test_the_folders_that_the_settings_name_may_be_written(
    nowhere: Environment, tmp_path: Path
) -> None:
    nowhere |= {"TOWER_LOG_FILE": "/srv/log/anime.log", "TOWER_BACKUP_DIR": "/srv/backups"}
    told = service(nowhere, "install", "--no-start", "--data-dir", str(tmp_path / "data")).stderr
    [line] = re.findall("^ReadWritePaths=(.*)$", installed(nowhere).read_text(), re.MULTILINE)
    assert line == f"-{tmp_path / 'data'} -/srv/log -/srv/backups"
    assert "Not for the service: TOWER_BACKUP_DIR, TOWER_LOG_FILE." in told
    assert "/srv/backups is not there: mount its disk, or make it; then restart the ser" in told


def test_an_address_for_all_is_not_installed_unless_that_is_meant(
    nowhere: Environment, tmp_path: Path
) -> None:
    given = ["install", "--no-start", "--data-dir", str(tmp_path / "data"), "--host", "0.0.0.0"]
    assert "--allow-remote" in service(nowhere, *given, code=1).stderr
    assert not installed(nowhere).exists()
    service(nowhere, *given, "--allow-remote")
    assert installed(nowhere).read_text().count("--host 0.0.0.0 --allow-remote") == 1


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda text: text.replace("RestartSec=10", "RestartSec=1"), "was edited after it was"),
        (lambda _: "[Service]\nExecStart=/bin/true\n", "is not of our making"),
    ],
    ids=["edited", "foreign"],
)
def test_a_unit_that_somebody_wrote_is_spared_unless_told(
    nowhere: Environment, tmp_path: Path, edit: object, sentence: str
) -> None:
    install = ["install", "--no-start", "--data-dir", str(tmp_path / "data")]
    service(nowhere, *install)
    file = installed(nowhere)
    assert callable(edit)
    theirs = edit(file.read_text())
    file.write_text(theirs)

    assert sentence in service(nowhere, *install, code=1).stderr
    assert sentence in service(nowhere, "uninstall", code=1).stderr
    assert file.read_text() == theirs

    service(nowhere, *install, "--force")
    assert unit.state(file.read_text()) == "ours"


def test_uninstalling_removes_the_unit_and_its_link_and_may_be_done_again(
    nowhere: Environment, tmp_path: Path
) -> None:
    service(nowhere, "install", "--no-start", "--data-dir", str(tmp_path / "data"))
    file = installed(nowhere)
    link = file.parent / "default.target.wants" / file.name
    link.parent.mkdir()
    link.symlink_to(file)

    told = service(nowhere, "uninstall")

    assert "systemd did not stop the service: There is no systemctl" in told.stderr
    assert not file.exists()
    assert not link.is_symlink()
    assert "nothing was done" in service(nowhere, "uninstall").stdout


def test_the_state_of_a_service_that_does_not_run_is_told_without_systemd(
    nowhere: Environment, tmp_path: Path
) -> None:
    assert "is not installed" in service(nowhere, "status", code=4).stderr
    service(nowhere, "install", "--no-start", "--data-dir", str(tmp_path / "data"))
    told = service(nowhere, "status", code=3).stdout
    assert "as installed" in told
    assert "systemd does not answer here" in told
    assert "not running" in told


def test_without_a_journal_the_log_file_is_shown_or_named(
    nowhere: Environment, tmp_path: Path
) -> None:
    assert "The setting log_file names" in service(nowhere, "logs", code=1).stderr
    (tmp_path / "a.log").write_text("one\ntwo\nthree\n")
    nowhere |= {"TOWER_LOG_FILE": str(tmp_path / "a.log"), "PATH": os.environ["PATH"]}
    assert service(nowhere, "logs", "--lines", "2").stdout == "two\nthree\n"


def test_the_log_is_what_the_journal_has(nowhere: Environment, tmp_path: Path) -> None:
    path = systemd.fake_programs(tmp_path / "journal", journalctl="echo a line of the journal")
    nowhere["PATH"] = str(path)
    assert service(nowhere, "logs", "-n", "7").stdout == "a line of the journal\n"
    service(nowhere, "logs", "--follow")
    assert (path / "asked").read_text().splitlines() == [
        "journalctl --user --unit tower-anime-api.service --lines 7 --no-pager",
        "journalctl --user --unit tower-anime-api.service --lines 100 --follow",
    ]


def test_a_systemd_that_refuses_is_quoted(nowhere: Environment, tmp_path: Path) -> None:
    refusing = 'case "$2" in enable) echo "Unit is masked." >&2; exit 1;; esac'
    nowhere["PATH"] = str(systemd.fake_programs(tmp_path / "masked", systemctl=refusing))
    told = service(nowhere, "install", "--data-dir", str(tmp_path / "data"), code=1).stderr
    assert "systemd refused: Unit is masked." in told
