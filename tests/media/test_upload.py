"""Promises of uploads that are not as they should be: too large, malformed, broken off."""

import socket
from pathlib import Path

import httpx2
import pytest

from tests.media.specimens import picture_bytes
from tests.support.factories import Json, ok
from tests.support.services import Service, until

MIB = 1024 * 1024
TYPE = {"Content-Type": "multipart/form-data; boundary=cut"}
END = b"\r\n--cut--\r\n"


def head(name: bytes = b"picture.png", field: bytes = b"file") -> bytes:
    """What stands before a file in a multipart body; `name` is sent as it is."""
    lines = b'--cut\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n'
    return lines % (field, name)


def post(api: httpx2.Client, body: bytes, headers: dict[str, str] = TYPE) -> httpx2.Response:
    return api.post("/media", content=body, headers=headers)


def incoming(service: Service) -> list[Path]:
    """The files that are on their way."""
    return list((service.data_dir / "media" / "incoming").iterdir())


def arrived(service: Service) -> int:
    """The bytes of these, while none of them goes."""
    return sum(path.stat().st_size for path in incoming(service))


@pytest.fixture
def small_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have services that begin after this accept files of 64 KiB."""
    monkeypatch.setenv("TOWER_MAX_UPLOAD_BYTES", str(64 * 1024))


@pytest.mark.usefixtures("small_uploads")
def test_a_file_over_the_bound_is_refused_and_leaves_nothing(own_service: Service) -> None:
    refused = post(own_service.api, head() + bytes(3 * MIB) + END)
    just_fits = post(own_service.api, head() + picture_bytes("PNG").ljust(64 * 1024, b"\0") + END)

    assert refused.status_code == 413
    assert refused.json()["detail"] == "The file is larger than the 65,536 bytes that are accepted."
    assert just_fits.status_code == 200
    assert incoming(own_service) == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (head(field=b"picture") + b"bytes" + END, "The upload has no field 'file'."),
        (b"--cut--\r\n", "The upload"),
        (b"", "The upload has no field 'file'."),
        (b"no multipart at all", "The upload is malformed"),
        (head() + picture_bytes("PNG"), "The upload ended before its last boundary."),
        (b"--cut\r\nContent-Disposition: form-data; na", "The upload has no field 'file'."),
        (b"--cut\r\n" + b"X-Long: " + b"a" * MIB + b"\r\n\r\n" + END, "The upload is malformed"),
    ],
    ids=["another field", "no part", "empty", "no multipart", "no end", "half a header", "long"],
)
def test_a_malformed_upload_is_refused_in_a_sentence(
    service: Service, body: bytes, sentence: str
) -> None:
    refused = post(service.api, body)

    assert refused.status_code == 422
    assert sentence in refused.json()["detail"]
    assert incoming(service) == []


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "multipart/form-data", "text/plain; boundary=cut", "multipart/mixed; x"],
)
def test_what_is_no_upload_is_told_how_to_be_one(api: httpx2.Client, content_type: str) -> None:
    refused = post(api, b"{}", {"Content-Type": content_type})

    assert refused.status_code == 422
    assert "multipart/form-data, in the field 'file'" in refused.json()["detail"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 61])
def test_boundaries_are_found_wherever_the_network_cuts(api: httpx2.Client, chunk: int) -> None:
    data = picture_bytes("PNG") + b"\r\n--cu\r\n--cut" + bytes([chunk])
    body = head() + data + END
    pieces = (body[at : at + chunk] for at in range(0, len(body), chunk))

    medium = ok(api.post("/media", content=pieces, headers=TYPE))

    assert medium["bytes"] == len(data)
    assert api.get(f"/media/{medium['id']}/file").content == data


def test_a_client_that_goes_away_leaves_nothing(own_service: Service) -> None:
    address = httpx2.URL(own_service.url)
    body = head() + picture_bytes("PNG") + bytes(2 * MIB)
    request = (
        f"POST /api/anime/media HTTP/1.1\r\nHost: {address.netloc.decode()}\r\n"
        f"Content-Type: {TYPE['Content-Type']}\r\nContent-Length: {9 * MIB}\r\n\r\n"
    )

    with socket.create_connection((address.host, address.port)) as client:
        client.sendall(request.encode() + body)
        until(lambda: arrived(own_service) >= MIB, "the first half's arrival")

    until(lambda: incoming(own_service) == [], "the removal of the first half")
    assert ok(own_service.api.get("/health"))["status"] == "healthy"
    assert "Traceback" not in "".join(own_service.log)  # it happens every day


NAMES: list[tuple[bytes, str | None]] = [
    ("月夜の配達.png".encode(), "月夜の配達.png"),
    (b"../../../etc/passwd", "passwd"),
    (b"/etc/passwd", "passwd"),
    (b"..\\\\..\\\\boot.ini", "boot.ini"),
    (b"..", ".."),
    (b"a\x07b\x1b[31mc\x7f.png", "ab[31mc.png"),
    ("moon\u202egnp.exe".encode(), "moongnp.exe"),
    (b"\xff\xfe.png", "\ufffd\ufffd.png"),
    (b"m" * 1000, "m" * 255),
    (b"", None),
]


@pytest.mark.parametrize(("sent", "shown"), NAMES, ids=[repr(name)[:20] for _, name in NAMES])
def test_a_hostile_file_name_is_only_ever_shown_and_made_plain(
    api: httpx2.Client, sent: bytes, shown: str | None
) -> None:
    data = picture_bytes("PNG") + b"name:" + sent  # each its own medium

    medium: Json = ok(post(api, head(sent) + data + END))
    answer = api.get(f"/media/{medium['id']}/file")

    assert medium["name"] == shown
    assert answer.content == data
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers.get("Content-Disposition", "inline").startswith("inline")


def test_a_boundary_that_is_too_long_is_refused(api: httpx2.Client) -> None:
    refused = post(api, b"", {"Content-Type": f"multipart/form-data; boundary={'b' * 5000}"})

    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("The upload is malformed: Boundary length")
