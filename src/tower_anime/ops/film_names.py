"""What each file of the mirror under `films/` is called: reads only, no disk.

films/PROJECT/main/E01/S003/SH010/PROJECT_main_E01_S003_SH010_video_t04_approved.mp4
films/PROJECT/main/PROJECT_main_CUT.mp4
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sqlalchemy import bindparam, case, select

from tower_anime.core.database import Reader
from tower_anime.core.sql import Row, Statement, json_within
from tower_anime.core.tables import Id
from tower_anime.cuts import service as cuts
from tower_anime.media.tables import media
from tower_anime.projects import service as projects
from tower_anime.renders.tables import takes
from tower_anime.story import scenes
from tower_anime.story.branches import DOCUMENTS as BRANCHES
from tower_anime.story.tables import shots

NAME_BYTES = 80  # three of them and their numbers stay below the 255 that disks allow a name

Wanted = dict[str, str]  # a path below films/, and the medium that belongs there

_ENDINGS = {"image/jpeg": "jpg", "video/quicktime": "mov", "video/x-matroska": "mkv"}

p, b, s, h, t = projects.p, BRANCHES.table.c, scenes.s, shots.c, takes.c
_PROJECT = bindparam("project_id", type_=Id)
_TAKES = Statement(
    select(
        b.name.label("branch"),
        s.episode,
        s.scene_number,
        h.shot_number,
        t.stage,
        t.number,
        t.media_id,
        media.c.mime,
        case(
            (json_within(h.stages, t.stage, bindparam("field", "approved_take_id")) == t.id, 1),
            else_=0,
        ).label("approved"),
    )
    .select_from(
        takes.join(shots, t.shot_lineage == h.lineage)
        .join(scenes.DOCUMENTS.source, h.scene_id == s.id)
        .join(media, media.c.id == t.media_id)
    )
    .where(t.project_id == _PROJECT, t.rejected.is_(False))
    .where(h.deleted_at.is_(None), scenes.DOCUMENTS.live)
    .where(t.status == "done")
    .order_by(t.id)
)
_CUTS = Statement(
    cuts.DOCUMENTS.select(b.name.label("branch"), cuts.k.id, cuts.k.name, cuts.k.media_id)
    .where(p.id == _PROJECT, cuts.DOCUMENTS.live, cuts.k.media_id.is_not(None))
    .order_by(cuts.k.id)
)
_NAMES = Statement(select(p.id, p.name).where(projects.DOCUMENTS.live).order_by(p.id))


def folders(reader: Reader) -> dict[int, str]:
    """Each project's folder. Of several that would have the same, the oldest keeps the name."""
    found: dict[int, str] = {}
    used: set[str] = set()
    for row in reader.rows(_NAMES):
        name = plain(row["name"])
        while name.casefold() in used:
            name = f"{name}-{row['id']}"
        used.add(name.casefold())
        found[row["id"]] = name
    return found


def wanted(reader: Reader, project_id: int, folder: str) -> Wanted:
    """Every file of a project's mirror."""
    files: Wanted = {}
    for row in reader.rows(_TAKES, project_id=project_id):
        files[_unused(files, _take_path(folder, row))] = row["media_id"]
    for row in reader.rows(_CUTS, project_id=project_id):
        files[_unused(files, _cut_path(folder, row))] = row["media_id"]
    return files


def _take_path(project: str, row: Row) -> str:
    episode = 1 if row["episode"] is None else row["episode"]
    branch, scene, shot = plain(row["branch"]), row["scene_number"], row["shot_number"]
    folders = (project, branch, f"E{episode:02}", f"S{scene:03}", f"SH{shot:03}")
    ending = _ENDINGS.get(row["mime"], row["mime"].partition("/")[2])
    mark = "_approved" if row["approved"] else ""
    name = f"{'_'.join(folders)}_{row['stage']}_t{row['number']:02}{mark}.{ending}"
    return f"{'/'.join(folders)}/{name}"


def _cut_path(project: str, row: Row) -> str:
    branch = plain(row["branch"])
    return f"{project}/{branch}/{project}_{branch}_{plain(row['name'])}.mp4"


def _unused(files: Wanted, path: str) -> str:
    """Names repeat: scenes of one number, shots of one number. Each still gets its file."""
    candidate, n = path, 1
    while candidate in files:
        n += 1
        stem, _, ending = path.rpartition(".")
        candidate = f"{stem}_{n}.{ending}"
    return candidate


@lru_cache(1024)  # each of a production's thousands of takes has the same few names
def plain(name: str) -> str:
    """A name as a folder may bear it on any system; letters of all scripts stay."""
    text = re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFC", name)).strip("-_")
    return text.encode()[:NAME_BYTES].decode(errors="ignore") or "unnamed"
