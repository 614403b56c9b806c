"""Engines over HTTP: people add servers by address, and see how they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.support.comfyui import Comfy
from tests.support.factories import Json, ok
from tests.support.services import Service, serving, until

NOBODY = "http://127.0.0.1:9"  # a port where nothing listens
ELSEWHERE = {"Origin": "https://elsewhere.example"}


def add(api: httpx2.Client, url: str, **fields: Any) -> Json:
    return ok(api.post("/engines", json={"url": url, **fields}))


def shown(api: httpx2.Client, engine: Json) -> Json:
    return ok(api.get(f"/engines/{engine['id']}"))


def is_so(api: httpx2.Client, engine: Json, **fields: Any) -> Json:
    """The engine once it is so."""
    found = until(
        lambda: shown(api, engine).items() >= fields.items() and shown(api, engine), str(fields)
    )
    assert isinstance(found, dict)
    return found


@pytest.fixture
def quick(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Any
) -> Iterator[tuple[Service, httpx2.Client]]:
    """A service of a test's own that looks at its engines five times a second."""
    settings: dict[str, object] = {"engine_probe_seconds": 0.2}
    if dialect == "postgresql":
        settings["database_url"] = request.getfixturevalue("new_postgresql")()
    with serving(tmp_path / "data", **settings) as service:
        yield service, service.api


def test_an_engine_is_asked_as_soon_as_it_is_added(api: httpx2.Client, comfy: Comfy) -> None:
    engine = add(api, comfy.url, name="The big card")
    assert (engine["kind"], engine["enabled"], engine["revision"]) == ("comfyui", True, 1)
    assert (engine["status"], engine["detail"]) == ("offline", "It has not been reached yet.")
    found = is_so(api, engine, status="idle")
    assert (found["version"], found["detail"]) == ("0.3.64", None)
    [device] = found["devices"]
    assert device["type"] == "cuda"
    assert device["memory"] == 24 * 2**30
    assert 0 < device["free"] < device["memory"]
    assert found["seen_at"] is not None
    assert found["latency_ms"] >= 0
    assert (found["revision"], found["updated_at"]) == (1, engine["updated_at"])


def test_a_check_answers_how_it_is_now(api: httpx2.Client, comfy: Comfy) -> None:
    engine = add(api, comfy.url)
    checked = ok(api.post(f"/engines/{engine['id']}/check"))
    assert (checked["status"], checked["name"]) == ("idle", comfy.url.removeprefix("http://"))
    comfy.behave(refuse={"/system_stats": -1})
    away = ok(api.post(f"/engines/{engine['id']}/check"))
    assert (away["status"], away["version"]) == ("offline", "0.3.64")
    assert away["detail"] == "The server has an error of its own (500)."
    comfy.behave(refuse={})
    assert ok(api.post(f"/engines/{engine['id']}/check"))["status"] == "idle"


def test_a_check_of_a_server_that_hangs_is_answered_in_seconds(
    api: httpx2.Client, comfy: Comfy
) -> None:
    engine = add(api, comfy.url)
    comfy.behave(silent=True)
    hung = ok(api.post(f"/engines/{engine['id']}/check", timeout=15))
    comfy.behave(silent=False)
    assert hung["status"] == "offline"
    assert "answer" in hung["detail"]


@pytest.mark.parametrize("url", [NOBODY, "http://no-such-host.invalid:8188", "https://127.0.0.1:9"])
def test_a_server_that_is_not_there_is_offline(api: httpx2.Client, url: str) -> None:
    engine = add(api, url)
    try:
        checked = ok(api.post(f"/engines/{engine['id']}/check"))
        assert (checked["status"], checked["version"], checked["devices"]) == ("offline", None, [])
        assert "cannot be reached" in checked["detail"]
    finally:
        ok(api.delete(f"/engines/{engine['id']}"))


def test_an_address_has_one_engine(api: httpx2.Client, comfy: Comfy) -> None:
    engine = add(api, comfy.url.upper() + "/", name="First")
    assert engine["url"] == comfy.url
    again = api.post("/engines", json={"url": comfy.url})
    assert again.status_code == 409
    assert "'First'" in again.json()["detail"]
    other = add(api, f"{comfy.url}/other")
    taken = api.put(f"/engines/{other['id']}", json={"url": comfy.url})
    assert taken.status_code == 409
    ok(api.delete(f"/engines/{engine['id']}"))
    ok(api.put(f"/engines/{other['id']}", json={"url": comfy.url}))
    assert api.post(f"/engines/{engine['id']}/restore").status_code == 409
    ok(api.delete(f"/engines/{other['id']}"))
    assert ok(api.post(f"/engines/{engine['id']}/restore"))["deleted_at"] is None


