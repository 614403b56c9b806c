"""Promises of choosing: approving, withdrawing and rejecting takes, and uploading one."""

import json
from pathlib import Path
from typing import Any

import httpx2

from tests.media.specimens import film, picture_bytes
from tests.support.factories import Json, make_scene, make_shot, ok
from tests.support.rendering import (
    DESK,
    approve,
    approved,
    begun,
    bytes_of,
    first_shot,
    get_take,
    rendered,
    request_takes,
    small_project,
    small_shot,
)
from tests.support.services import Service
from tower_anime.core import changes
from tower_anime.core.database import Database, Transaction, write_now
from tower_anime.core.sql import Row
from tower_anime.media import service as media
from tower_anime.media.store import Received
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders import takes
from tower_anime.story import scenes, shots
from tower_anime.story.schemas import SceneCreate, ShotCreate

LONG = 600  # seconds of film: such a take is still running when the test looks


def test_a_shot_shows_the_take_that_is_approved_for_it(api: httpx2.Client) -> None:
    shot = small_shot(api)
    one, two = rendered(api, shot), rendered(api, shot)

    approve(api, shot, one)
    shown = approve(api, shot, two)

    assert shown["approved_take_id"] == two["id"]
    assert shown["stages"]["video"]["approved_take_id"] == two["id"]
    listed = ok(api.get(f"/shots/{shot['id']}/takes"))
    assert [take["verdict"] for take in listed] == ["unreviewed", "approved"]


def test_only_a_done_take_of_the_shot_itself_can_be_approved(api: httpx2.Client) -> None:
    shot, other = small_shot(api, duration=LONG), small_shot(api)
    running, stranger = request_takes(api, shot)[0], rendered(api, other)
    begun(api, running)

    def refused(take_id: int) -> tuple[int, str]:
        response = api.post(f"/shots/{shot['id']}/approve", json={"take_id": take_id})
        return response.status_code, response.json()["detail"]

    assert refused(stranger["id"]) == (409, "That take belongs to another shot.")
    assert refused(running["id"]) == (409, "That take is running; only a done one can be approved.")
    assert refused(2**40) == (404, "Take not found")
    ok(api.post(f"/takes/{running['id']}/cancel"))


def test_rejecting_withdraws_an_approval_and_approving_takes_a_rejection_back(
    api: httpx2.Client,
) -> None:
    shot = small_shot(api)
    take = approved(api, shot)

    rejected = ok(api.post(f"/takes/{take['id']}/reject"))
    after = ok(api.get(f"/shots/{shot['id']}"))
    approve(api, shot, take)

    assert (take["verdict"], rejected["verdict"]) == ("approved", "rejected")
    assert after["approved_take_id"] is None
    assert get_take(api, take)["verdict"] == "approved"


def test_an_approval_can_be_withdrawn(api: httpx2.Client) -> None:
    shot = small_shot(api)
    take = approved(api, shot)

    shown = ok(api.post(f"/shots/{shot['id']}/withdraw", json={"stage": "video"}))

    assert shown["approved_take_id"] is None
    assert get_take(api, take)["verdict"] == "unreviewed"


def test_a_scenes_video_path_follows_the_approved_take_of_its_first_shot(
    api: httpx2.Client,
) -> None:
    scene = make_scene(api, small_project(api))
    first, second = first_shot(api, scene), make_shot(api, scene, duration=0.5)

    def path() -> str | None:
        found: str | None = ok(api.get(f"/scenes/{scene['id']}"))["video_path"]
        return found

    approved(api, second)
    assert path() is None
    take = approved(api, first)
    assert path() == f"/api/anime/media/{take['media_id']}/file"
    ok(api.post(f"/takes/{take['id']}/reject"))
    assert path() is None


def picture_take(api: httpx2.Client, shot: Json) -> Json:
    """An uploaded take of a shot, approved."""
    picture = {"file": ("drawn.png", picture_bytes("PNG"))}
    take = ok(api.post(f"/shots/{shot['id']}/takes/upload", files=picture))
    approve(api, shot, take)
    return take  # type: ignore[no-any-return]


