"""Where a character is seen: the shots it is in, and which of its versions their takes show."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Text, bindparam, literal_column, select

from tower_anime.characters import service as characters
from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, is_among, json_string
from tower_anime.core.text import dump, nfc
from tower_anime.renders.tables import takes
from tower_anime.story.scenes import IN_STORY
from tower_anime.story.tables import branches, scenes, shots

b, s, h, t = branches.c, scenes.c, shots.c, takes.c

_SHOTS = Statement(
    select(
        s.branch_id,
        b.name.label("branch_name"),
        h.scene_id,
        s.scene_number,
        h.id.label("shot_id"),
        h.shot_number,
        h.lineage,
        h.approved_take_id,
        h.cast,
        s.characters,
    )
    .select_from(shots.join(scenes, h.scene_id == s.id).join(branches, s.branch_id == b.id))
    .where(s.project_id == bindparam("project_id"), b.deleted_at.is_(None))
    .where(s.deleted_at.is_(None), h.deleted_at.is_(None))
    .order_by(s.branch_id, *IN_STORY, h.position, h.lineage)
)
_TAKES = Statement(
    select(
        t.id,
        t.shot_lineage,
        json_string(t.plan, literal_column("'labels'")),
        json_string(t.plan, literal_column("'sources'")),
    )
    .where(t.project_id == bindparam("project_id"), t.status == "done", t.plan.is_not(None))
    .where(is_among(t.shot_lineage, bindparam("lineages", type_=Text)))
    .order_by(t.id)
)

Versions = dict[int | None, int]
"""How many takes show each version; `None` is whoever was drawn before it was introduced."""


def appearances(reader: Reader, character_id: int) -> Shown:
    """The shots of all branches that a character is in, in order. Raises `NotFound`.

    Of several characters of one name, scenes mean the oldest: the others are in no shot.
    """
    who = characters.find(reader, character_id)
    name = nfc(who["name"])
    if characters.of_names(reader, who["project_id"])[name]["id"] != character_id:
        return Shown("[]")
    there = [
        (row, casting)
        for row in reader.rows(_SHOTS, project_id=who["project_id"])
        if (casting := _casting(row, name)) is not None
    ]
    seen = _seen(reader, who["project_id"], name, {row["lineage"] for row, _ in there})
    told = [_told(row, casting, seen.get(row["lineage"], {})) for row, casting in there]
    return Shown(dump(told))


def _casting(row: Row, name: str) -> Row | None:
    """How a shot casts somebody, empty where nothing is said; `None` where they are not in it."""
    casting: Mapping[str, Row] = json.loads(row["cast"])
    names: Iterable[str] = casting or json.loads(row["characters"])
    called = next((one for one in names if nfc(one) == name), None)
    return None if called is None else casting.get(called, {})


def _seen(
    reader: Reader, project_id: int, name: str, lineages: set[int]
) -> dict[int, dict[int, int | None]]:
    """The version that each take of those shots shows, by the shot's lineage and the take."""
    found: dict[int, dict[int, int | None]] = defaultdict(dict)
    wanted = dump(sorted(lineages))
    for take_id, lineage, labels, sources in reader.tuples(
        _TAKES, project_id=project_id, lineages=wanted
    ):
        told = _labels(labels, sources)
        of = next((one for one in told if nfc(one) == f"character:{name}"), None)
        if of is not None:
            found[lineage][take_id] = _number(told[of])
    return found


def _labels(labels: str | None, sources: str | None) -> dict[str, str | None]:
    """Who is in a plan, each with its label: beside its parts, or beside their pieces."""
    told: dict[str, str | None] = json.loads(labels or "{}")
    for pieces in json.loads(sources or "{}").values():
        told |= {of: label for of, _what, _value, label in pieces}
    return told


def _number(label: str | None) -> int | None:
    """A version's number from its label, `version 3`."""
    return None if label is None else int(label.rpartition(" ")[2])


def _told(row: Row, casting: Row, seen: Mapping[int, int | None]) -> Row:
    versions: Versions = defaultdict(int)
    for version in seen.values():
        versions[version] += 1
    approved = row["approved_take_id"]
    place = ("branch_id", "branch_name", "scene_id", "scene_number", "shot_id", "shot_number")
    return {
        **{name: row[name] for name in place},
        "version": casting.get("version"),
        "look": casting.get("look"),
        "takes": [{"version": v, "count": n} for v, n in versions.items()],
        "approved": {"take_id": approved, "version": seen[approved]} if approved in seen else None,
    }
