"""Prompts that nobody wants any more are called off on their servers; nobody else's ever is."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import httpx2
from sqlalchemy import bindparam

from tests.renders.approved_story import KEYFRAME, add_project, add_shot, add_workflow, write
from tests.renders.comfyui.studio import (
    QUIET,
    a_shot,
    comfy_with,
    fresh,
    of_somebody_else,
    require_right,
    sent_for,
    staged,
    still,
    studio_with,
    until_it_runs,
)
from tests.support.comfyui import Comfy
from tests.support.factories import Json, ok
from tests.support.rendering import DESK, get_take, request_takes
from tests.support.services import Service, serving, until
from tower_anime.core.database import Database, Transaction
from tower_anime.core.sql import Statement
from tower_anime.engines.farm import Farm
from tower_anime.engines.infos import Infos
from tower_anime.engines.known import Engine
from tower_anime.engines.service import add_missing
from tower_anime.renders import take_rows, takes
from tower_anime.renders.comfyui.recalling import Recaller
from tower_anime.renders.schemas import TakeRequest

NO_ROOM = 2**60  # bytes to be kept free: a service that has not so many claims no take


class Left(NamedTuple):
    """A take that waits, whose prompt a service that has stopped left on a server."""

    comfy: Comfy
    take: Json
    project: Json
    folder: Path


def left(stack: ExitStack, folder: Path) -> Left:
    """The server goes on with the prompt, one step a minute."""
    comfy = comfy_with(stack, step_seconds=60)
    with ExitStack() as before:
        service = studio_with(before, folder, comfy)
        project = staged(service.api, ("keyframe", still(service.api)))
        take = request_takes(service.api, a_shot(service.api, project), seed=fresh())[0]
        until_it_runs(comfy, take)
    assert comfy.prompts()[0]["ended"] is None
    return Left(comfy, take, project, folder)


def started(stack: ExitStack, one: Left, **settings: object) -> Service:
    """A service over what was left; it begins nothing itself unless told otherwise."""
    told = {**QUIET, "comfyui_urls": one.comfy.url, "min_free_bytes": NO_ROOM, **settings}
    return stack.enter_context(serving(one.folder, **told))


def ended(one: Left) -> list[str | None]:
    return [sent["ended"] for sent in sent_for(one.comfy, one.take)]


def fate(comfy: Comfy, prompt_id: str) -> str | None:
    """How a prompt ended; nothing while it waits or runs."""
    [told] = [one for one in comfy.prompts() if one["id"] == prompt_id]
    how: str | None = told["ended"]
    return how


def cancel_take(api: httpx2.Client, one: Left) -> None:
    ok(api.post(f"/takes/{one.take['id']}/cancel"))


def test_a_waiting_take_that_is_cancelled_is_interrupted_where_it_runs(
    stack: ExitStack, tmp_path: Path
) -> None:
    one = left(stack, tmp_path)
    theirs = of_somebody_else(one.comfy)
    api = started(stack, one).api
    waiting = get_take(api, one.take)["status"]

    cancel_take(api, one)

    until(lambda: ended(one) == ["interrupted"], "the interruption")
    assert (waiting, get_take(api, one.take)["status"]) == ("queued", "cancelled")
    assert fate(one.comfy, theirs) is None
    one.comfy.behave(step_seconds=0)


def test_a_prompt_that_waits_behind_anothers_is_taken_out_of_the_line(
    stack: ExitStack, db: Database
) -> None:
    comfy = comfy_with(stack, step_seconds=60)
    theirs = of_somebody_else(comfy)
    ours, take_id = of_somebody_else(comfy), write(db, waiting_take)
    write(db, add_missing, [comfy.url])
    write(db, lambda tx: tx.run(_SENT, take=take_id, prompt=ours))
    farm = Farm(Infos())
    stack.callback(farm.close)
    farm.set_engines([Engine(1, "one", comfy.url, True)])
    recaller = Recaller(db, farm)
    db.listeners.append(recaller.wake)
    recaller.start()
    stack.callback(recaller.stop)
    before = fate(comfy, ours)

    write(db, takes.cancel, take_id)

    until(lambda: fate(comfy, ours) == "deleted", "its deletion")
    until(lambda: db.read_now(take_rows.row_of, take_id)["prompt_id"] is None, "the note of it")
    assert (before, fate(comfy, theirs)) == (None, None)
    comfy.behave(step_seconds=0)


_SENT = Statement(
    takes.takes.update()
    .where(takes.takes.c.id == bindparam("take"))
    .values(prompt_id=bindparam("prompt"), engine_id=1)
)


def waiting_take(tx: Transaction) -> int:
    """A take that is queued; its id."""
    project = add_project(tx, ("keyframe", add_workflow(tx, "Still", {"prompt": PROMPT})))
    [made] = takes.request(tx, add_shot(tx, project)["id"], TakeRequest(), DESK)
    take_id: int = json.loads(made)["id"]
    return take_id


PROMPT = KEYFRAME["prompt"]


def test_a_run_that_is_cancelled_calls_off_its_prompts(stack: ExitStack, tmp_path: Path) -> None:
    comfy = comfy_with(stack, step_seconds=60)
    with ExitStack() as before:
        service = studio_with(before, tmp_path, comfy)
        project = staged(service.api, ("keyframe", still(service.api)))
        a_shot(service.api, project)
        asked = ok(service.api.post(f"/projects/{project['id']}/render", json={}))
        take = asked["takes"][0]
        until_it_runs(comfy, take)
    one = Left(comfy, take, project, tmp_path)
    api = started(stack, one).api

    ok(api.post(f"/runs/{asked['run_id']}/cancel"))

    until(lambda: ended(one) == ["interrupted"], "the interruption")
    comfy.behave(step_seconds=0)


def test_what_goes_to_the_trash_is_called_off_and_comes_back_to_be_rendered(
    stack: ExitStack, tmp_path: Path
) -> None:
    one = left(stack, tmp_path)
    with ExitStack() as first:
        api = started(first, one).api
        ok(api.delete(f"/projects/{one.project['id']}"))
        until(lambda: ended(one) == ["interrupted"], "the interruption")
    one.comfy.behave(step_seconds=0)

    api = started(stack, one, min_free_bytes=0).api
    ok(api.post(f"/projects/{one.project['id']}/restore"))

    require_right(api, one.take)
    assert ended(one) == ["interrupted", "success"]


def test_a_server_that_is_away_is_told_when_it_is_back(stack: ExitStack, tmp_path: Path) -> None:
    one = left(stack, tmp_path)
    one.comfy.behave(refuse={"/queue": 4})
    api = started(stack, one).api

    cancel_take(api, one)

    until(lambda: ended(one) == ["interrupted"], "the interruption")
    one.comfy.behave(step_seconds=0)


def test_a_cancelled_take_is_called_off_also_by_the_next_service(
    stack: ExitStack, tmp_path: Path
) -> None:
    one = left(stack, tmp_path)
    one.comfy.behave(silent=True)
    with ExitStack() as first:
        cancel_take(started(first, one).api, one)
    before = ended(one)
    one.comfy.behave(silent=False)

    started(stack, one)

    until(lambda: ended(one) == ["interrupted"], "the interruption")
    assert before == [None]
    one.comfy.behave(step_seconds=0)
