"""The doctor tells what is well and what is not, and changes nothing."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from tests.ops import first_service
from tests.ops.backups import data_folder
from tests.ops.first_service import everything, sample
from tests.support.factories import make_character, make_project, make_scene, ok, png
from tests.support.services import PATIENCE, Service
from tower_anime.cli.main import app
from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.settings import Settings
from tower_anime.ops.adoption.service import adopt
from tower_anime.ops.backup import back_up

Findings = list[dict[str, Any]]


def doctor(folder: Path, *options: str, **settings: str) -> tuple[int, Findings]:
    """Its exit code, and what it found of the data folder but that all is fine."""
    code, found = told(folder, *options, **settings)
    return code, [row for row in found if row["level"] != "fine" and row["check"] != "backups"]


def told(folder: Path, *options: str, **settings: str) -> tuple[int, Findings]:
    """Its exit code, and all that it says."""
    ended = CliRunner().invoke(
        app,
        ["doctor", "--json", *options, "--data-dir", str(folder)],
        env={f"TOWER_{name.upper()}": value for name, value in settings.items()},
    )
    assert ended.stderr == ""
    return ended.exit_code, json.loads(ended.stdout)


def texts(found: Findings) -> list[str]:
    return [finding["text"] for finding in found]


@pytest.fixture
def settings(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[Path, dict[str, str]]:
    """The data folder of a new database that has been made, and the settings to find it."""
    found = {}
    if dialect == "postgresql":
        new: Callable[[], str] = request.getfixturevalue("new_postgresql")
        found = {"database_url": new()}
    open_database(Settings(data_dir=tmp_path, **found)).close()  # type: ignore[arg-type]
    return tmp_path, found


def broken_by(path: Path, sql: str) -> tuple[int, Findings]:
    """What the doctor says once SQL has run on a stopped service's file."""
    with first_service.opened(path) as db:
        db.executescript(sql)
    return doctor(path.parent)


@pytest.fixture
def adopted(tmp_path: Path) -> Path:
    path = sample(tmp_path)
    adopt(Settings(data_dir=tmp_path))
    return path


def test_a_new_database_is_fine(settings: tuple[Path, dict[str, str]]) -> None:
    folder, found = settings
    assert doctor(folder, **found) == (0, [])


def test_a_folder_that_is_not_there_yet_is_a_note(tmp_path: Path) -> None:
    code, found = doctor(tmp_path / "none")
    assert code == 0
    assert all("the first start makes it" in text for text in texts(found))
    assert not (tmp_path / "none").exists()


def test_a_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    code, found = doctor(tmp_path, database_url="postgresql://mika:secret@127.0.0.1:1/anime")
    assert code == 1
    assert "mika:***@127.0.0.1:1/anime cannot be read" in texts(found)[0]
    assert "secret" not in json.dumps(found)


def test_a_database_of_the_first_service_is_a_note_and_stays_as_it_is(tmp_path: Path) -> None:
    sample(tmp_path)
    before = everything(tmp_path)
    code, [finding] = doctor(tmp_path)
    assert code == 0
    assert finding["text"].endswith("is the first service's; the next start takes it over.")
    assert everything(tmp_path) == before


def test_a_database_of_something_else_is_broken(tmp_path: Path) -> None:
    code, found = broken_by(tmp_path / DATABASE_FILE, "CREATE TABLE recipes (name);")
    assert code == 1
    assert texts(found)[0].endswith("is a database of something else.")


def test_each_oddity_is_a_note_with_what_was_stored(adopted: Path) -> None:
    before = everything(adopted.parent)
    code, found = doctor(adopted.parent)
    assert code == 0
    told = [row for row in found if row["check"] == "oddities"]
    stored = {row["stored"] for row in told if row["subject"] == "scene"}
    assert stored == {None, "", "[broken", "Hero, Sidekick"}
    assert any((row["subject"], row["subject_id"]) == ("project", 999) for row in told)
    assert [row["stored"] for row in told if row["subject_id"] == 17] == ["not json"]
    assert everything(adopted.parent) == before


