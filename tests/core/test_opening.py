"""Opening a database: one service a folder, nothing foreign touched, a copy before a migration."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from filelock import FileLock

import tower_anime.app  # noqa: F401 - with it, every table there is
from tests.support.services import PATIENCE, Service
from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterCreate
from tower_anime.core import lock
from tower_anime.core.database import write_now
from tower_anime.core.errors import CannotStart
from tower_anime.core.opening import DATABASE_FILE, MIGRATIONS, open_database
from tower_anime.core.settings import Settings
from tower_anime.core.tables import metadata
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate

NEXT_REVISION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{newest}", None, None


def upgrade():
    {upgrade}
"""
NEWEST = "0008"
ADD_A_COLUMN = """
    with op.batch_alter_table("projects", recreate="always") as projects:
        projects.add_column(sa.Column("extra", sa.Text()))
"""


@pytest.fixture
def next_version(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the migrations of a next version of the service, with one more revision."""

    def write(upgrade: str) -> Path:
        folder = tmp_path / "migrations"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(MIGRATIONS, folder, ignore=ignored)
        text = NEXT_REVISION.format(upgrade=upgrade.strip(), newest=NEWEST)
        (folder / "versions" / "next.py").write_text(text)
        return folder

    return write


def a_small_production(settings: Settings) -> None:
    db = open_database(settings)
    write_now(db, projects.create, ProjectCreate(name="Moonlit Delivery"))
    write_now(db, characters.create, CharacterCreate(project_id=1, name="Hero"))
    db.close()


def values(path: Path, sql: str) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(sql)]


def copies(folder: Path) -> list[Path]:
    return list(folder.glob(f"{DATABASE_FILE}.before-migration-*"))


def test_a_second_service_on_one_folder_refuses_and_says_who_is_there(
    own_service: Service,
) -> None:
    command = [sys.executable, "-m", "tower_anime.cli", "serve", "--port", "0"]
    second = subprocess.run(
        [*command, "--data-dir", str(own_service.data_dir)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode != 0
    pid = own_service.process.pid
    told = " ".join(second.stderr.split())
    here = f"(process {pid}, {own_service.url}) is using {own_service.data_dir}."
    assert f"Another Tower Anime service {here}" in told
    assert own_service.api.get("/health").status_code == 200


def test_a_folder_is_free_again_whichever_thread_lets_go_of_it(tmp_path: Path) -> None:
    held: list[FileLock] = []
    starting = threading.Thread(target=lambda: held.append(lock.hold(tmp_path)))
    starting.start()
    starting.join(PATIENCE)
    with pytest.raises(CannotStart, match="Another Tower Anime service"):
        lock.hold(tmp_path)
    held[0].release()
    lock.hold(tmp_path).release()


def test_a_folder_that_cannot_be_made_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="file/data cannot be used"):
        lock.hold(tmp_path / "file" / "data")


def test_a_database_of_something_else_is_refused_and_left_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(CannotStart, match="is a database of something else"):
        open_database(Settings(data_dir=tmp_path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [DATABASE_FILE]


def test_a_file_that_is_no_database_is_refused_and_left_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_FILE
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(CannotStart, match=DATABASE_FILE):
        open_database(Settings(data_dir=tmp_path))
    assert path.read_bytes() == b"not a database" * 1000


def test_a_server_database_of_something_else_is_refused_and_left_alone(
    new_postgresql: Callable[[], str], tmp_path: Path
) -> None:
    url = new_postgresql()
    with psycopg.connect(url) as server:
        server.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(CannotStart, match="is a database of something else"):
        open_database(Settings(data_dir=tmp_path, database_url=url))
    with psycopg.connect(url) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == [("recipes",)]


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://mika:secret@127.0.0.1:1/anime"
    with pytest.raises(CannotStart, match="cannot be reached") as refused:
        open_database(Settings(data_dir=tmp_path, database_url=url))
    assert "secret" not in refused.value.detail
    assert "mika:***@127.0.0.1:1" in refused.value.detail


def test_the_tables_that_the_migrations_make_are_those_of_the_code(settings: Settings) -> None:
    open_database(settings).close()
    file = f"sqlite:///{settings.data_dir / DATABASE_FILE}"
    address = sa.make_url(settings.database_url or file)
    if settings.database_url:
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert len(sa.inspect(connection).get_table_names()) == len(metadata.tables) + 1


def test_a_database_at_the_newest_schema_is_not_copied(tmp_path: Path) -> None:
    a_small_production(Settings(data_dir=tmp_path))
    open_database(Settings(data_dir=tmp_path)).close()
    assert copies(tmp_path) == []


def test_a_migration_keeps_a_copy_and_every_row(
    tmp_path: Path, next_version: Callable[[str], Path]
) -> None:
    settings = Settings(data_dir=tmp_path)
    a_small_production(settings)
    db = open_database(settings, next_version(ADD_A_COLUMN))
    assert '"Hero"' in db.read_now(characters.get, 1).json
    db.close()
    assert values(tmp_path / DATABASE_FILE, "SELECT extra FROM projects") == [None]
    [copy] = copies(tmp_path)
    assert values(copy, "SELECT version_num FROM alembic_version") == [NEWEST]
    assert values(copy, "SELECT name FROM characters") == ["Hero"]


def test_a_migration_that_would_break_references_leaves_the_database_as_it_is(
    tmp_path: Path, next_version: Callable[[str], Path]
) -> None:
    settings = Settings(data_dir=tmp_path)
    a_small_production(settings)
    harmful = next_version('op.execute("DELETE FROM projects")')
    with pytest.raises(CannotStart, match="would break 1 references; it is unchanged"):
        open_database(settings, harmful)
    path = tmp_path / DATABASE_FILE
    assert values(path, "SELECT name FROM projects") == ["Moonlit Delivery"]
    assert values(path, "SELECT version_num FROM alembic_version") == [NEWEST]


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    settings: Settings, next_version: Callable[[str], Path]
) -> None:
    newer = next_version('op.add_column("projects", sa.Column("extra", sa.Text()))')
    open_database(settings, newer).close()
    with pytest.raises(CannotStart, match="has the schema 'next', which this version"):
        open_database(settings)
    assert copies(settings.data_dir) == []
