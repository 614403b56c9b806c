"""Uploads, each as the recorded server answered it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.simulator.recording import names, recorded, settled
from tests.simulator.talking import Client, picture
from tests.support.comfyui import Comfy, workflow

RED, BLUE = picture(colour="red"), picture(colour="blue")
Sent = dict[str, Any]


def file(name: str, data: bytes = RED, *, field: str = "image", **fields: str) -> Sent:
    return {"files": {field: (name, data)}, "data": fields}


def raw(name: str) -> Sent:
    """A form whose file name is not quoted for the wire, as a hostile client sends it."""
    head = f'--b\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n\r\n'
    return {
        "content": head.encode() + RED + b"\r\n--b--\r\n",
        "headers": {"Content-Type": "multipart/form-data; boundary=b"},
    }


UPLOADS: dict[str, Sent] = {
    "first": file("new.png"),
    "same bytes, same name": file("same.png"),
    "different bytes, same name, no overwrite": file("same.png", BLUE),
    "overwrite=true": file("same.png", BLUE, overwrite="true"),
    "subfolder+type": file("ref.png", subfolder="projA/v1", type="input"),
    "traversal subfolder ../..": file("x.png", subfolder="../.."),
    "traversal filename": file("..%2F..%2Fx.png"),
    "traversal filename, unquoted": raw("../../x.png"),
    "filename with a slash, dir missing": raw("nowhere/x.png"),
    "type=bogus": file("x.png", type="bogus"),
    "wrong field name": file("x.png", field="picture"),
    "corrupt.png accepted (no content check)": file("corrupt.png", b"no picture"),
    "truncated.png accepted": file("truncated.png", RED[: len(RED) // 2]),
    "non-image .bin via /upload/image": file("blob.bin", b"\x00\x01"),
}
OTHERS = {
    "101 MB upload",
    "GET /view of the upload",
    "GET /view subfolder",
    'LoadImage "projA/v1/ref.png"',
    "POST /prompt",
    "elapsed",
}


def test_every_recorded_upload_is_among_these() -> None:
    assert set(names("upload")) == {*UPLOADS, *OTHERS}


@pytest.mark.parametrize("what", UPLOADS)
def test_an_upload(comfy: Comfy, api: httpx2.Client, what: str) -> None:
    (comfy.folder / "input/same.png").write_bytes(RED)
    (comfy.folder / "input/corrupt.png").unlink()
    answer = api.post("/upload/image", **UPLOADS[what])
    status, body, *_ = recorded("upload", what)
    known: Callable[[Any], Any] = settled
    if status == 200:
        renamed = {"new.png": "ref.png", "same.png": "ref.png", "same (1).png": "ref (1).png"}
        told = answer.json()
        told["name"] = renamed.get(told["name"], told["name"])
        assert (answer.status_code, told) == (status, known(body))
    else:
        assert (answer.status_code, answer.text) == (status, body)


def test_an_upload_is_viewed_byte_for_byte(client: Client) -> None:
    client.upload("seen.png", RED, subfolder="deep/er")
    found = {"filename": "seen.png", "subfolder": "deep/er", "type": "input"}
    answer = client.fetch(found)
    status, _, same, headers = recorded("upload", "GET /view of the upload")
    assert (answer.status_code, answer.content == RED) == (status, same)
    assert {name.lower() for name in headers} == set(answer.headers)


def test_an_upload_in_a_subfolder_can_be_loaded(client: Client) -> None:
    sent = client.upload("ref.png", RED, subfolder="projA/v1")
    graph = workflow("still_512")
    graph["1"]["inputs"]["image"] = f"{sent['subfolder']}/{sent['name']}"
    entry, _ = client.run(graph)
    assert entry["status"]["status_str"] == recorded("upload", 'LoadImage "projA/v1/ref.png"')[1]


def test_more_than_100_mb_are_refused(api: httpx2.Client) -> None:
    answer = api.post("/upload/image", files={"image": ("big.png", bytes(101 * 1024 * 1024))})
    status, text, headers = recorded("upload", "101 MB upload")
    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers["content-type"] == headers["Content-Type"]
