"""A production as large as a series: scenes with pictures and many takes, put into its database."""

import hashlib
import io
import json
from pathlib import Path

from PIL import Image
from sqlalchemy import bindparam

from benchmarks.seed import CAST, DESCRIPTION
from tower_anime.core.database import Transaction, write_now
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.core.sql import Statement, insertion
from tower_anime.core.text import dump
from tower_anime.media.store import place
from tower_anime.media.tables import media
from tower_anime.projects import service as projects
from tower_anime.projects.schemas import ProjectCreate
from tower_anime.renders.tables import takes
from tower_anime.story import scenes
from tower_anime.story.schemas import SceneCreate
from tower_anime.story.tables import shots

TAKES = 20  # of a scene
PICTURES = 24  # that the takes show, each a file of its own

_TAKE = insertion(takes)
_MEDIUM = insertion(media, automatic_id=False)
_APPROVED = Statement(
    shots.update()
    .where(shots.c.id == bindparam("shot"))
    .values(stages=bindparam("told"), approved_take_id=bindparam("take"))
)


def fill(folder: Path, count: int) -> None:
    """Project 1 with that many scenes, of which every other has an approved take."""
    settings = Settings(data_dir=folder)
    folder.mkdir()
    database = open_database(settings)
    try:
        pictures = [write_now(database, _picture, settings, n) for n in range(PICTURES)]
        write_now(database, projects.create, ProjectCreate(name="Last Train"))
        for first in range(1, count + 1, 100):
            numbers = range(first, min(first + 100, count + 1))
            write_now(database, _scenes, numbers, pictures)
    finally:
        database.close()


def _picture(tx: Transaction, settings: Settings, n: int) -> str:
    """A still of 640 by 360, in the store; its name."""
    file = io.BytesIO()
    colour = (40 + 8 * n, 200 - 6 * n, (90 * n) % 256)
    noise = Image.effect_noise((640, 360), 60).convert("RGB")
    Image.blend(noise, Image.new("RGB", (640, 360), colour), 0.7).save(file, "PNG")
    content = file.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    path = place(settings.data_dir / "media", sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    told = {"id": sha256, "mime": "image/png", "kind": "image", "bytes": len(content)}
    told |= {"width": 640, "height": 360, "has_audio": False, "present": True, "created_at": tx.now}
    tx.insert(_MEDIUM, {**dict.fromkeys(column.name for column in media.columns), **told})
    return sha256


def _scenes(tx: Transaction, numbers: range, pictures: list[str]) -> None:
    for number in numbers:
        cast = [CAST[number % len(CAST)], CAST[(number + 1) % len(CAST)]]
        words = DESCRIPTION.format(a=cast[0], b=cast[1], number=number)
        row = {"scene_number": number, "description": words, "characters": cast}
        scene = json.loads(scenes.create(tx, SceneCreate(project_id=1, **row)).json)
        shot = scene["id"]  # each scene has one, so that their ids go together
        made = [_take(tx, shot, n, pictures[(number + n) % PICTURES]) for n in range(1, TAKES + 1)]
        if number % 2:
            told = {"video": {"approved_take_id": made[-1], "approved_media_id": None}}
            tx.run(_APPROVED, shot=shot, told=dump(told), take=made[-1])


def _take(tx: Transaction, shot: int, number: int, picture: str) -> int:
    """An uploaded take, which is done."""
    told = {"project_id": 1, "shot_id": shot, "shot_lineage": shot, "stage": "video"}
    told |= {"number": number, "status": "done", "progress": 1.0, "attempt": 1, "place": 0}
    told |= {"engine": "upload", "outputs": "[]", "media_id": picture, "rejected": False}
    told |= {"cancel_requested": False, "revision": 1, "queued_at": tx.now, "finished_at": tx.now}
    empty = dict.fromkeys(column.name for column in takes.columns if column.name != "id")
    made: int = tx.insert(_TAKE, {**empty, **told})
    return made