def test_scene_numbers_that_repeat_and_names_that_nobody_has_are_notes(adopted: Path) -> None:
    _, found = doctor(adopted.parent)
    assert "main has 2 scenes 0." in texts(found)
    assert "No character is called Nobody Known, whom scenes name: 3, 35." in texts(found)


def test_an_old_schema_is_a_note_and_a_newer_one_is_broken(adopted: Path) -> None:
    sql = "UPDATE alembic_version SET version_num = '0001';"
    code, [finding] = broken_by(adopted, sql)
    assert (code, finding["level"]) == (0, "note")
    assert "The schema is 0001; the next start makes it" in finding["text"]
    code, [finding] = broken_by(adopted, sql.replace("0001", "9999"))
    assert (code, finding["level"]) == (1, "broken")


def test_a_scene_without_a_shot_is_broken(adopted: Path) -> None:
    code, found = broken_by(adopted, "DELETE FROM shots WHERE scene_id = 5;")
    assert code == 1
    unlike, shotless = [row for row in found if row["level"] == "broken"]
    assert {(row["subject"], row["subject_id"]) for row in (unlike, shotless)} == {("scene", 5)}
    assert "change log" in unlike["text"]
    assert "has no shot" in shotless["text"]


def test_a_revision_that_does_not_parse_is_broken(adopted: Path) -> None:
    sql = "UPDATE revisions SET document = '{' WHERE subject = 'scene' AND subject_id = 5;"
    code, found = broken_by(adopted, sql)
    assert code == 1
    [finding] = [row for row in found if row["level"] == "broken"]
    assert (finding["text"], finding["subject_id"]) == ("Its revision 1 cannot be read.", 5)


def test_a_row_that_refers_to_nothing_is_broken(adopted: Path) -> None:
    sql = "PRAGMA foreign_keys = OFF; UPDATE characters SET project_id = 4711 WHERE id = 3;"
    code, found = broken_by(adopted, sql)
    assert code == 1
    assert "A row of characters refers to a row of projects that is not there." in texts(found)


