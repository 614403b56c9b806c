"""Whoever follows the change log gets each change once and in order, whatever happens between."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path

import psycopg
import pytest
from starlette.types import Message

from tests.support.services import PATIENCE
from tower_anime.core import changes, feed, schemas
from tower_anime.core.changes import Change
from tower_anime.core.changes_api import EventStream
from tower_anime.core.database import Context, Database, Reader, Transaction, write, write_now
from tower_anime.core.feed import Asked
from tower_anime.core.followers import Passing
from tower_anime.core.opening import DATABASE_FILE, open_database
from tower_anime.core.postgresql import PostgresqlDatabase
from tower_anime.core.settings import Settings
from tower_anime.core.stream import Hub
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate

ALL = Asked()


def record(tx: Transaction, *texts: str, project_id: int | None = None) -> None:
    """Log changes of nothing in particular, as a workflow's or an engine's are."""
    for text in texts:
        changes.record(tx, Change("engine", 1, "changed", text, project_id))


def make_project(tx: Transaction) -> None:
    projects.create(tx, ProjectCreate(name="P"))


def make_scene(tx: Transaction, project_id: int, branch: str = "main") -> None:
    new = SceneCreate(project_id=project_id, scene_number=1, description="", branch_name=branch)
    scenes.create(tx, new)


def told(db: Database, asked: Asked = ALL, after: int = 0, limit: int = 100) -> list[str]:
    page = db.read_now(feed.page, asked, after, limit)
    return [json.loads(document)["text"] for document in page.documents]


# --- reading


def test_each_change_is_shown_in_its_documented_shape(db: Database) -> None:
    write_now(db, make_project)
    write_now(db, make_scene, 1)
    page = db.read_now(feed.page, ALL, 0, 100)
    shown = [schemas.Change.model_validate_json(document) for document in page.documents]
    assert [change.id for change in shown] == page.ids
    assert [(c.subject, c.verb, c.project_id, c.branch_name) for c in shown] == [
        ("project", "created", 1, None),
        ("branch", "created", 1, "main"),
        ("scene", "created", 1, "main"),
    ]


@pytest.fixture
def two_productions(db: Database) -> Database:
    """Two projects with a scene on `main` each, one with another on `café`."""
    for project_id in (1, 2):
        write_now(db, make_project)
        write_now(db, make_scene, project_id)
    write_now(db, make_scene, 1, "cafe\u0301")
    return db


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), 8),
        (Asked(project_id=1), 5),
        (Asked(branch_name="main"), 4),
        (Asked(branch_name="caf\u00e9"), 2),
        (Asked(project_id=2, branch_name="caf\u00e9"), 0),
        (Asked(subject="scene"), 3),
        (Asked(subject="scene", subject_id=1), 1),
        (Asked(subject_id=1), 3),
        (Asked(project_id=1, subject="scene"), 2),
        (Asked(project_id=1, branch_name="main", subject="scene", subject_id=1), 1),
        (Asked(actor="Mika"), 0),
    ],
)
def test_filters_combine(two_productions: Database, asked: Asked, found: int) -> None:
    assert len(told(two_productions, asked)) == found
    assert two_productions.read_now(feed.count, asked) == found


def test_who_changed_something_is_found_by_name(db: Database) -> None:
    asyncio.run(write(db, Context(actor="Mika"), record, "by Mika"))
    write_now(db, record, "by nobody")
    assert told(db, Asked(actor="Mika")) == ["by Mika"]


def test_what_changed_outside_all_projects_is_in_the_log_and_listeners_hear_of_it(
    db: Database,
) -> None:
    heard: list[set[int]] = []
    db.listeners.append(heard.append)
    write_now(db, record, "an engine")
    assert told(db) == ["an engine"]
    assert told(db, Asked(project_id=1)) == []
    db.close()
    assert heard == [{changes.NO_PROJECT}]


def test_what_has_grown_is_told_by_project_and_from_the_logs_end_where_that_went_back(
    db: Database,
) -> None:
    write_now(db, record, "a", "b", project_id=1)
    write_now(db, record, "c", project_id=2)
    write_now(db, record, "d")
    assert db.read_now(feed.grown, 1) == (4, {1, 2, changes.NO_PROJECT})
    assert db.read_now(feed.grown, 4) == (4, set())
    assert db.read_now(feed.grown, 9) == (4, set())


def test_a_page_ends_where_the_next_begins(db: Database) -> None:
    write_now(db, record, *"abcde", project_id=1)
    assert told(db, ALL, 0, 2) == ["a", "b"]
    assert told(db, ALL, 2, 2) == ["c", "d"]
    first, exact = (db.read_now(feed.page, ALL, after, 2) for after in (0, 3))
    assert (first.reached, first.more) == (2, True)
    assert (exact.reached, exact.more) == (5, False)
    nothing = db.read_now(feed.page, ALL, 3, 0)
    assert (nothing.ids, nothing.reached, nothing.more) == ([], 3, True)


def test_a_page_reaches_over_what_was_not_asked_for(db: Database) -> None:
    write_now(db, record, "mine", project_id=1)
    write_now(db, record, "another's", "another's", project_id=2)
    page = db.read_now(feed.page, Asked(project_id=1), 0, 10)
    assert (page.ids, page.reached, page.more) == ([1], 3, False)


def test_a_reader_who_goes_on_after_the_last_id_misses_nothing_while_eight_write(
    db: Database,
) -> None:
    def write_some(writer: int) -> None:
        for n in range(30):
            write_now(db, record, f"{writer}-{n}", project_id=writer)

    seen: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write_some, writer) for writer in range(8)]
        over = False
        while not over:
            over = all(writer.done() for writer in writers)
            page = db.read_now(feed.page, ALL, seen[-1] if seen else 0, 7)
            seen += page.ids
            over = over and not page.more
    for writer in writers:
        writer.result(0)
    assert seen == db.read_now(feed.page, ALL, 0, 1000).ids
    assert len(seen) == 240


# --- following, in this process

Event = dict[str, str]


def parsed(block: bytes) -> Iterator[Event]:
    """Events as browsers read them, those without data too."""
    for text in block.decode().removesuffix("\n\n").split("\n\n"):
        fields = (line.partition(": ") for line in text.split("\n"))
        yield {name: value for name, _, value in fields}


class Client:
    """One that follows; `next` waits for the next event."""

    def __init__(self, stream: AsyncGenerator[bytes, None]) -> None:
        self._stream = stream
        self._events: list[Event] = []

    async def next(self) -> Event:
        while not self._events:
            async with asyncio.timeout(PATIENCE):
                self._events += parsed(await anext(self._stream))
        return self._events.pop(0)

    async def text(self) -> str:
        """The text of the next change."""
        event = await self.next()
        assert event["event"] == "change", event
        text: str = json.loads(event["data"])["text"]
        return text


def following(
    db: Database,
    follow: Callable[[Hub, Client], object],
    asked: Asked = ALL,
    after: int = 0,
    **hub_options: float,
) -> None:
    """Have `follow` follow with one client."""

    async def run() -> None:
        hub = Hub(db, **hub_options)
        db.listeners.append(hub.wake)
        async with aclosing(hub.follow(asked, after)) as stream:
            client = Client(stream)
            assert await client.next() == {"id": str(after), "retry": "2000"}
            await follow(hub, client)  # type: ignore[misc]
        db.listeners.remove(hub.wake)

    asyncio.run(run())


async def log(db: Database, text: str, project_id: int | None = 1) -> None:
    await write(db, Context(), lambda tx: record(tx, text, project_id=project_id))


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


# --- several services on one PostgreSQL database


@pytest.fixture
def two_databases(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> Iterator[tuple[str, Database, Database]]:
    """One PostgreSQL database, opened twice; and its address."""
    url = new_postgresql()
    opened = [open_database(Settings(data_dir=tmp_path, database_url=url)) for _ in range(2)]
    try:
        yield url, opened[0], opened[1]
    finally:
        for db in opened:
            db.close()


@pytest.fixture
def one_that_listens(
    two_databases: tuple[str, Database, Database],
) -> Iterator[tuple[Database, Database]]:
    """A database that looks at the log only when it is told to, and another service's."""
    url, _, theirs = two_databases
    ours = PostgresqlDatabase(url, look_seconds=10 * PATIENCE)
    try:
        yield ours, theirs
    finally:
        ours.close()


