"""What the client does where a service, or the way to it, is not well."""

from __future__ import annotations

import io
import socket

import httpx2
import pytest

from tests.client.scripted import DROPPED, Answer, answering
from tests.support.services import Service
from tower_anime.client import (
    NotFinished,
    Problem,
    Tower,
    Unavailable,
    Unreachable,
    Unreadable,
)

VERSION = Answer.json({"name": "x", "version": "1", "python": "3", "database": "sqlite"})
BUSY = {"title": "Service unavailable", "status": 503, "detail": "Not now"}


def branch(**fields: object) -> dict[str, object]:
    """A branch as the service tells it."""
    row: dict[str, object] = dict.fromkeys(("parent_id", "forked_at", "description", "deleted_at"))
    row |= {"id": 1, "project_id": 1, "name": "main", "revision": 1}
    return {**row, "created_at": "", "updated_at": "", **fields}


PROJECT = {
    "id": 1,
    "name": "A",
    "description": None,
    "status": "active",
    "metadata": None,
    "settings": {},
    "revision": 1,
    "deleted_at": None,
    "created_at": "",
    "updated_at": "",
}


def test_where_nothing_serves_is_told_after_few_attempts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with Tower(url, retries=1) as tower, pytest.raises(Unreachable, match=url):
        tower.version()


@pytest.mark.parametrize(
    "url",
    ["http://[", "ftp://127.0.0.1", "http://127.0.0.1:port", f"http://{'a' * 70}.example", ""],
)
def test_an_address_that_is_none_is_told_as_such(url: str) -> None:
    with pytest.raises(Unreachable), Tower(url, retries=0) as tower:
        tower.version()


def test_an_address_may_end_as_the_api_s_does(service: Service) -> None:
    with Tower(f"{service.url}/api/anime/") as tower:
        assert (tower.url, tower.version().name) == (service.url, "tower-anime")


def test_a_proxy_without_a_service_behind_it_is_unreachable() -> None:
    with (
        answering(Answer(502, b"<html>")) as scripted,
        Tower(scripted.url) as tower,
        pytest.raises(Unreachable, match="a proxy before it answers 502"),
    ):
        tower.version()


def test_a_page_is_no_script() -> None:
    with (
        answering(Answer(body=b"<html>")) as scripted,
        Tower(scripted.url) as tower,
        pytest.raises(Unreadable, match="is it the address"),
    ):
        tower.projects.export_script(1)


def test_a_read_whose_connection_drops_is_sent_again() -> None:
    with answering(DROPPED, VERSION) as scripted, Tower(scripted.url) as tower:
        assert tower.version().version == "1"
        assert len(scripted.asked) == 2


def test_a_write_whose_connection_drops_is_sent_again_under_the_same_key() -> None:
    with answering(DROPPED, Answer.json(PROJECT)) as scripted, Tower(scripted.url) as tower:
        tower.projects.create("A")
        first, second = scripted.asked

    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body == b'{"name": "A"}'


def test_each_write_has_a_key_of_its_own() -> None:
    answers = [Answer.json(PROJECT)] * 2
    with answering(*answers) as scripted, Tower(scripted.url) as tower:
        tower.projects.create("A")
        tower.projects.create("A")
        first, second = scripted.asked

    assert first.headers["Idempotency-Key"] != second.headers["Idempotency-Key"]


def test_a_write_that_arrived_twice_took_place_once(service: Service) -> None:
    class Losing(httpx2.HTTPTransport):
        """Carries each request, and loses the first answer."""

        lost = False

        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            response = super().handle_request(request)
            if not self.lost:
                self.lost = True
                raise httpx2.ReadError("the connection dropped")
            return response

    with Tower(service.url, transport=Losing()) as tower:
        project = tower.projects.create("Once and not twice")
        again = [p for p in tower.projects.list() if p.name == "Once and not twice"]

    assert [found.id for found in again] == [project.id]
    with Tower(service.url) as tower:
        tower.projects.delete(project)  # for the next database's turn


def test_a_file_is_sent_again_from_its_beginning() -> None:
    medium = {
        **dict.fromkeys(("width", "height", "duration", "frames", "fps", "name")),
        "id": "0" * 64,
        "mime": "image/png",
        "kind": "image",
        "bytes": 5,
        "has_audio": False,
        "present": True,
        "created_at": "",
    }
    with answering(DROPPED, Answer.json(medium)) as scripted, Tower(scripted.url) as tower:
        tower.media.upload(io.BytesIO(b"hello"), name="絵.png")
        first, second = scripted.asked

    assert b"hello" in first.body
    assert "絵.png".encode() in first.body
    assert first.body == second.body


