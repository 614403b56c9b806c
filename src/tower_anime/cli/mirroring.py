"""`tower-anime films`: the readable mirror, made again from the database."""

from __future__ import annotations

from tower_anime.core import lock
from tower_anime.core.opening import open_database
from tower_anime.core.settings import Settings
from tower_anime.media.store import MediaStore
from tower_anime.ops.films import FilmsMirror


def rebuild(settings: Settings) -> None:
    """Make `films/` what the database says. Raises `CannotStart` beside a running service."""
    with lock.hold(settings.data_dir):
        db = open_database(settings)
        try:
            store = MediaStore(settings.data_dir / "media")
            FilmsMirror(db, store, settings.data_dir / "films").rebuild_all()
        finally:
            db.close()
