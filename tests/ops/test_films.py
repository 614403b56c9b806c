"""Promises of the readable mirror under films/."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.media.specimens import picture_bytes
from tests.support.factories import Json, make_scene, make_shot, ok
from tests.support.rendering import (
    approve,
    approved,
    first_shot,
    rendered,
    small_project,
    small_shot,
)
from tests.support.services import Service, serving, until
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.media.store import MediaStore
from tower_anime.ops.films import FilmsMirror

_projects = itertools.count(1)


def new_name() -> str:
    """A project's name that no other test has used."""
    return f"Film{next(_projects)}"


def films(service: Service) -> Path:
    return service.data_dir / "films"


def mirrored(service: Service, folder: str) -> set[str]:
    """The files of a project's folder, or of all (`*`), as paths below films/."""
    root = films(service)
    found = [Path(place, name) for place, _, names in os.walk(root) for name in names]
    parts = [path.relative_to(root).parts for path in found]
    return {"/".join(one) for one in parts if len(one) > 1 and folder in {one[0], "*"}}


def comes_to_hold(service: Service, folder: str, names: set[str]) -> None:
    def same() -> bool:
        return mirrored(service, folder) == names

    until(same, f"that the mirror, now {mirrored(service, folder)}, is {names}")


def in_shot(project: str, mark: str = "", *, scene: int = 1, take: int = 1) -> str:
    """The path of a take of a scene's first shot."""
    place = f"{project}/main/E01/S{scene:03}/SH010"
    return f"{place}/{place.replace('/', '_')}_video_t{take:02}{mark}.mp4"


def stored(service: Service, take: Json) -> Path:
    return service.data_dir / "media" / take["media_id"][:2] / str(take["media_id"])


def test_a_take_is_found_under_a_name_that_tells_what_it_is(own_service: Service) -> None:
    api = own_service.api
    shot = first_shot(api, make_scene(api, small_project(api, "PROJECT"), 3))
    takes = [rendered(api, shot) for _ in range(4)]
    approve(api, shot, takes[3])

    folder = "PROJECT/main/E01/S003/SH010"
    first = f"{folder}/PROJECT_main_E01_S003_SH010_video_t01.mp4"
    last = f"{folder}/PROJECT_main_E01_S003_SH010_video_t04_approved.mp4"
    until(lambda: {first, last} <= mirrored(own_service, "PROJECT"), "the fourth take's name")

    assert len(mirrored(own_service, "PROJECT")) == 4
    assert (films(own_service) / first).samefile(stored(own_service, takes[0]))
    assert (films(own_service) / last).samefile(stored(own_service, takes[3]))
    assert stored(own_service, takes[3]).stat().st_nlink == 2  # a link: it takes no room


def test_a_file_is_renamed_with_its_approval_and_goes_with_its_take(service: Service) -> None:
    api, name = service.api, new_name()
    shot = small_shot(api, small_project(api, name))
    take = rendered(api, shot)
    comes_to_hold(service, name, {in_shot(name)})

    approve(api, shot, take)
    comes_to_hold(service, name, {in_shot(name, "_approved")})
    ok(api.post(f"/shots/{shot['id']}/withdraw", json={"stage": "video"}))
    comes_to_hold(service, name, {in_shot(name)})
    ok(api.post(f"/takes/{take['id']}/reject"))
    until(lambda: not (films(service) / name).exists(), "the end of an empty folder")


@pytest.mark.parametrize("what", ["shots", "scenes", "projects"])
def test_what_is_in_the_trash_has_no_files_until_it_is_restored(
    service: Service, what: str
) -> None:
    api, name = service.api, new_name()
    project = small_project(api, name)
    scene = make_scene(api, project)
    shot = first_shot(api, scene)
    make_shot(api, scene)
    rendered(api, shot)
    comes_to_hold(service, name, {in_shot(name)})

    row = {"shots": shot, "scenes": scene, "projects": project}[what]
    ok(api.delete(f"/{what}/{row['id']}"))
    comes_to_hold(service, name, set())
    ok(api.post(f"/{what}/{row['id']}/restore"))
    comes_to_hold(service, name, {in_shot(name)})


