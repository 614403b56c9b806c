"""A state machine of several clients and a service that is killed under their hands.

Whatever was acknowledged is there afterwards, in order, with its history; what was not, happened
once or not at all, and its repeat says which. Run it by hand for longer, or on PostgreSQL:

    TOWER_TEST_SEQUENCES=2000 TOWER_TEST_DATABASE=postgresql \
        pytest -s tests/faults/test_story_machine.py
"""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.factories import Json, ok
from tests.support.services import PATIENCE, Service

SEQUENCES = int(os.environ.get("TOWER_TEST_SEQUENCES", "12"))
DATABASES = [os.environ.get("TOWER_TEST_DATABASE", "sqlite")]
CLIENTS = 3
MOST_KILLS = 2  # of one story: each takes as long as a hundred writes

VERBS = (
    "create scene",
    "edit scene",
    "edit scene if unchanged",
    "trash scene",
    "restore scene",
    "create character",
    "edit character",
    "restore version",
    "create shot",
    "edit shot",
    "trash shot",
    "restore shot",
)


class Wish(NamedTuple):
    """Something that a client wants to do to one of the rows that there are."""

    verb: str
    which: int


class Call(NamedTuple):
    """One write, as it is sent, and sent again with the same key."""

    actor: str  # a name of its own, by which it is found in the change log
    kind: str
    method: str
    path: str
    body: Json | None
    headers: dict[str, str]

    @property
    def may_change_nothing(self) -> bool:
        """Restoring what is not in the trash is answered, and nothing is written."""
        return self.path.endswith("/restore") and self.kind != "character"


class Done(NamedTuple):
    """A write that was acknowledged with a row."""

    call: Call
    row: Json


wishes = st.builds(Wish, st.sampled_from(VERBS), st.integers(0, 5))