@pytest.mark.parametrize(
    "url",
    [
        "gpu1:8188",
        "ftp://gpu1",
        "file:///gpu1/comfyui",
        "http://ana:secret@gpu1",
        "http://gpu1/../x",
        "http://gpu1?x",
        "http://",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(api: httpx2.Client, url: str) -> None:
    answer = api.post("/engines", json={"url": url})
    assert answer.status_code == 422
    assert "address" in answer.text
    assert "secret" not in answer.text


def test_an_engine_goes_to_the_trash_and_comes_back(api: httpx2.Client) -> None:
    engine = add(api, f"{NOBODY}/trash")
    ok(api.delete(f"/engines/{engine['id']}"))
    for answer in (
        api.get(f"/engines/{engine['id']}"),
        api.post(f"/engines/{engine['id']}/check"),
        api.put(f"/engines/{engine['id']}", json={"name": "N"}),
    ):
        assert answer.status_code == 404
    trashed = ok(api.get("/engines", params={"deleted": True}))
    assert engine["id"] in [row["id"] for row in trashed]
    ok(api.post(f"/engines/{engine['id']}/restore"))
    assert engine["id"] in [row["id"] for row in ok(api.get("/engines"))]
    ok(api.delete(f"/engines/{engine['id']}"))


def test_one_that_is_switched_off_is_not_asked(api: httpx2.Client, comfy: Comfy) -> None:
    engine = add(api, comfy.url)
    is_so(api, engine, status="idle")
    off = ok(api.put(f"/engines/{engine['id']}", json={"enabled": False}))
    assert (off["status"], off["detail"]) == ("offline", "It is switched off.")
    assert ok(api.post(f"/engines/{engine['id']}/check"))["detail"] == "It is switched off."
    ok(api.put(f"/engines/{engine['id']}", json={"enabled": True}))
    is_so(api, engine, status="idle")


def test_another_address_is_another_server(api: httpx2.Client, comfy: Comfy) -> None:
    engine = add(api, comfy.url)
    is_so(api, engine, status="idle")
    moved = ok(api.put(f"/engines/{engine['id']}", json={"url": f"{NOBODY}/moved"}))
    assert (moved["version"], moved["devices"], moved["seen_at"]) == (None, [], None)
    checked = ok(api.post(f"/engines/{engine['id']}/check"))
    assert checked["status"] == "offline"
    ok(api.delete(f"/engines/{engine['id']}"))


def test_a_change_is_logged_and_can_be_taken_back_and_a_status_is_neither(
    api: httpx2.Client, comfy: Comfy
) -> None:
    engine = add(api, comfy.url, name="Big")
    is_so(api, engine, status="idle")
    ok(api.post(f"/engines/{engine['id']}/check"))
    ok(api.put(f"/engines/{engine['id']}", json={"name": "Bigger"}))
    asked = {"subject": "engine", "subject_id": engine["id"]}
    created, renamed = ok(api.get("/changes", params=asked))
    assert (created["text"], created["project_id"]) == ("Engine Big added", None)
    assert renamed["text"] == "Engine Bigger: name changed"
    ok(api.post(f"/changes/{renamed['id']}/undo"))
    assert shown(api, engine)["name"] == "Big"


def test_a_page_of_another_site_can_neither_see_nor_set_engines(api: httpx2.Client) -> None:
    engine = add(api, f"{NOBODY}/origin")
    path = f"/engines/{engine['id']}"
    body = {"url": f"{NOBODY}/elsewhere"}
    for answer in (
        api.post("/engines", json=body, headers=ELSEWHERE),
        api.put(path, json=body, headers=ELSEWHERE),
        api.delete(path, headers=ELSEWHERE),
        api.post(f"{path}/check", headers=ELSEWHERE),
        api.post(f"{path}/restore", headers=ELSEWHERE),
    ):
        assert answer.status_code == 403
    for read in (api.get("/engines", headers=ELSEWHERE), api.get(path, headers=ELSEWHERE)):
        assert "access-control-allow-origin" not in read.headers
    assert shown(api, engine)["revision"] == 1
    ok(api.delete(path))


def test_a_server_that_goes_is_offline_and_one_that_comes_is_idle(
    quick: tuple[Service, httpx2.Client], comfy: Comfy
) -> None:
    _, api = quick
    engine = add(api, comfy.url)
    is_so(api, engine, status="idle")
    comfy.behave(job_seconds=600.0)
    prompt = {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 32, "height": 32, "batch_size": 1, "color": 1},
        },
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}},
    }
    sent = httpx2.post(f"{comfy.url}/prompt", json={"prompt": prompt, "client_id": "somebody"})
    assert sent.status_code == 200
    is_so(api, engine, status="busy")
    comfy.behave(refuse={"/": -1})
    is_so(api, engine, status="offline")
    comfy.behave(refuse={})
    comfy.restart()
    is_so(api, engine, status="idle")


def test_a_change_of_status_is_told_to_those_who_follow(
    quick: tuple[Service, httpx2.Client], comfy: Comfy
) -> None:
    _, api = quick
    engine = add(api, comfy.url)
    is_so(api, engine, status="idle")
    with api.stream("GET", "/changes/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("id: ")  # it follows from here on
        comfy.behave(refuse={"/queue": -1})
        event = next(line for line in lines if line == "event: status")
        data = json.loads(next(lines).removeprefix("data: "))
    assert event
    assert (data["subject"], data["subject_id"]) == ("engine", engine["id"])
    assert (data["status"], "error of its own" in data["detail"]) == ("offline", True)


def test_the_setting_adds_engines_that_are_not_there_yet(tmp_path: Any, comfy: Comfy) -> None:
    urls = f"{comfy.url}/,{NOBODY}"
    with serving(tmp_path / "data", comfyui_urls=urls) as service:
        engines = ok(service.api.get("/engines"))
        assert {engine["url"] for engine in engines} == {comfy.url, NOBODY}
        [gone] = [engine for engine in engines if engine["url"] == NOBODY]
        ok(service.api.delete(f"/engines/{gone['id']}"))
        service.stop()
        service.restart()
        again = ok(service.api.get("/engines"))
        assert {engine["id"] for engine in again} == {engine["id"] for engine in engines}


def test_a_setting_that_is_no_address_is_told_at_the_start(tmp_path: Any) -> None:
    service = Service(tmp_path / "data", comfyui_urls="gpu1:8188")
    with pytest.raises(AssertionError, match="comfyui_urls"):
        service.start()
    service.process.wait(60)