def test_the_mirror_is_made_again_where_somebody_deleted_it(own_service: Service) -> None:
    api = own_service.api
    small_project(api, "Empty")
    project = small_project(api, "Mirror")
    approved(api, small_shot(api, project))
    rendered(api, small_shot(api, project))
    names = {in_shot("Mirror", "_approved"), in_shot("Mirror")}
    comes_to_hold(own_service, "*", names)

    own_service.stop()
    shutil.rmtree(films(own_service))
    own_service.restart()

    comes_to_hold(own_service, "*", names)


def test_a_persons_own_file_stays(service: Service) -> None:
    api, name = service.api, new_name()
    take = rendered(api, small_shot(api, small_project(api, name)))
    comes_to_hold(service, name, {in_shot(name)})
    notes = (films(service) / in_shot(name)).with_name("notes.txt")
    notes.write_text("The moon is too large.")

    ok(api.post(f"/takes/{take['id']}/reject"))

    comes_to_hold(service, name, {notes.relative_to(films(service)).as_posix()})
    assert notes.read_text() == "The moon is too large."


# --- names


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("月夜の配達", "月夜の配達"),
        ("Moon / Night: part 2", "Moon-Night-part-2"),
        ("../../etc", "etc"),
        ("...", "unnamed"),
        ("霧" * 255, "霧" * 26),
        ("m" * 255, "m" * 80),
    ],
)
def test_any_name_makes_a_folder_that_every_disk_allows(
    service: Service, name: str, folder: str
) -> None:
    api = service.api
    scene = make_scene(api, small_project(api, name), branch_name=name)
    rendered(api, first_shot(api, scene))

    prefix = f"{folder}/{folder}/E01/S001/SH010"
    comes_to_hold(service, folder, {f"{prefix}/{prefix.replace('/', '_')}_video_t01.mp4"})


def test_scenes_of_one_number_each_have_their_file(service: Service) -> None:
    api, name = service.api, new_name()
    project = small_project(api, name)
    one, two = (rendered(api, small_shot(api, project)) for _ in range(2))

    second = in_shot(name).replace(".mp4", "_2.mp4")
    comes_to_hold(service, name, {in_shot(name), second})

    assert (films(service) / in_shot(name)).samefile(stored(service, one))
    assert (films(service) / second).samefile(stored(service, two))


def test_projects_of_one_name_each_have_their_folder(service: Service) -> None:
    api, name = service.api, new_name()
    older, newer = small_project(api, name), small_project(api, name.upper())
    takes = [rendered(api, small_shot(api, project)) for project in (older, newer)]
    second = f"{name.upper()}-{newer['id']}"

    comes_to_hold(service, name, {in_shot(name)})
    comes_to_hold(service, second, {in_shot(second)})
    assert (films(service) / in_shot(name)).samefile(stored(service, takes[0]))

    ok(api.put(f"/projects/{older['id']}", json={"name": f"{name}b"}))
    comes_to_hold(service, f"{name}b", {in_shot(f"{name}b")})
    comes_to_hold(service, name.upper(), {in_shot(name.upper())})
    comes_to_hold(service, second, set())


def test_the_prologue_and_no_episode_are_told_apart(service: Service) -> None:
    api, name = service.api, new_name()
    project = small_project(api, name)
    for episode in (0, None, 12):
        rendered(api, first_shot(api, make_scene(api, project, episode=episode)))

    wanted = {in_shot(name).replace("E01", number) for number in ("E00", "E01", "E12")}
    comes_to_hold(service, name, wanted)


# --- what else is mirrored


