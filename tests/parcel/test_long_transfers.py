"""Exports and imports take long: who has gone, what breaks, and who waits for whom meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.media.test_room import held, incoming, provers
from tests.parcel.productions import exported, sent
from tests.support.factories import Json, make_character, make_project, ok, png
from tests.support.services import Service, serving, until


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Service]:
    """A service of this test's own."""
    with serving(tmp_path / "here") as running:
        yield running


def pictured(service: Service) -> tuple[Json, str]:
    """A project with one picture."""
    project = make_project(service.api)
    hero = make_character(service.api, project)
    image = {"file": ("hero.png", png(70, 30), "image/png")}
    return project, ok(service.api.post(f"/characters/{hero['id']}/image", files=image))["media_id"]


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file from elsewhere, with a picture that is to be proved here."""
    with serving(tmp_path_factory.mktemp("elsewhere")) as elsewhere:
        return exported(elsewhere.api, pictured(elsewhere)[0])


@contextmanager
def leaving(service: Service, parcel: bytes) -> Iterator[None]:
    """Somebody who sends a file, and is gone at the end of the block."""
    request = httpx2.Request(
        "POST",
        f"{service.url}/api/anime/projects/import",
        files={"file": ("production.zip", parcel, "application/zip")},
    )
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = "\r\n".join(["POST /api/anime/projects/import HTTP/1.1", *lines, "", ""])
    with socket.create_connection((request.url.host, request.url.port)) as client:
        client.sendall(head.encode() + request.read())
        yield


def benches(service: Service) -> list[Path]:
    """Where imports are at work."""
    return [path for path in incoming(service) if path.is_dir()]


def test_an_import_ends_when_its_sender_has_gone(studio: Service, parcel: bytes) -> None:
    with held(provers(studio)):
        with leaving(studio, parcel):
            until(lambda: benches(studio), "the proof of the picture")
        until(lambda: not incoming(studio), "the removal of what nobody waits for")
    assert ok(studio.api.get("/projects")) == []
    assert "Traceback" not in "".join(studio.log)
    assert ok(sent(studio.api, parcel))["id"]


def test_imports_are_unpacked_one_after_another(studio: Service, parcel: bytes) -> None:
    with ThreadPoolExecutor(2) as senders:
        with held(provers(studio)):
            answers = [senders.submit(sent, studio.api, parcel) for _ in range(2)]
            # Both files have come whole, and one of them is being looked at.
            until(lambda: sizes(studio) == [len(parcel)] * 2 and benches(studio), "both files")
            looked_at = len(benches(studio))
        names = [ok(answer.result())["name"] for answer in answers]
    assert looked_at == 1
    assert len(names) == 2


def sizes(service: Service) -> list[int]:
    return [path.stat().st_size for path in incoming(service) if path.is_file()]


def test_an_export_that_finds_a_medium_damaged_breaks_off(studio: Service) -> None:
    project, image = pictured(studio)
    path = studio.data_dir / "media" / image[:2] / image
    path.chmod(0o644)
    path.write_bytes(b"\0" * path.stat().st_size)

    with pytest.raises(httpx2.RemoteProtocolError):
        studio.api.get(f"/projects/{project['id']}/export")

    log = "".join(studio.log)
    assert "is damaged; the export is not whole" in log
    assert "Expected ASGI message" not in log  # a second answer in the middle of the first
    assert ok(studio.api.get(f"/projects/{project['id']}"))["name"] == project["name"]
