"""Whoever follows the change log gets each change once and in order, whatever happens between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
from starlette.types import Message

from tests.core.following import ALL, Client, following, log, record
from tests.support.services import PATIENCE
from tower_anime.core.changes_api import EventStream
from tower_anime.core.database import Database, write_now
from tower_anime.core.feed import Asked
from tower_anime.core.followers import Passing
from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.settings import Settings
from tower_anime.core.stream import Hub


def test_a_stream_goes_over_from_what_was_to_what_is_without_a_seam(db: Database) -> None:
    write_now(db, record, *(f"before {n}" for n in range(500)), project_id=1)

    async def follow(_: Hub, client: Client) -> None:
        assert [await client.text() for _ in range(250)] == [f"before {n}" for n in range(250)]
        await log(db, "now")
        assert [await client.text() for _ in range(251)][-2:] == ["before 499", "now"]
        await log(db, "and now")
        assert await client.text() == "and now"

    following(db, follow)


def test_to_be_woken_for_nothing_does_no_harm(db: Database) -> None:
    async def follow(hub: Hub, client: Client) -> None:
        for n in range(3):
            hub.wake({1})
            hub.tell(passing(1, n, "news"))
            assert await client.next() == {"event": "progress", "data": "news"}
            await log(db, str(n))
            assert await client.text() == str(n)

    following(db, follow)


def test_a_client_hears_of_its_project_and_of_no_other(db: Database) -> None:
    async def follow(_: Hub, client: Client) -> None:
        await log(db, "another's", project_id=2)
        await log(db, "nobody's", project_id=None)
        await log(db, "mine")
        assert await client.text() == "mine"

    following(db, follow, Asked(project_id=1))


def test_a_silent_stream_beats(db: Database) -> None:
    async def follow(_: Hub, client: Client) -> None:
        assert await client.next() == {"": "ping"}
        await log(db, "something")
        while "event" not in await client.next():
            pass
        assert await client.next() == {"": "ping"}

    following(db, follow, heartbeat=0.01)


def test_a_heartbeat_tells_how_far_a_client_is_where_nothing_was_for_it(db: Database) -> None:
    write_now(db, record, "another's", "another's", project_id=2)

    async def follow(_: Hub, client: Client) -> None:
        assert await client.next() == {"id": "2"}
        assert await client.next() == {"": "ping"}

    following(db, follow, Asked(project_id=1), heartbeat=0.01)


def test_who_was_further_than_the_log_is_told_so_and_goes_on_from_its_end(db: Database) -> None:
    write_now(db, record, "restored from a backup", project_id=1)

    async def follow(_: Hub, client: Client) -> None:
        reset = await client.next()
        assert reset == {"event": "reset", "data": '{"newest":1}', "id": "1"}
        await log(db, "after that")
        assert await client.text() == "after that"

    following(db, follow, after=7)


def passing(project_id: int, subject_id: int, data: str) -> Passing:
    return Passing("progress", project_id, "take", subject_id, data)


def test_passing_news_has_no_id_and_only_the_newest_about_one_thing_is_sent(db: Database) -> None:
    async def follow(hub: Hub, client: Client) -> None:
        write_now(db, record, "so that the hub rests", project_id=1)
        assert await client.text() == "so that the hub rests"
        for news in (passing(2, 8, "another's"), passing(1, 9, "10 %"), passing(1, 9, "20 %")):
            hub.tell(news)
        assert await client.next() == {"event": "progress", "data": "20 %"}

    following(db, follow, Asked(project_id=1))


@pytest.mark.parametrize(
    "asked",
    [Asked(subject="cut"), Asked(subject_id=8), Asked(branch_name="main"), Asked(actor="Mika")],
)
def test_passing_news_is_filtered_as_changes_are(db: Database, asked: Asked) -> None:
    async def follow(hub: Hub, client: Client) -> None:
        hub.tell(passing(1, 9, "of a take"))
        assert await client.next() == {"": "ping"}

    following(db, follow, asked, heartbeat=0.2)


def test_every_stream_ends_when_the_hub_closes(db: Database) -> None:
    async def follow(hub: Hub, client: Client) -> None:
        waiting = asyncio.ensure_future(client.next())
        await asyncio.sleep(0)
        hub.close()
        with pytest.raises(StopAsyncIteration):
            await waiting

    following(db, follow)


def test_a_client_that_does_not_leave_is_cut_off_when_the_hub_closes(db: Database) -> None:
    async def run() -> None:
        hub, cut_off = Hub(db), asyncio.Event()
        async with aclosing(hub.follow(ALL, 0, cut_off.set)) as stream:
            await anext(stream)  # and then takes nothing more
            hub.close()
            async with asyncio.timeout(PATIENCE):
                await cut_off.wait()

    asyncio.run(run())


def test_a_client_that_does_not_take_what_it_is_sent_is_cut_off_in_the_end() -> None:
    async def events() -> AsyncGenerator[bytes, None]:
        yield b": news\n\n"

    async def run() -> None:
        cut_off = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await cut_off.wait()

        async with asyncio.timeout(PATIENCE):
            await EventStream(events(), cut_off.set, patience=0.01).stream_response(send)

    asyncio.run(run())


def test_a_stream_outlives_a_database_that_is_away_for_a_while(tmp_path: Path) -> None:
    db = open_database(Settings(data_dir=tmp_path))
    file, elsewhere = tmp_path / DATABASE_FILE, tmp_path / "elsewhere"

    async def follow(hub: Hub, client: Client) -> None:
        await log(db, "before")
        assert await client.text() == "before"
        file.rename(elsewhere)
        hub.wake({1})
        assert await client.next() == {"": "ping"}
        elsewhere.rename(file)
        await log(db, "after")
        while "event" not in (event := await client.next()):
            assert event == {"": "ping"}
        assert json.loads(event["data"])["text"] == "after"

    try:
        following(db, follow)
    finally:
        db.close()