def test_a_video_path_is_that_of_whichever_shot_is_first(api: httpx2.Client) -> None:
    scene = make_scene(api, small_project(api))
    first, second = first_shot(api, scene), make_shot(api, scene, duration=0.5)
    path = f"/api/anime/media/{picture_take(api, first)['media_id']}/file"

    def found() -> Any:
        return ok(api.get(f"/scenes/{scene['id']}"))["video_path"]

    before = found()
    ok(api.delete(f"/shots/{first['id']}"))
    without = found()
    picture_take(api, second)
    of_the_second = found()
    ok(api.post(f"/shots/{second['id']}/withdraw", json={"stage": "video"}))
    withdrawn = found()
    ok(api.post(f"/shots/{first['id']}/restore"))

    assert (before, without, of_the_second, withdrawn) == (path, None, path, None)
    assert found() == path


def _received() -> tuple[Received, Any, str]:
    probed = {"mime": "image/png", "kind": "image", "width": 8, "height": 8, "has_audio": False}
    probed |= dict.fromkeys(("duration", "frames", "fps"))
    return Received(Path("nowhere"), "a" * 64, 1), probed, "drawn.png"


def test_the_history_of_a_scene_has_the_video_path_of_each_revision(db: Database) -> None:
    def change(tx: Transaction) -> list[Row]:
        projects.create(tx, ProjectCreate(name="P"))
        scenes.create(tx, SceneCreate(project_id=1, scene_number=1, description=""))
        shots.create(tx, 1, ShotCreate())
        takes.upload(tx, 1, None, *_received())
        takes.approve(tx, 1, 1, DESK)
        shots.trash(tx, 1)
        shots.restore(tx, 1)
        kept = [changes.revision_of(tx, "scene", 1, number) for number in range(1, 6)]
        assert kept[-1] is not None
        assert changes.revision_of(tx, "scene", 1, 6) is None
        return [json.loads(document or "") for document in kept]

    revisions = write_now(db, change)

    path = media.url_of("a" * 64)
    assert [row["video_path"] for row in revisions] == [None, None, path, None, path]
    assert [row["revision"] for row in revisions] == [1, 2, 3, 4, 5]


def test_a_video_path_that_somebody_wrote_follows_no_take(api: httpx2.Client) -> None:
    scene = make_scene(api, small_project(api))
    ok(api.put(f"/scenes/{scene['id']}", json={"video_path": "/films/mine.mp4"}))

    approved(api, first_shot(api, scene))

    assert ok(api.get(f"/scenes/{scene['id']}"))["video_path"] == "/films/mine.mp4"


def test_an_uploaded_take_is_done_and_can_be_approved(api: httpx2.Client) -> None:
    shot = small_shot(api)
    file = {"file": ("drawn.png", picture_bytes("PNG"))}

    take = ok(api.post(f"/shots/{shot['id']}/takes/upload", files=file))

    assert (take["status"], take["engine"], take["number"]) == ("done", "upload", 1)
    assert (take["digest"], take["seed"]) == (None, None)
    assert bytes_of(api, take["media_id"]) == file["file"][1]
    assert approve(api, shot, take)["approved_take_id"] == take["id"]
    assert (
        "how it was made is not known"
        in ok(api.get(f"/takes/{take['id']}/provenance"))["sentences"][0]
    )
    assert api.post(f"/takes/{take['id']}/retry").status_code == 409


def test_a_sound_is_no_take(api: httpx2.Client, tmp_path: Path) -> None:
    shot = small_shot(api)
    sound = film(tmp_path / "sound.wav", "wav", None, "pcm_s16le").read_bytes()

    refused = api.post(f"/shots/{shot['id']}/takes/upload", files={"file": ("film.mp4", sound)})

    assert refused.status_code == 422
    assert refused.json()["detail"] == "A take is a film or a picture; this is audio/wav."
    assert ok(api.get(f"/shots/{shot['id']}/takes")) == []


def test_of_a_refused_take_nothing_stays(own_service: Service, tmp_path: Path) -> None:
    api = own_service.api
    shot = small_shot(api)
    address = f"/shots/{shot['id']}/takes/upload"
    sound = film(tmp_path / "sound.wav", "wav", None, "pcm_s16le").read_bytes()
    picture = {"file": ("drawn.png", picture_bytes("PNG"))}

    a_sound = api.post(address, files={"file": ("film.mp4", sound)})
    no_stage = api.post(address, params={"stage": "elsewhere"}, files=picture)

    assert (a_sound.status_code, no_stage.status_code) == (422, 422)
    store = own_service.data_dir / "media"
    assert [path for path in store.rglob("*") if path.is_file()] == []
