"""Who may call: a page that somebody happens to visit cannot reach in."""

from __future__ import annotations

import httpx2
import pytest

from tests.support.factories import make_project, make_scene, ok, png
from tests.support.services import Service
from tower_anime.core.origins import Origins
from tower_anime.core.settings import Settings

ELSEWHERE = {"Origin": "https://elsewhere.example"}


def test_a_page_of_another_site_may_make_the_documented_calls(api: httpx2.Client) -> None:
    project = make_project(api)
    body = {"project_id": project["id"], "scene_number": 1, "description": ""}
    for answer in (
        api.get("/projects", headers=ELSEWHERE),
        api.post("/scenes", json=body, headers=ELSEWHERE),
    ):
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_page_of_another_site_can_neither_read_nor_write_anything_else(
    api: httpx2.Client,
) -> None:
    scene = make_scene(api, make_project(api))
    read = api.get(f"/scenes/{scene['id']}", headers=ELSEWHERE)
    assert "access-control-allow-origin" not in read.headers
    writes = [
        api.delete(f"/scenes/{scene['id']}", headers=ELSEWHERE),
        api.post(f"/scenes/{scene['id']}/restore", headers=ELSEWHERE),
        api.post("/media", files={"file": ("a.png", png())}, headers=ELSEWHERE),
        api.post("/media", files={"file": ("a.png", png())}, headers={"Origin": "null"}),
    ]
    for answer in writes:
        assert answer.status_code == 403
        assert "cors_origins" in answer.json()["detail"]
    assert ok(api.get(f"/scenes/{scene['id']}"))["revision"] == 1


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/scenes/1"), ("POST", "/media")])
def test_a_browser_is_told_beforehand_that_it_may_not(
    api: httpx2.Client, method: str, path: str
) -> None:
    asked = {**ELSEWHERE, "Access-Control-Request-Method": method}
    answer = api.options(path, headers=asked)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_services_own_pages_may_do_everything(service: Service, api: httpx2.Client) -> None:
    scene = make_scene(api, make_project(api))
    answer = api.delete(f"/scenes/{scene['id']}", headers={"Origin": service.url})
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8321"])
def test_a_name_that_is_not_the_services_is_refused(api: httpx2.Client, host: str) -> None:
    for path in ("/projects", "/nothing"):
        answer = api.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "allowed_hosts" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8321", "[::1]:8321", "192.168.1.20:8321", "tower.localhost"]
)
def test_addresses_and_local_names_are_the_services(api: httpx2.Client, host: str) -> None:
    assert api.get("/projects", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://[", "http://", "null", "", "chrome-extension://{host}", "http://{host}.evil"]
)
def test_an_origin_that_only_looks_like_the_services_is_anothers(
    service: Service, api: httpx2.Client, origin: str
) -> None:
    scene = make_scene(api, make_project(api))
    host = service.url.removeprefix("http://")
    answer = api.delete(f"/scenes/{scene['id']}", headers={"Origin": origin.format(host=host)})
    assert answer.status_code == 403


def test_every_answer_says_that_it_depends_on_who_asks(api: httpx2.Client) -> None:
    """Else a browser would give one page's copy, without leave to read it, to another's."""
    scene = make_scene(api, make_project(api))
    path = f"/scenes/{scene['id']}"
    first = api.get(path)
    again = api.get(path, headers={"If-None-Match": first.headers["etag"]})
    for answer in (first, again, api.get(path, headers=ELSEWHERE), api.get("/scenes/0")):
        assert answer.headers["vary"] == "Origin"


def test_origins_are_set_as_people_write_them() -> None:
    origins = Origins(Settings(cors_origins=["https://Desk.example/"]))
    allowed = origins.may_read("https://desk.example", "localhost", documented=False)
    assert allowed is not None
    assert (b"access-control-allow-origin", b"https://desk.example") in allowed
    assert origins.may_read("https://desk.example.evil", "localhost", documented=False) is None