class StoryMachine(RuleBasedStateMachine):
    """Clients that write at the same moment, and kills at any instant."""

    service: Service
    api: httpx2.Client  # goes on over kills

    def __init__(self) -> None:
        super().__init__()
        self.numbers = itertools.count(1)
        self.project: Json = {}
        self.ids: dict[str, list[int]] = {"scene": [], "character": [], "shot": []}
        self.moments: list[list[Done]] = []  # those of one moment have no order among them
        self.refused: list[str] = []
        self.before = 0
        self.checked = True
        self.kills = 0

    # --- what clients do

    @initialize()
    def begin(self) -> None:
        api = self.api
        self.project = ok(api.post("/projects", json={"name": "Moonlit Delivery"}))
        body = {"project_id": self.project["id"], "scene_number": 1, "description": "first"}
        first = ok(api.post("/scenes", json=body))
        self.ids["scene"].append(first["id"])
        shot = ok(api.get(f"/scenes/{first['id']}/shots"))[0]
        self.ids["shot"].append(shot["id"])
        self.before = ok(api.get("/changes", params={"project_id": self.project["id"]}))[-1]["id"]

    @rule(asked=st.lists(wishes, min_size=1, max_size=CLIENTS))
    def write(self, asked: list[Wish]) -> None:
        """Clients write at the same moment."""
        calls = [self._call(wish) for wish in asked]
        with ThreadPoolExecutor(CLIENTS) as pool:
            self._learn(calls, list(pool.map(self._send, calls)))

    @precondition(lambda self: self.kills < MOST_KILLS)
    @rule(asked=st.lists(wishes, min_size=1, max_size=CLIENTS), after=st.integers(0, 12))
    def write_while_the_service_is_killed(self, asked: list[Wish], after: int) -> None:
        """The service dies some milliseconds after they began; then each sends its call again."""
        self.kills += 1
        calls = [self._call(wish) for wish in asked]
        killing = Timer(after / 1000, self.service.kill)
        with ThreadPoolExecutor(CLIENTS) as pool:
            sent = [pool.submit(self._send_or_lose, call) for call in calls]
            killing.start()
            wait(sent)
        killing.join()
        self.service.start()
        again = [self._send(call) for call in calls]
        for attempt, answer in zip(sent, again, strict=True):
            first = attempt.result()
            if first is not None and first.status_code == 200:
                assert answer.content == first.content  # what was acknowledged was kept
        self._learn(calls, again)

    @precondition(lambda self: any(self.moments))
    @rule()
    def send_an_old_call_again(self) -> None:
        """A client that is not sure repeats what was long done."""
        moments = [moment for moment in self.moments if moment]
        done = moments[len(moments) // 2][0]
        assert self._send(done.call).json() == done.row

    # --- what must hold

    @invariant()
    def everything_acknowledged_is_there(self) -> None:
        if self.checked:
            return
        self.checked = True
        changes = self._changes()
        for moment in self.moments:
            for call, row in moment:
                told = changes.pop(call.actor, None)
                if told is None:
                    assert call.may_change_nothing, call
                    continue
                assert told["subject"] == call.kind
                assert told["subject_id"] == row["id"]
                if call.kind != "shot":  # a shot's change is a revision of its scene
                    assert told["revision"] == row["revision"]
        assert not changes, "something was written that nobody was told of"
        self._check_rows()
        self._check_versions()

    def _changes(self) -> dict[str, Json]:
        """The changes of this story by their actors, in order, after checking their order."""
        query = {"project_id": self.project["id"], "after": self.before, "limit": 10_000}
        found = ok(self.api.get("/changes", params=query))
        ids = [change["id"] for change in found]
        assert ids == sorted(set(ids))
        places = {change["actor"]: n for n, change in enumerate(found)}
        assert len(places) == len(found), "a call was carried out twice"
        assert not places.keys() & set(self.refused)
        last = -1
        for moment in self.moments:
            order = [places[call.actor] for call, _ in moment if call.actor in places]
            assert not order or min(order) > last, "a later write stands before an earlier one"
            last = max(order, default=last)
        return {change["actor"]: change for change in found}

    def _check_rows(self) -> None:
        newest: dict[str, Json] = {}
        for moment in self.moments:
            for call, row in moment:
                path = f"/{call.kind}s/{row['id']}"
                if row["revision"] >= newest.get(path, {"revision": 0})["revision"]:
                    newest[path] = row
        of_scenes = ("revision", "updated_at", "video_path")  # its shots' changes touch these
        for path, expected in newest.items():
            answer = self.api.get(path)
            if expected["deleted_at"] is not None:
                assert answer.status_code == 404
                continue
            if answer.status_code == 404:  # its scene is in the trash
                assert path.startswith("/shots/")
                continue
            passed_over = of_scenes if path.startswith("/scenes/") else ()
            now = ok(answer)
            for name in expected.keys() - set(passed_over):
                assert now[name] == expected[name], (path, name)

    def _check_versions(self) -> None:
        for character_id in self.ids["character"]:
            rows = [
                row
                for moment in self.moments
                for call, row in moment
                if call.kind == "character" and row["id"] == character_id
            ]
            versions = ok(self.api.get(f"/characters/{character_id}/versions"))
            assert versions == sorted(rows, key=lambda row: -row["version"])

    # --- how

    def _call(self, wish: Wish) -> Call:
        verb, kind = wish.verb.split()[:2]
        kind = "character" if kind == "version" else kind
        number = next(self.numbers)
        ids = self.ids[kind]
        if verb == "create" or not ids:
            method, path, body = "POST", *self._creation(kind, number, wish.which)
        else:
            method, path, body = self._change(verb, kind, ids[wish.which % len(ids)], number)
        headers = {"X-Actor": f"call-{number}", "Idempotency-Key": uuid4().hex}
        if wish.verb.endswith("if unchanged"):
            headers["If-Match"] = self.api.get(path).headers.get("etag", '"0"')
        return Call(f"call-{number}", kind, method, path, body, headers)

    def _creation(self, kind: str, number: int, which: int) -> tuple[str, Json]:
        of_project = {"project_id": self.project["id"]}
        if kind == "character":
            return "/characters", {**of_project, "name": f"Hero {number}"}
        if kind == "scene":
            return "/scenes", {**of_project, "scene_number": number, "description": "new"}
        scenes = self.ids["scene"]
        return f"/scenes/{scenes[which % len(scenes)]}/shots", {"description": f"new {number}"}

    def _change(
        self, verb: str, kind: str, row_id: int, number: int
    ) -> tuple[str, str, Json | None]:
        path = f"/{kind}s/{row_id}"
        if verb == "trash":
            return "DELETE", path, None
        if verb == "restore":
            version = "/versions/1" if kind == "character" else ""
            return "POST", f"{path}{version}/restore", None
        return "PUT", path, {"description": f"as of {number}"}

    def _send(self, call: Call) -> httpx2.Response:
        return self.api.request(call.method, call.path, json=call.body, headers=call.headers)

    def _send_or_lose(self, call: Call) -> httpx2.Response | None:
        try:
            return self._send(call)
        except httpx2.TransportError:
            return None

    def _learn(self, calls: list[Call], answers: list[httpx2.Response]) -> None:
        moment = []
        for call, answer in zip(calls, answers, strict=True):
            if answer.status_code != 200:
                assert answer.status_code in {404, 409, 412}, answer.text
                self.refused.append(call.actor)
                continue
            row: Json = answer.json()
            if row["id"] not in self.ids[call.kind]:
                self.ids[call.kind].append(row["id"])
            moment.append(Done(call, row))
        self.moments.append(moment)
        self.checked = False


@contextmanager
def machine(data_dir: Path, database_url: str | None) -> Iterator[Callable[[], Any]]:
    """A class of machines that share one service: each makes a project of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = {"database_url": database_url} if database_url else {}
    service = Service(data_dir, films_mirror=False, render_workers=1, **url)
    service.port = port
    service.start()
    try:
        with httpx2.Client(base_url=f"{service.url}/api/anime", timeout=PATIENCE) as api:
            yield type("Machine", (StoryMachine,), {"service": service, "api": api})
    finally:
        service.kill()


@pytest.mark.parametrize("database", DATABASES)
def test_every_acknowledged_write_survives(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = None if database == "sqlite" else request.getfixturevalue("new_postgresql")()
    with machine(tmp_path, url) as made:
        run_state_machine_as_test(
            made,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=20,
                deadline=None,
                phases=[Phase.generate],  # a kill comes at another instant each time
                suppress_health_check=list(HealthCheck),
            ),
        )
