"""A plain service of the obvious kind, to be compared with: three of the documented calls.

`python -m benchmarks.plain PORT FOLDER`. FastAPI with `def` routes and Pydantic models, one new
`sqlite3` connection a request, rows turned into dicts. It is what a careful person writes in an
afternoon: indexed, in WAL mode, each write durable before it is answered.
"""

import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field, JsonValue

from benchmarks.worker import serve

DATABASE = "anime.db"
TABLES = """
CREATE TABLE IF NOT EXISTS projects (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT, status TEXT DEFAULT 'active',
    created_at TIMESTAMP, updated_at TIMESTAMP, metadata TEXT
);
CREATE TABLE IF NOT EXISTS scenes (
    id INTEGER PRIMARY KEY, project_id INTEGER REFERENCES projects (id),
    branch_name TEXT DEFAULT 'main', scene_number INTEGER NOT NULL, description TEXT,
    characters TEXT, video_path TEXT, status TEXT DEFAULT 'pending',
    created_at TIMESTAMP, updated_at TIMESTAMP
);
CREATE INDEX IF NOT EXISTS scenes_of_a_branch
    ON scenes (project_id, branch_name, scene_number, id);
"""


class Project(BaseModel):
    id: int
    name: str
    description: str | None
    status: str
    created_at: str
    updated_at: str
    metadata: dict[str, JsonValue] | None


class SceneCreate(BaseModel):
    project_id: int
    branch_name: str = "main"
    scene_number: int
    description: str
    characters: list[str] = Field(default_factory=list)


class Scene(SceneCreate):
    id: int
    video_path: str | None
    status: str
    created_at: str
    updated_at: str


def open_database(folder: Path) -> sqlite3.Connection:
    """The service's database in `folder`: every commit is on the disk before it is answered."""
    connection = sqlite3.connect(folder / DATABASE)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def create_tables(folder: Path) -> None:
    """Make the database in `folder` if there is none, in WAL mode for good."""
    with closing(open_database(folder)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)


def find_project(connection: sqlite3.Connection, project_id: int) -> sqlite3.Row:
    """The project's row, or 404."""
    found = connection.execute("SELECT * FROM projects WHERE id = ?", (project_id,))
    row: sqlite3.Row | None = found.fetchone()
    if row is None:
        raise HTTPException(404, "Project not found")
    return row


def project_of(row: sqlite3.Row) -> Project:
    fields = dict(row)
    fields["metadata"] = json.loads(fields["metadata"]) if fields["metadata"] else None
    return Project(**fields)


def scene_of(row: sqlite3.Row) -> Scene:
    fields = dict(row)
    fields["characters"] = json.loads(fields["characters"])
    return Scene(**fields)


def insert_scene(connection: sqlite3.Connection, scene: SceneCreate) -> int:
    """Insert a scene and answer its id; the caller commits."""
    now = datetime.now(UTC).isoformat()
    cursor = connection.execute(
        "INSERT INTO scenes (project_id, branch_name, scene_number, description, characters,"
        " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            scene.project_id,
            scene.branch_name,
            scene.scene_number,
            scene.description,
            json.dumps(scene.characters),
            now,
            now,
        ),
    )
    if cursor.lastrowid is None:
        raise sqlite3.DatabaseError("The insert gave no id.")
    return cursor.lastrowid


def create_app(folder: Path) -> FastAPI:
    """The service over the database in `folder`, which is made if missing."""
    app = FastAPI(title="A plain anime service")
    create_tables(folder)

    @app.get("/api/anime/health")
    def health() -> dict[str, str]:
        with closing(open_database(folder)) as connection:
            connection.execute("SELECT count(*) FROM projects")
        return {"status": "healthy"}

    @app.get("/api/anime/projects/{project_id}")
    def get_project(project_id: int) -> Project:
        with closing(open_database(folder)) as connection:
            return project_of(find_project(connection, project_id))

    @app.get("/api/anime/scenes")
    def list_scenes(
        project_id: int,
        branch_name: str = "main",
        limit: Annotated[int, Query(ge=0, le=10_000)] = 100,
    ) -> list[Scene]:
        with closing(open_database(folder)) as connection:
            rows = connection.execute(
                "SELECT * FROM scenes WHERE project_id = ? AND branch_name = ?"
                " ORDER BY scene_number, id LIMIT ?",
                (project_id, branch_name, limit),
            )
            return [scene_of(row) for row in rows]

    @app.post("/api/anime/scenes")
    def create_scene(scene: SceneCreate) -> Scene:
        with closing(open_database(folder)) as connection:
            find_project(connection, scene.project_id)
            scene_id = insert_scene(connection, scene)
            connection.commit()
            found = connection.execute("SELECT * FROM scenes WHERE id = ?", (scene_id,))
            return scene_of(found.fetchone())

    return app


if __name__ == "__main__":
    serve(create_app(Path(sys.argv[2])), int(sys.argv[1]))
