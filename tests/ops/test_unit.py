"""Promises of the unit: systemd understands it, and we know it from what others wrote."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tower_anime.core.errors import CannotStart
from tower_anime.ops import unit

ODD = "an \"odd\" \\ 100% $HOME 'x' 夜　の; # place"
ODD_PROGRAM = "a 100% $HOME 夜; # place"
_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/")


def made(data_dir: Path = Path("/srv/anime"), **more: list[Path]) -> str:
    return unit.unit(["/bin/true", "serve", "--data-dir", str(data_dir)], data_dir, **more)


@pytest.mark.parametrize("place", ["plain", ODD])
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, place: str) -> None:
    data_dir, program = tmp_path / place, tmp_path / ODD_PROGRAM
    program.symlink_to("/bin/true")
    file = tmp_path / unit.NAME
    command = [str(program), "serve", "--data-dir", str(data_dir)]
    file.write_text(unit.unit(command, data_dir, [tmp_path / "log of"]))

    # .ci/run installs systemd where it is missing; without it this fails, and does not pass.
    told = subprocess.run(
        ["systemd-analyze", "--user", "verify", str(file)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_the_unit_is_restarted_as_documented() -> None:
    assert unit.NAME == "tower-anime-api.service"
    lines = made().splitlines()
    assert "Restart=on-failure" in lines
    assert "RestartSec=10" in lines


def test_the_service_may_write_to_its_data_and_its_log_alone() -> None:
    lines = made(Path("/srv/an anime"), writable=[Path("/srv/log")]).splitlines()
    assert "ProtectSystem=strict" in lines
    assert 'ReadWritePaths="-/srv/an anime" -/srv/log' in lines
    assert "PrivateTmp=yes" in lines


def test_data_in_tmp_are_not_hidden_from_the_service() -> None:
    assert "PrivateTmp" not in made(Path("/tmp/trying/it"))


@given(st.lists(st.text(_CHARACTERS, min_size=1), min_size=1, max_size=4).map("/".join))
def test_whatever_a_data_folder_is_called_the_unit_tells_it(name: str) -> None:
    data_dir = Path("/srv") / name
    assert unit.data_dir_of(made(data_dir)) == data_dir


def test_a_unit_that_was_edited_is_told_from_ours_and_from_others() -> None:
    text = made()
    assert unit.state(text) == "ours"
    assert unit.state(text.replace("WatchdogSec=60", "WatchdogSec=600")) == "edited"
    assert unit.state(text + "\n") == "edited"
    assert unit.state(text.partition("\n")[2]) == "foreign"
    assert unit.state("") == "foreign"


@pytest.mark.parametrize("name", ["two\nlines", "\x7f", os.fsdecode(b"\xff")])
def test_a_path_that_no_unit_can_name_is_refused(name: str) -> None:
    with pytest.raises(CannotStart, match="cannot name the path"):
        made(Path("/srv") / name)


@pytest.mark.parametrize("quote", ["'", '"', "\\"])
def test_a_program_that_systemd_would_not_run_is_refused(quote: str) -> None:
    with pytest.raises(CannotStart, match="with quotes in its path"):
        unit.unit([f"/opt/o{quote}hara/tower-anime"], Path("/srv"))
