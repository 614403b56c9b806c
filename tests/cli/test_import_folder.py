"""A folder of ComfyUI's files becomes takes, each file once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import httpx2
import pytest

from tests.support.comfyui import DATA
from tests.support.commands import Tower, as_json, refused, told
from tests.support.factories import Json, make_scene, ok
from tests.support.rendering import first_shot, small_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An output folder: a film, an older picture, the picture once more, and a text."""
    made = tmp_path / "output"
    (made / "video").mkdir(parents=True)
    shutil.copy(DATA / "samples/clip.mp4", made / "video/clip_00001_.mp4")
    shutil.copy(DATA / "samples/still.png", made / "still_00001_.png")
    shutil.copy(DATA / "samples/still.png", made / "copy.png")
    os.utime(made / "still_00001_.png", (1, 1))
    (made / "notes.txt").write_text("not media")
    return made


def state(folder: Path) -> dict[Path, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def takes_of(api: httpx2.Client, shot: Json) -> list[Json]:
    found: list[Json] = ok(api.get(f"/shots/{shot['id']}/takes"))
    return found


def test_a_folder_becomes_takes_of_a_shot_and_each_file_one(
    tower: Tower, api: httpx2.Client, folder: Path
) -> None:
    shot = first_shot(api, make_scene(api, small_project(api)))
    before = state(folder)

    assert "It would add 2 takes" in told(
        tower("takes", "import-folder", folder, "--shot", shot["id"], "--dry-run")
    )
    assert takes_of(api, shot) == []
    added = told(tower("takes", "import-folder", folder, "--shot", shot["id"]))
    again = told(tower("takes", "import-folder", folder, "--shot", shot["id"]))

    assert f"Added 2 takes to shot {shot['id']}." in added
    assert "Added 0 takes" in again
    still, clip = takes_of(api, shot)
    assert (still["engine"], clip["engine"]) == ("upload", "upload")
    said = as_json(tower("takes", "provenance", clip["id"], "--json"))["sentences"]
    assert "Its seed was 7." in said
    assert state(folder) == before


def test_without_a_shot_they_are_takes_of_a_new_scene_once(
    tower: Tower, api: httpx2.Client, folder: Path
) -> None:
    project = small_project(api, f"Found {os.urandom(4).hex()}")
    make_scene(api, project, 4)

    told(tower("takes", "import-folder", folder, "--project", project["name"]))
    told(tower("takes", "import-folder", folder, "--project", project["name"]))

    scenes = ok(api.get(f"/scenes?project_id={project['id']}"))
    assert [s["scene_number"] for s in scenes] == [4, 5]
    assert scenes[1]["description"] == "Imported from the folder output"
    assert len(ok(api.get(f"/takes?project_id={project['id']}"))) == 2


def test_a_file_that_is_no_media_is_told_and_the_others_are_added(
    tower: Tower, api: httpx2.Client, folder: Path
) -> None:
    shot = first_shot(api, make_scene(api, small_project(api)))
    (folder / "broken.png").write_bytes(b"not a picture")

    ended = tower("takes", "import-folder", folder, "--shot", shot["id"])

    assert ended.exit_code == 1
    assert "broken.png: " in ended.stderr
    assert "1 of the files could not be added." in ended.stderr
    assert len(takes_of(api, shot)) == 2


def test_it_says_what_it_needs(tower: Tower, tmp_path: Path) -> None:
    assert "--project" in refused(tower("takes", "import-folder", tmp_path), 2)
    assert "no such folder" in refused(
        tower("takes", "import-folder", tmp_path / "away", "--shot", 1)
    )