def test_a_service_that_puts_off_is_asked_again_when_it_says() -> None:
    later = Answer.json(BUSY, 503, Retry_After="0")
    with answering(later, later, VERSION) as scripted, Tower(scripted.url) as tower:
        tower.version()
        assert len(scripted.asked) == 3


def test_a_service_that_puts_off_again_and_again_is_given_up() -> None:
    later = Answer.json(BUSY, 503, Retry_After="0")
    with (
        answering(*[later] * 3) as scripted,
        Tower(scripted.url, retries=2) as tower,
        pytest.raises(Unavailable, match="Not now"),
    ):
        tower.version()


def test_a_refusal_is_not_sent_again() -> None:
    with answering(Answer.json(BUSY, 503)) as scripted, Tower(scripted.url) as tower:
        with pytest.raises(Unavailable):
            tower.version()
        assert len(scripted.asked) == 1


def test_an_answer_that_takes_too_long_is_not_waited_for_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Tower(url, timeout=0.1) as tower, pytest.raises(Unreachable, match="too long"):
            tower.version()
        silent.accept()[0].close()
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_a_redirect_of_a_write_is_not_followed() -> None:
    elsewhere = Answer(307, headers={"Location": "/else"})
    with answering(elsewhere) as scripted, Tower(scripted.url) as tower:
        with pytest.raises(Unreadable):
            tower.projects.create("A")
        assert len(scripted.asked) == 1


def test_a_status_without_a_class_of_its_own_is_a_problem() -> None:
    odd = Answer.json({"title": "Teapot", "status": 418, "detail": "I am one"}, 418)
    with answering(odd) as scripted, Tower(scripted.url) as tower:
        with pytest.raises(Problem) as caught:
            tower.version()
        assert (type(caught.value), caught.value.status) == (Problem, 418)


@pytest.mark.parametrize(
    "odd",
    [
        Answer(body=b"<html>"),
        Answer(500, b"<html>"),
        Answer.json([]),
        Answer.json([], 500),
        Answer.json({"title": "Odd", "detail": ["no field"]}, 422),
    ],
)
def test_an_answer_that_is_not_the_service_s_is_unreadable(odd: Answer) -> None:
    with (
        answering(odd) as scripted,
        Tower(scripted.url) as tower,
        pytest.raises(Unreadable, match=scripted.url),
    ):
        tower.version()


def test_what_a_newer_service_adds_is_kept() -> None:
    newer = Answer.json([branch(colour="red")])
    with answering(newer) as scripted, Tower(scripted.url) as tower:
        (found,) = tower.branches.list(1)

    assert found.name == "main"
    assert found.model_extra == {"colour": "red"}


def test_a_link_is_followed_by_what_it_asks_not_where_it_leads() -> None:
    first = Answer.json([branch()], Link='<http://else.where/x?after=a%3Db&limit=1>; rel="next"')
    with answering(first, Answer.json([])) as scripted, Tower(scripted.url) as tower:
        assert len(list(tower.branches.list(1, limit=1))) == 1
        assert scripted.asked[1].path.startswith("/api/anime/projects/1/branches?")
        assert "after=a%3Db" in scripted.asked[1].path


def test_waiting_ends_after_its_time() -> None:
    running = Answer.json(
        {
            **dict.fromkeys(("seed", "digest", "reused_from", "media_id", "preview_id", "error")),
            **dict.fromkeys(("engine_id", "waits_for")),
            "warnings": [],
            "id": 3,
            "project_id": 1,
            "shot_id": 1,
            "stage": "video",
            "number": 1,
            "run_id": None,
            "status": "running",
            "progress": 0.5,
            "verdict": "unreviewed",
            "attempt": 1,
            "engine": "animatic",
            "place": 0,
            "outputs": [],
            "queued_at": "",
            "started_at": None,
            "finished_at": None,
        }
    )
    with (
        answering(running) as scripted,
        Tower(scripted.url) as tower,
        pytest.raises(NotFinished, match="Take 3"),
    ):
        tower.takes.wait(3, timeout=0)