def test_an_uploaded_take_keeps_its_kind_of_file(service: Service) -> None:
    api, name = service.api, new_name()
    shot = small_shot(api, small_project(api, name))
    picture = {"file": ("drawn.jpg", picture_bytes("JPEG"))}

    ok(api.post(f"/shots/{shot['id']}/takes/upload", files=picture))

    comes_to_hold(service, name, {in_shot(name).replace(".mp4", ".jpg")})


def test_a_cuts_film_stands_beside_its_episodes(service: Service) -> None:
    api, name = service.api, new_name()
    project = small_project(api, name)
    small_shot(api, project)
    cut = ok(api.post("/cuts", json={"project_id": project["id"], "name": "Rough cut"}))

    ok(api.post(f"/cuts/{cut['id']}/assemble"))

    comes_to_hold(service, name, {f"{name}/main/{name}_main_Rough-cut.mp4"})
    ok(api.delete(f"/cuts/{cut['id']}"))
    comes_to_hold(service, name, set())


def test_without_the_mirror_there_is_no_folder(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, dialect: str
) -> None:
    monkeypatch.setenv("TOWER_FILMS_MIRROR", "false")
    service: Service = request.getfixturevalue("own_service")

    rendered(service.api, small_shot(service.api))
    service.stop()

    assert not films(service).exists()


# --- disks that are full, in the way, or have no hard links


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder to which nothing in the tests' own can be linked."""
    shared = Path("/dev/shm")
    assert shared.stat().st_dev != tmp_path.stat().st_dev, "run with --basetemp on another disk"
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


def test_without_hard_links_each_film_is_copied_once_and_half_a_copy_is_made_whole(
    tmp_path: Path, other_disk: Path
) -> None:
    (tmp_path / "films").symlink_to(other_disk)
    with serving(tmp_path) as service:
        shot = small_shot(service.api, small_project(service.api, "Film"))
        takes = [rendered(service.api, shot)]
        first, second = other_disk / in_shot("Film"), other_disk / in_shot("Film", take=2)
        until(lambda: whole(service, first, takes[0]), "the first copy")
        made = first.stat()
        takes.append(rendered(service.api, shot))
        until(lambda: whole(service, second, takes[1]), "the second copy")

        assert first.stat().st_ino == made.st_ino
        assert first.stat().st_mtime_ns == made.st_mtime_ns

        os.truncate(second, 100)  # killed in the middle of it
        service.kill()
        service.restart()
        until(lambda: whole(service, second, takes[1]), "the second copy, made again")
        assert first.stat().st_mtime_ns == made.st_mtime_ns


def whole(service: Service, path: Path, take: Json) -> bool:
    return path.is_file() and path.read_bytes() == stored(service, take).read_bytes()


def test_a_mirror_that_could_not_be_made_is_made_once_it_can_be(own_service: Service) -> None:
    api, root = own_service.api, films(own_service)
    until(root.parent.is_dir, "the service's folder")
    shutil.rmtree(root, ignore_errors=True)
    root.write_text("in the way")
    rendered(api, small_shot(api, small_project(api, "Film")))
    until(lambda: any("the mirror of project" in line for line in own_service.log), "its failure")

    root.unlink()
    small_project(api, "Another")

    comes_to_hold(own_service, "Film", {in_shot("Film")})


def test_a_mirror_that_is_told_to_stop_first_makes_what_waits(tmp_path: Path) -> None:
    with serving(tmp_path, films_mirror="false") as service:
        project = small_project(service.api, "Film")
        file = stored(service, rendered(service.api, small_shot(service.api, project)))
    away = file.rename(tmp_path / "away")
    db = open_database(Settings(data_dir=tmp_path))
    mirror = FilmsMirror(db, MediaStore(tmp_path / "media"), tmp_path / "films")
    mirror.start()
    until(lambda: any((tmp_path / "films").glob(".project-*")), "a mirror without the file")
    away.rename(file)

    mirror.wake({project["id"]})
    mirror.stop()
    db.close()

    assert mirrored(service, "Film") == {in_shot("Film")}
