"""A quick look at a running service stays quick, whatever there is to look at."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import httpx2

from tests.support.factories import Json, ok
from tests.support.services import serving
from tower_anime.core.opening import DATABASE_FILE
from tower_anime.ops.glance import SAMPLE

ROW = (
    "INSERT INTO media (id, mime, kind, bytes, has_audio, present, created_at)"
    " VALUES (?, 'image/png', 'image', 1, 0, 1, '2026-01-01T00:00:00Z')"
)


def keep(data_dir: Path, names: Iterable[str]) -> None:
    """Media of one byte each, in a stopped service's folder."""
    with sqlite3.connect(data_dir / DATABASE_FILE) as db:
        for name in names:
            db.execute(ROW, (name,))
            path = data_dir / "media" / name[:2] / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"a")
    db.close()


def of_media(api: httpx2.Client) -> list[Json]:
    return [found for found in ok(api.get("/doctor")) if found["check"] == "media"]


def test_it_looks_at_some_of_many_media_and_says_so(tmp_path: Path) -> None:
    names = sorted(hashlib.sha256(bytes([n])).hexdigest() for n in range(SAMPLE + 5))
    with serving(tmp_path) as service:
        pass
    keep(tmp_path, names)
    (tmp_path / "media" / names[-1][:2] / names[-1]).unlink()  # beyond the sample
    with serving(tmp_path) as service:
        [told] = of_media(service.api)
        assert told["level"] == "fine"
        assert told["text"].startswith(f"{SAMPLE} of {len(names)} media were looked at")

        (tmp_path / "media" / names[0][:2] / names[0]).unlink()
        lacking, told = of_media(service.api)
        assert (lacking["level"], lacking["subject_id"]) == ("broken", names[0])
        assert told["level"] == "fine"
