"""Backups that the service makes by itself: when they are due, and what is said of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ops.backups import add_medium, data_folder
from tests.support.factories import make_project, ok
from tests.support.services import serving, until
from tower_anime.core.settings import Settings
from tower_anime.ops.backup import back_up
from tower_anime.ops.backup_check import verify
from tower_anime.ops.backup_folder import generations
from tower_anime.ops.backup_state import is_due, state
from tower_anime.ops.schedule import make

NOON = "2026-11-22T12:00:00.000000Z"


def nobody_listens(_done: int, _total: int) -> None: ...


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        ("2026-11-21T12:00:00.000001Z", False),
        ("2026-11-21T12:00:00.000000Z", True),
        ("2026-11-22T11:59:59.999999Z", False),
        ("2026-11-22T12:00:00.000000Z", False),
        ("2031-01-01T00:00:00.000000Z", True),  # made while the clock was ahead
    ],
)
def test_a_backup_is_due_a_day_after_the_last_whatever_the_clock_did(
    last: str | None, *, due: bool
) -> None:
    assert is_due(last, 24, NOON) is due


def test_a_service_backs_itself_up_and_goes_on_from_there_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    with serving(tmp_path / "data", backup_dir=folder) as service:
        made = until(lambda: generations(folder), "the first backup")
        until(lambda: any("made the backup" in line for line in service.log), "that it is told")
        make_project(service.api)
        service.stop()
        service.restart()
        ok(service.api.get("/projects"))
    assert [verify(folder)] == generations(folder) == made


def test_a_backup_that_fails_is_told_and_disturbs_nobody(tmp_path: Path) -> None:
    away = tmp_path / "disk" / "backup"
    with serving(tmp_path / "data", backup_dir=away) as service:
        until(lambda: any("the backup failed" in line for line in service.log), "that it is told")
        (told,) = [line for line in service.log if "the backup failed" in line]
        assert "none is there" in told
        assert f"{away.parent} does not exist." in told
        assert ok(service.api.get("/ready")) == {"ready": True}
        make_project(service.api)
        assert service.stop() == 0


def test_what_the_child_process_does_is_the_same_backup(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data", b"moon"), tmp_path / "backup"
    lost = add_medium(settings, b"river")
    (path,) = settings.data_dir.glob(f"media/*/{lost}")
    path.unlink()

    answer = made_into(folder, settings)

    assert answer["made"] == str(generations(folder)[-1].path)
    assert answer["lacking"] == [f"{path} is missing."]
    refused = made_into(tmp_path / "data" / "backup", settings)
    assert "is inside the data folder" in str(refused["failed"])


@pytest.mark.parametrize("place", ["disk", "disk/backup"])
def test_a_disk_that_is_not_mounted_any_more_is_not_mistaken_for_an_empty_one(
    tmp_path: Path, place: str
) -> None:
    settings, folder = data_folder(tmp_path / "data"), tmp_path / place
    (tmp_path / "disk").mkdir()
    made_into(folder, settings)
    mounted = (tmp_path / "disk").rename(tmp_path / "elsewhere")
    (tmp_path / "disk").mkdir()  # what is left of a mounted disk: the folder it was mounted on

    answer = made_into(folder, settings)

    sentence = f"The backups that were in {folder} are not there. Mount its disk; or, if they "
    assert str(answer["failed"]).startswith(sentence)
    assert list((tmp_path / "disk").iterdir()) == []
    found = state(settings.model_copy(update={"backup_dir": folder}))
    assert found is not None
    assert (found.well, found.text) == (False, answer["failed"])
    (tmp_path / "disk").rmdir()
    mounted.rename(tmp_path / "disk")
    assert "made" in made_into(folder, settings)
    assert len(generations(folder)) == 2


def test_backups_that_were_removed_are_begun_anew_by_hand(tmp_path: Path) -> None:
    settings, folder = data_folder(tmp_path / "data"), tmp_path / "backup"
    made_into(folder, settings)
    shutil.rmtree(folder)
    assert "failed" in made_into(folder, settings)

    back_up(settings, folder)

    assert "made" in made_into(folder, settings)


def made_into(folder: Path, settings: Settings) -> dict[str, object]:
    """What the child process of a service answers whose setting `backup_dir` is `folder`."""
    wanted = settings.model_copy(update={"backup_dir": folder})
    return make(wanted.model_dump(mode="json"), nobody_listens)


def test_how_the_backups_are_doing_is_told_in_a_sentence(tmp_path: Path) -> None:
    settings = data_folder(tmp_path / "data", b"moon")
    assert state(settings) is None
    settings = settings.model_copy(update={"backup_dir": tmp_path / "backup"})

    none = state(settings)
    made = back_up(settings, tmp_path / "backup").manifest
    well = state(settings)
    late = state(settings.model_copy(update={"backup_every": 1e-12}))
    by_hand = state(settings.model_copy(update={"backup_every": 0.0}))

    assert none is not None
    assert (none.well, none.last) == (False, None)
    assert none.text == f"{tmp_path / 'backup'} has no backup yet."
    assert well is not None
    assert (well.well, well.last) == (True, made.made_at)
    assert late is not None
    assert not late.well
    assert late.text.endswith("; one was to be made every 1e-12 hours.")
    assert by_hand == well


def test_a_backup_that_lacks_media_is_not_well(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    settings = data_folder(tmp_path / "data").model_copy(update={"backup_dir": folder})
    lost = add_medium(settings, b"river")
    next(settings.data_dir.glob(f"media/*/{lost}")).unlink()
    back_up(settings, folder)

    found = state(settings)

    assert found is not None
    assert not found.well
    assert found.text.endswith(", and lacks 1 media.")


def test_every_setting_of_backups_reaches_the_child(tmp_path: Path) -> None:
    given = Settings(data_dir=tmp_path, backup_dir=tmp_path / "b", backup_every=1.5, backup_keep=3)

    assert Settings.model_validate(given.model_dump(mode="json")) == given
