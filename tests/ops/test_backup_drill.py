"""The drill: what a service held when it was backed up is what a restored one answers."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.ops.backups import TOOLS, back_up, column, refusal, said
from tests.support.factories import Json, make_character, make_project, make_scene, ok, png
from tests.support.refusals import everything
from tests.support.rendering import (
    FPS,
    approved,
    begun,
    bytes_of,
    decoded,
    finished,
    first_shot,
    request_takes,
    small_project,
    small_shot,
)
from tests.support.services import Service, serving, until
from tower_anime.core.settings import Settings
from tower_anime.ops import backup
from tower_anime.ops.backup_folder import BackupFailed

FILM_SECONDS = 40  # long enough to be still rendering when it is backed up at once

NewDatabase = Callable[[], dict[str, str]]


@pytest.fixture
def new_database(dialect: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes an empty database; the setting that names it."""
    if dialect == "sqlite":
        return dict
    new: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return lambda: {"database_url": new()}


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Service]:
    with serving(folder, render_workers=1, **settings) as service:
        yield service


def upload(api: httpx2.Client, colour: str) -> str:
    answer = ok(api.post("/media", files={"file": ("a.png", png(colour=colour), "image/png")}))
    return str(answer["id"])


def film(api: httpx2.Client, project: Json) -> Json:
    """A cut of what is approved, assembled."""
    cut = ok(api.post("/cuts", json={"project_id": project["id"], "name": "Episode 1"}))
    ok(api.post(f"/cuts/{cut['id']}/assemble"))

    def assembled() -> Json | None:
        now: Json = ok(api.get(f"/cuts/{cut['id']}"))
        return now if now["status"] == "done" else None

    found: Any = until(assembled, "the film")
    return found  # type: ignore[no-any-return]


def test_a_restored_service_answers_as_the_one_that_was_backed_up(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    database, other = new_database(), new_database()
    with running(tmp_path / "data", **database) as service:
        api = service.api
        project = small_project(api, "月夜の配達")
        make_character(api, project, "Nana")
        take = approved(api, small_shot(api, project))
        media = [upload(api, "teal"), take["media_id"], film(api, project)["media_id"]]
        thrown = make_scene(api, project, 9)
        ok(api.delete(f"/scenes/{thrown['id']}"))

        back_up(service, tmp_path / "backup", **database)

        rows = [everything(api), ok(api.get("/cuts")), ok(api.get(f"/takes/{take['id']}"))]
        contents = [bytes_of(api, medium) for medium in media]
    said("restore", tmp_path / "backup", "--data-dir", tmp_path / "new", **other)

    with running(tmp_path / "new", **other) as restored:
        api = restored.api
        assert [everything(api), ok(api.get("/cuts")), ok(api.get(f"/takes/{take['id']}"))] == rows
        assert [bytes_of(api, medium) for medium in media] == contents
        assert ok(api.post(f"/scenes/{thrown['id']}/restore"))["scene_number"] == 9
        assert make_project(api)["id"] == project["id"] + 1


class Writer:
    """Somebody who goes on working: scenes and pictures, one after another."""

    def __init__(self, api: httpx2.Client, project: Json) -> None:
        self.scenes: list[int] = []
        self.media: list[str] = []
        self._api, self._project = api, project
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        for number in itertools.count(1):
            if self._stopping.is_set():
                return
            self.scenes.append(make_scene(self._api, self._project, number)["id"])
            self.media.append(upload(self._api, f"#{number:06x}"))


def test_a_backup_beside_a_busy_writer_is_one_moment(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    database, other = new_database(), new_database()
    with (
        running(tmp_path / "data", **database) as service,
        Writer(service.api, make_project(service.api)) as writer,
    ):
        until(lambda: len(writer.media) > 3, "a few writes")
        before = len(writer.scenes), len(writer.media)
        back_up(service, tmp_path / "backup", **database)
        ended = len(writer.scenes)
        until(lambda: len(writer.scenes) > ended, "a write after the backup")
    said("restore", tmp_path / "backup", "--data-dir", tmp_path / "new", **other)

    settings = Settings(data_dir=tmp_path / "new", **other)  # type: ignore[arg-type]
    scenes = column(settings, "SELECT id FROM scenes ORDER BY id")
    media = column(settings, "SELECT id FROM media")
    assert before[0] <= len(scenes) < len(writer.scenes)
    assert scenes == writer.scenes[: len(scenes)]
    assert set(media) == set(writer.media[: len(media)])
    assert before[1] <= len(media)
    assert column(settings, "SELECT DISTINCT scene_id FROM shots ORDER BY scene_id") == scenes
    for log in ("changes", "revisions"):
        told = f"SELECT subject_id FROM {log} WHERE subject = 'scene' ORDER BY subject_id"
        assert column(settings, told) == scenes
    for medium in media:
        assert (tmp_path / "new/media" / medium[:2] / medium).is_file()


def test_a_take_that_was_being_rendered_is_finished_by_the_restored_service(
    tmp_path: Path, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(TOOLS), prepend=os.pathsep)
    database, other = new_database(), new_database()
    with running(tmp_path / "data", **database) as service:
        api = service.api
        shot = first_shot(api, make_scene(api, small_project(api)), duration=FILM_SECONDS)
        takes = request_takes(api, shot, count=2)
        begun(api, takes[0])
        # From here, not by the command: that takes as long to start as the take to render.
        settings = Settings(data_dir=service.data_dir, **database)  # type: ignore[arg-type]
        backup.back_up(settings, tmp_path / "backup")
    said("restore", tmp_path / "backup", "--data-dir", tmp_path / "new", **other)
    settings = Settings(data_dir=tmp_path / "new", **other)  # type: ignore[arg-type]
    assert column(settings, "SELECT status FROM takes ORDER BY id") == ["running", "queued"]

    with running(tmp_path / "new", **other) as restored:
        done = [finished(restored.api, take) for take in takes]
        assert [take["status"] for take in done] == ["done", "done"]
        assert len(decoded(bytes_of(restored.api, done[0]["media_id"]))) == FILM_SECONDS * FPS


def test_a_service_that_was_killed_is_backed_up_with_all_that_it_acknowledged(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "data") as service:
        project = make_project(service.api)
        scenes = [make_scene(service.api, project, number)["id"] for number in range(20)]
        service.kill()
        back_up(service, tmp_path / "backup")
    said("restore", tmp_path / "backup", "--data-dir", tmp_path / "new")

    assert column(Settings(data_dir=tmp_path / "new"), "SELECT id FROM scenes") == scenes


def test_a_postgresql_backup_is_not_mixed_up_with_a_file_or_a_database_in_use(
    tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    url = new_postgresql()
    with serving(tmp_path / "data", database_url=url) as service:
        make_project(service.api)
        back_up(service, tmp_path / "backup", database_url=url)
    command = ["restore", tmp_path / "backup", "--data-dir", tmp_path / "new"]

    assert "is of a PostgreSQL database" in refusal(*command)
    assert "is not empty; create a new one" in refusal(*command, "--database-url", url)
    assert not (tmp_path / "new").exists()
    assert column(Settings(data_dir=tmp_path, database_url=url), "SELECT id FROM projects") == [1]


def test_without_pg_dump_it_is_said_how_to_back_up_by_hand(
    tmp_path: Path, new_postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=new_postgresql())
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupFailed, match=r"pg_dump is not on the PATH.*by hand: `pg_dump --"):
        backup.back_up(settings, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
