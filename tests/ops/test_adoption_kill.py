"""An adoption happens wholly or not at all, whenever the machine stops."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tower_anime.app  # noqa: F401 - with it, every table there is
from tests.ops import first_service
from tests.ops.first_service import everything, rows
from tests.support.services import PATIENCE
from tower_anime.core.opening import DATABASE_FILE
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt

COPY = f"{DATABASE_FILE}.before-adoption"
LITTLE = f"""{first_service.LENIENT}
    INSERT INTO projects (id, name) VALUES (1, 'Moonlit Delivery');
    INSERT INTO scenes (project_id, scene_number) VALUES (1, 1), (1, 2);
"""


def killed_at_each_step(folder: Path) -> list[Path]:
    """The folder as it is after an adoption of it was killed, at one step after another."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ops.adopt_until_killed", str(folder)],
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout)
    assert steps > 20
    return [folder.with_name(f"{folder.name}-killed") / str(n + 1) for n in range(steps)]


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A little database without a log, killed at each step."""
    folder = tmp_path_factory.mktemp("kills") / "data"
    first_service.database(folder, LITTLE)
    return killed_at_each_step(folder)


def scenes(folder: Path) -> int:
    return len(rows(folder / DATABASE_FILE, "SELECT shown FROM scenes"))


def is_ours(folder: Path) -> bool:
    query = "SELECT name FROM sqlite_master WHERE name = 'revisions'"
    return bool(rows(folder / DATABASE_FILE, query))


def test_a_kill_at_any_step_leaves_the_old_file_or_the_whole_new_one(
    little: list[Path], tmp_path: Path
) -> None:
    old = first_service.database(tmp_path / "old", LITTLE).read_bytes()
    for number, killed in enumerate(little):
        folder = shutil.copytree(killed, tmp_path / str(number))
        assert scenes(folder) == 2 if is_ours(folder) else everything(folder)[DATABASE_FILE] == old
        adopt(Settings(data_dir=folder))
        assert scenes(folder) == 2
        assert everything(folder).keys() == {DATABASE_FILE, COPY}
        assert everything(folder)[COPY] == old
    assert {is_ours(killed) for killed in little} == {True, False}


def test_what_was_written_after_the_kill_is_adopted_too(little: list[Path], tmp_path: Path) -> None:
    for number, killed in enumerate(little):
        if is_ours(killed):
            continue
        folder = shutil.copytree(killed, tmp_path / str(number))
        with first_service.opened(folder / DATABASE_FILE) as db:  # the first service ran once more
            db.execute("INSERT INTO scenes (project_id, scene_number) VALUES (1, 3)")
        adopt(Settings(data_dir=folder))
        assert scenes(folder) == 3


def test_a_kill_at_any_step_loses_nothing_of_the_log_beside_the_old_file(tmp_path: Path) -> None:
    running = first_service.database(tmp_path / "running", LITTLE)
    folder = tmp_path / "data"
    folder.mkdir()
    with first_service.opened(running) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO scenes (project_id, scene_number) VALUES (1, 3)")
        db.commit()
        for ending in ("", "-wal"):  # as a service that is killed leaves them
            copied = running.with_name(f"{DATABASE_FILE}{ending}")
            (folder / copied.name).write_bytes(copied.read_bytes())
    for killed in killed_at_each_step(folder):
        adopt(Settings(data_dir=killed))
        assert scenes(killed) == 3
        assert everything(killed).keys() == {DATABASE_FILE, COPY, f"{COPY}-wal"}
