"""Promises of the room where media are proved: it waits for nobody longer than it must."""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.media.specimens import picture_bytes
from tests.support.factories import Json, ok, png
from tests.support.services import PATIENCE, Service, until
from tower_anime.core.children import Children
from tower_anime.core.errors import Unprocessable
from tower_anime.core.settings import MIB, Settings
from tower_anime.media import service as media
from tower_anime.media.room import MEMORY, PROVERS
from tower_anime.media.store import MediaStore, Received

HOUR = 3600.0


def upload(api: httpx2.Client, shade: int) -> Json:
    picture = png(64, 48, f"#{shade:06x}")
    medium: Json = ok(api.post("/media", files={"file": ("picture.png", picture)}))
    return medium


def provers(service: Service) -> list[psutil.Process]:
    """The processes that prove uploads; of a service that has made nothing else, its children."""

    def both() -> list[psutil.Process] | None:
        with ThreadPoolExecutor(4) as senders:
            list(senders.map(lambda shade: upload(service.api, shade), range(4)))
        children = psutil.Process(service.process.pid).children()
        return children if len(children) == PROVERS else None

    return until(both, "that every prover has started")


@contextmanager
def held(processes: list[psutil.Process]) -> Iterator[None]:
    """Have processes stand still, as if what they decode took for ever."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            if process.is_running():
                process.resume()


def incoming(service: Service) -> list[Path]:
    return list((service.data_dir / "media" / "incoming").iterdir())


def test_thumbnails_and_health_do_not_wait_for_proofs(own_service: Service) -> None:
    api = own_service.api
    medium = upload(api, 1)

    def small(width: int) -> int:
        return api.get(f"/media/{medium['id']}/thumbnail", params={"width": width}).status_code

    with ThreadPoolExecutor(60) as clients:
        with held(provers(own_service)):
            proofs = [clients.submit(upload, api, shade) for shade in range(100, 110)]
            until(lambda: len(incoming(own_service)) == len(proofs), "the uploads' arrival")
            answers = list(clients.map(small, range(200, 240)))
            health = ok(api.get("/health"))
            still = [proof.done() for proof in proofs]
        kept = [proof.result(PATIENCE) for proof in proofs]

    assert answers == [200] * 40
    assert health["status"] == "healthy"
    assert not any(still)
    assert len({medium["id"] for medium in kept}) == len(proofs)


def test_an_upload_whose_sender_has_gone_is_not_proved_to_its_end(own_service: Service) -> None:
    address = httpx2.URL(own_service.url)
    body = b'--cut\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    body += picture_bytes("PNG") + b"\r\n--cut--\r\n"
    head = (
        f"POST /api/anime/media HTTP/1.1\r\nHost: {address.host}\r\n"
        f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {len(body)}\r\n\r\n"
    )

    with held(provers(own_service)):
        with socket.create_connection((address.host, address.port)) as client:
            client.sendall(head.encode() + body)
            until(lambda: incoming(own_service), "the upload's arrival")
        until(lambda: not incoming(own_service), "the removal of what nobody waits for")

    assert upload(own_service.api, 1)["kind"] == "image"
    assert "Traceback" not in "".join(own_service.log)


def test_provers_have_a_bound_on_their_memory(own_service: Service) -> None:
    bounds = [process.rlimit(psutil.RLIMIT_AS) for process in provers(own_service)]
    assert bounds == [(MEMORY, MEMORY)] * PROVERS


def test_a_proof_may_take_longer_the_larger_the_file_is_up_to_a_bound() -> None:
    seconds = [media.seconds_for(size * MIB) for size in (0, 1, 100, 1_000_000)]
    assert seconds == sorted(seconds)
    assert 60 < seconds[0] < HOUR
    assert seconds[-1] < 24 * HOUR


# --- one file, proved in this process's own children


@pytest.fixture
def children() -> Iterator[Children]:
    started = Children(1)
    yield started
    started.close()


@pytest.fixture
def received(tmp_path: Path) -> Received:
    """A picture that has arrived."""
    path = tmp_path / "picture"
    path.write_bytes(picture_bytes("PNG"))
    return MediaStore(tmp_path / "media").hashed(path)


def test_a_file_that_brings_its_decoder_down_is_refused(
    children: Children, received: Received
) -> None:
    media.prove(children, Settings(), received)  # so that the child has started
    [prover] = children._idle  # other children of this process serve other tests
    child = psutil.Process(prover._process.pid)

    with ThreadPoolExecutor(1) as pool:
        child.suspend()
        proof = pool.submit(media.prove, children, Settings(), received)
        until(lambda: children._busy, "the proof's beginning")
        os.kill(child.pid, signal.SIGKILL)
        error = proof.exception(PATIENCE)

    assert isinstance(error, Unprocessable)
    assert error.detail == "The file brought its decoder down; it was not kept."
    assert media.prove(children, Settings(), received)["kind"] == "image"


def test_a_proof_that_nobody_waits_for_ends(children: Children, received: Received) -> None:
    with pytest.raises(Unprocessable, match="The sender went away"):
        media.prove(children, Settings(), received, lambda: True)