def test_a_client_hears_at_once_of_what_another_service_commits(
    one_that_listens: tuple[Database, Database],
) -> None:
    ours, theirs = one_that_listens

    async def follow(_: Hub, client: Client) -> None:
        for n in range(20):
            await log((ours, theirs)[n % 2], str(n))
            assert await client.text() == str(n)

    following(ours, follow)


def test_a_notification_that_comes_while_the_log_is_read_is_heard(
    one_that_listens: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = one_that_listens
    grown, late, is_read = feed.grown, ["late"], threading.Event()
    readers: dict[threading.Thread, Reader] = {}

    def noted(reader: Reader, after: int) -> tuple[int, set[int]]:
        readers[threading.current_thread()] = reader
        return grown(reader, after)

    def commit_more(_: set[int]) -> None:
        if late and is_read.wait(PATIENCE):
            text = late.pop()
            write_now(theirs, lambda tx: record(tx, text, project_id=1))
            for _ in range(200):  # the notification comes along with one of these
                feed.newest(readers[threading.current_thread()])

    monkeypatch.setattr(feed, "grown", noted)

    async def follow(_: Hub, client: Client) -> None:
        ours.listeners.append(commit_more)
        await log(theirs, "first")
        assert await client.text() == "first"
        is_read.set()
        assert await client.text() == "late"

    following(ours, follow)


def test_what_another_service_commits_is_heard_after_every_connection_was_lost(
    two_databases: tuple[str, Database, Database],
) -> None:
    url, ours, theirs = two_databases

    async def follow(_: Hub, client: Client) -> None:
        for text in ("one", "two"):
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            await log(theirs, text)
            assert await client.text() == text

    following(ours, follow)


def test_what_nobody_notifies_of_is_found_all_the_same(
    two_databases: tuple[str, Database, Database],
) -> None:
    url, ours, _ = two_databases

    async def follow(_: Hub, client: Client) -> None:
        for n in range(2):
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(
                    "INSERT INTO changes (at, project_id, subject, subject_id, verb, text)"
                    " VALUES ('', 1, 'project', 1, 'changed', 'by hand')"
                )
            assert await client.text() == "by hand", n

    following(ours, follow)
