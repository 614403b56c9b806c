"""Promises of a disk that fills up: seen in time, told in a sentence, and over by itself."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.support.factories import make_project, make_scene, ok, png
from tests.support.rendering import begun, finished, get_take, request_takes, small_shot
from tests.support.services import Service, serving, until
from tower_anime.core.errors import InsufficientStorage
from tower_anime.core.space import DiskSpace, free_bytes, may_always, told_when_full

MB = 10**6
LOW = "The disk is nearly full: "


class Disk:
    """A disk whose room a test sets."""

    free = 600 * MB

    def __call__(self, _folder: Path) -> int:
        if self.free < 0:
            raise OSError(errno.EIO, "the disk is away")
        return self.free


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def space(disk: Disk, tmp_path: Path) -> DiskSpace:
    return DiskSpace(tmp_path, 512 * MB, disk)


# --- looking


def test_a_write_is_refused_below_the_bound_and_not_at_it(disk: Disk, space: DiskSpace) -> None:
    disk.free = 512 * MB
    space.look()
    space.require()
    disk.free -= 1
    space.look()
    with pytest.raises(InsufficientStorage) as refused:
        space.require()
    assert refused.value.detail == (
        "The disk is nearly full: 512 MB are free, and 512 MB must stay free"
        " (the setting min_free_bytes)."
    )
    assert space.described() == refused.value.detail


def test_what_is_about_to_be_written_is_counted_in(space: DiskSpace) -> None:
    space.require(88 * MB)
    with pytest.raises(InsufficientStorage, match="600 MB are free and this takes 89 MB, and 512 "):
        space.require(89 * MB)
    assert space.described() is None


def test_nothing_is_refused_until_somebody_looks_again(disk: Disk, space: DiskSpace) -> None:
    disk.free = 0
    space.require()
    space.look()
    assert space.is_low


def test_those_who_wait_hear_of_each_change_once(
    disk: Disk, space: DiskSpace, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[bool] = []
    space.listeners.append(lambda: heard.append(space.is_low))
    for disk.free in (1, 0, 2, 900 * MB, 800 * MB):
        space.look()
    assert heard == [True, False]
    assert len(caplog.messages) == 2
    assert caplog.messages[1] == "there is room on the disk again: 900 MB"


def test_a_disk_that_cannot_be_measured_changes_nothing(disk: Disk, space: DiskSpace) -> None:
    disk.free = -1
    space.look()
    space.require()


def test_a_bound_of_nothing_never_refuses(disk: Disk, tmp_path: Path) -> None:
    disk.free = 0
    space = DiskSpace(tmp_path, 0, disk)
    space.require()
    space.require(MB)


def test_it_looks_by_itself(disk: Disk, space: DiskSpace) -> None:
    space.start()
    try:
        disk.free = 0
        until(lambda: space.is_low, "that it looks")
    finally:
        space.stop()


# --- writing


def test_a_write_that_finds_the_disk_full_is_refused_and_the_disk_looked_at(
    disk: Disk, space: DiskSpace
) -> None:
    disk.free = 0
    with pytest.raises(InsufficientStorage, match="The disk is full"), space.writing():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert space.is_low


def test_other_errors_of_a_write_stay_what_they_are(space: DiskSpace) -> None:
    with pytest.raises(PermissionError), space.writing():
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_what_makes_room_goes_on_without_any(disk: Disk, space: DiskSpace) -> None:
    @may_always
    def delete() -> None: ...

    def create() -> None: ...

    disk.free = 0
    space.look()
    with space.writing(delete):
        delete()
    with pytest.raises(InsufficientStorage), space.writing(create):
        create()


def test_a_real_full_device_is_told_of() -> None:
    with pytest.raises(InsufficientStorage), told_when_full(), Path("/dev/full").open("wb") as file:
        file.write(b"x")


# --- a service


@pytest.fixture
def full(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """A service whose disk has less room than it asks for."""
    settings: dict[str, object] = {"min_free_bytes": free_bytes(tmp_path) * 1000}
    if dialect == "postgresql":
        settings["database_url"] = request.getfixturevalue("new_postgresql")()
    with serving(tmp_path / "data", **settings) as service:
        yield service


def refused(answer: httpx2.Response) -> str:
    assert answer.status_code == 507, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    detail: str = answer.json()["detail"]
    return detail


def test_without_room_writes_and_uploads_are_refused_and_reads_go_on(full: Service) -> None:
    assert refused(full.api.post("/projects", json={"name": "N"})).startswith(LOW)
    assert refused(full.api.put("/projects/1", json={"name": "N"})).startswith(LOW)
    assert refused(full.api.post("/media", files={"file": ("a.png", png())})).startswith(LOW)
    assert ok(full.api.get("/projects")) == []
    assert ok(full.api.get("/health"))["status"] == "healthy"
    told = ok(full.api.get("/ready"))
    assert told["ready"] is True
    assert told["detail"].startswith(LOW)
    full.stop()
    assert "Traceback" not in "".join(full.log)  # the log is on a disk too


def test_without_room_deleting_and_cancelling_go_on(tmp_path: Path) -> None:
    with serving(tmp_path / "data", render_workers=1) as service:
        project = make_project(service.api)
        scene = make_scene(service.api, project)
        take = begun(
            service.api, request_takes(service.api, small_shot(service.api, duration=600))[0]
        )
        once = {"Idempotency-Key": "before-the-disk-was-full"}
        kept = service.api.post("/projects", json={"name": "Kept"}, headers=once)

    with serving(tmp_path / "data", min_free_bytes=free_bytes(tmp_path) * 1000) as service:
        repeated = service.api.post("/projects", json={"name": "Kept"}, headers=once)
        assert repeated.content == kept.content  # it was carried out while there was room
        assert refused(service.api.post("/projects", json={"name": "Kept"})).startswith(LOW)
        assert get_take(service.api, take)["status"] == "queued"
        ok(service.api.post(f"/takes/{take['id']}/cancel"))
        assert get_take(service.api, take)["status"] == "cancelled"
        ok(service.api.delete(f"/scenes/{scene['id']}"))
        ok(service.api.delete(f"/projects/{project['id']}"))
        assert refused(service.api.post(f"/projects/{project['id']}/restore")).startswith(LOW)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 94 MB, where the container lets one be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=90m", "tower-anime", str(disk)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"No file system can be mounted in this container: {done.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def left_behind(service: Service) -> list[Path]:
    return list((service.data_dir / "media" / "incoming").iterdir())


def test_an_upload_that_would_fill_the_disk_is_refused_before_it_begins(small_disk: Path) -> None:
    with serving(small_disk / "data", min_free_bytes=40 * MB) as service:
        large = png() + bytes(60 * MB)
        detail = refused(service.api.post("/media", files={"file": ("large.png", large)}))
        assert "and this takes 60 MB" in detail
        assert left_behind(service) == []
        ok(service.api.post("/media", files={"file": ("small.png", png())}))


def test_a_disk_that_is_full_in_the_middle_of_an_upload_keeps_nothing_of_it(
    small_disk: Path,
) -> None:
    with serving(small_disk / "data", min_free_bytes=0) as service:
        large = png() + bytes(110 * MB)
        assert refused(service.api.post("/media", files={"file": ("a.png", large)})) == (
            "The disk is full; nothing was written."
        )
        assert left_behind(service) == []
        make_project(service.api)


def test_a_thumbnail_that_the_disk_has_no_room_for_is_refused_and_drawn_once_it_has(
    small_disk: Path,
) -> None:
    with serving(small_disk / "data", min_free_bytes=0) as service:
        medium = ok(service.api.post("/media", files={"file": ("a.png", png(640, 480))}))
        fill(small_disk / "ballast")
        address = f"/media/{medium['id']}/thumbnail"
        assert refused(service.api.get(address)) == "The disk is full; nothing was written."
        assert left_behind(service) == []

        (small_disk / "ballast").unlink()
        assert service.api.get(address).status_code == 200


def test_a_write_that_the_database_has_no_room_for_is_refused_and_reads_go_on(
    small_disk: Path,
) -> None:
    with serving(small_disk / "data", min_free_bytes=0) as service:
        project = make_project(service.api)
        fill(small_disk / "ballast")
        body = {"name": "N", "description": "long " * 10_000}
        answers = [service.api.post("/projects", json=body) for _ in range(3)]
        assert refused(answers[-1]) == "The disk is full; nothing was written."
        assert project in ok(service.api.get("/projects"))

        (small_disk / "ballast").unlink()
        make_project(service.api)


def fill(ballast: Path) -> None:
    """Write until the disk is full."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(MB)):
            pass


def test_takes_wait_without_room_and_are_drawn_once_there_is(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with serving(small_disk / "data", min_free_bytes=40 * MB, render_workers=1) as service:
        long, short = small_shot(service.api, duration=600), small_shot(service.api)
        [running] = request_takes(service.api, long)
        [waiting] = request_takes(service.api, short)
        begun(service.api, running)
        ballast.write_bytes(bytes(60 * MB))
        until(lambda: "detail" in ok(service.api.get("/ready")), "that the disk is seen to be full")
        assert get_take(service.api, running)["status"] == "running"

        assert finished(service.api, running)["status"] == "done"
        assert get_take(service.api, waiting)["status"] == "queued"

        ballast.unlink()
        assert finished(service.api, waiting)["status"] == "done"
    assert sum("there is room on the disk again" in line for line in service.log) == 1