def test_every_table_of_ours_is_looked_at(adopted: Path) -> None:
    """By the command itself, which has not imported what a test has."""
    with first_service.opened(adopted) as db:
        db.executescript("PRAGMA foreign_keys = OFF; INSERT INTO runs VALUES (1, 99, 99, '', 0, 0)")
    command = [sys.executable, "-m", "tower_anime.cli", "doctor", "--data-dir", str(adopted.parent)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 1
    assert "A row of runs refers to a row of projects that is not there." in done.stdout


def test_a_table_of_other_people_may_refer_to_nothing(tmp_path: Path) -> None:
    more = "CREATE TABLE lenses (scene_id REFERENCES scenes); INSERT INTO lenses VALUES (4711);"
    sample(tmp_path, more)
    adopt(Settings(data_dir=tmp_path))
    assert doctor(tmp_path)[0] == 0


def test_a_damaged_file_is_broken(adopted: Path) -> None:
    content = bytearray(adopted.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 40_960] = b"\x5a" * 40_960
    adopted.write_bytes(content)
    code, found = doctor(adopted.parent)
    assert code == 1
    assert any(row["level"] == "broken" for row in found)


def test_a_full_disk_is_broken(settings: tuple[Path, dict[str, str]]) -> None:
    folder, found = settings
    code, [finding] = doctor(folder, min_free_bytes=str(2**62), **found)
    assert code == 1
    assert "writes are refused below" in finding["text"]


def test_media_that_are_gone_or_changed_are_broken_beside_a_running_service(
    own_service: Service,
) -> None:
    api = own_service.api
    names = [_upload(api, colour) for colour in ("teal", "red", "blue", "white")]
    store = own_service.data_dir / "media"
    gone, short, changed, whole = (store / name[:2] / name for name in names)
    for path in (short, changed):
        path.chmod(0o644)
    gone.unlink()
    short.write_bytes(short.read_bytes()[:-1])
    changed.write_bytes(b"\0" * changed.stat().st_size)
    options = _of(own_service)
    code, found = doctor(own_service.data_dir, **options)
    assert code == 1
    assert {row["subject_id"] for row in found} == {names[0], names[1]}
    code, found = doctor(own_service.data_dir, "--media", **options)
    assert code == 1
    assert {row["subject_id"] for row in found} == set(names[:3])
    assert whole.is_file()


def _of(service: Service) -> dict[str, str]:
    """The setting by which the doctor finds the database of a running service."""
    url = service._environment.get("TOWER_DATABASE_URL")
    return {} if url is None else {"database_url": url}


def _upload(api: httpx2.Client, colour: str) -> str:
    picture = png(colour=colour)
    ok(api.post("/media", files={"file": ("a.png", picture)}))
    return hashlib.sha256(picture).hexdigest()


def test_it_tells_people_in_lines(adopted: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tower_anime.cli", "doctor", "--data-dir", str(adopted.parent)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert told.returncode == 0
    assert "project 17: metadata: It was no JSON object" in told.stdout
    assert 'It was: "not json"' in told.stdout
    assert told.stdout.splitlines()[-1].startswith("0 broken, ")


def test_names_are_compared_as_people_read_them(own_service: Service) -> None:
    api = own_service.api
    project = make_project(api)
    make_character(api, project, "Cafe\u0301")
    make_scene(api, project, characters=["Caf\u00e9"])
    options = _of(own_service)
    assert doctor(own_service.data_dir, **options) == (0, [])


def test_how_the_backups_are_doing_is_told(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data"), tmp_path / "backup"

    def backups(**given: str) -> tuple[int, list[str]]:
        code, found = told(settings.data_dir, **given)
        return code, [
            f"{row['level']}: {row['text']}" for row in found if row["check"] == "backups"
        ]

    unset, none = backups(), backups(backup_dir=str(folder))
    made = back_up(settings, folder).manifest
    code, well = backups(backup_dir=str(folder))
    late = backups(backup_dir=str(folder), backup_every="1e-12")

    told_unset = "note: The setting backup_dir is not set: the service makes no backups by itself."
    assert unset == (0, [told_unset])
    assert none == (1, [f"broken: {folder} has no backup yet."])
    assert (code, well[0]) == (0, f"fine: The last backup in {folder} is of {made.made_at}.")
    assert well[1].startswith("fine: ")
    assert well[1].endswith(" MiB are free on their disk.")
    assert well[2] == f"note: {folder} is on the data folder's disk, and would be lost with it."
    assert late[0] == 1
    assert late[1][0].startswith("broken: The last backup")


def test_a_row_that_is_not_as_the_log_tells_is_broken(adopted: Path) -> None:
    sql = "UPDATE characters SET description = 'by hand' WHERE id = 3;"
    code, found = broken_by(adopted, sql)
    assert code == 1
    [finding] = [row for row in found if row["level"] == "broken"]
    assert (finding["subject"], finding["subject_id"]) == ("character", 3)


def test_a_running_service_tells_what_a_quick_look_finds(own_service: Service) -> None:
    api = own_service.api
    project = make_project(api)
    make_scene(api, project, characters=["Nobody"])
    ok(api.post("/engines", json={"url": "http://127.0.0.1:9", "name": "The old box"}))
    medium = ok(api.post("/media", files={"file": ("a.png", png(), "image/png")}))["id"]
    [path] = (own_service.data_dir / "media").rglob(medium)
    path.unlink()

    found = {row["check"]: row for row in ok(api.get("/doctor"))}

    assert found["engines"]["level"] == found["media"]["level"] == "broken"
    assert found["engines"]["text"].startswith("The old box is offline: ")
    assert (found["media"]["subject"], found["media"]["subject_id"]) == ("medium", medium)
    assert found["character names"]["level"] == "note"
    assert found["shots"]["text"] == "Nothing was found."
    assert found["data folder"]["level"] == "fine"
