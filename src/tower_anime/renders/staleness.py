"""Which approved takes are not what would be rendered now, and why.

What was found of a shot holds for as long as everything that decides it stays: its own revision and
its scene's, the project's, the versions of its cast, the workflows. So it is remembered by these,
and of ten thousand shots only those are planned anew to which something has happened.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable, Mapping

from sqlalchemy import Text, bindparam, select

from tower_anime.characters import service as characters
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, is_among, one_of
from tower_anime.core.text import dump, nfc
from tower_anime.projects import service as projects
from tower_anime.renders import findings, manifest, subjects
from tower_anime.renders.findings import Finding, Place
from tower_anime.renders.planning import Planner
from tower_anime.renders.tables import takes
from tower_anime.story import branches, scenes
from tower_anime.story.scenes import s
from tower_anime.story.tables import shots
from tower_anime.workflows.service import DOCUMENTS
from tower_anime.workflows.tables import workflows

t, h, w = takes.c, shots.c, workflows.c

REMEMBERED = 100_000  # shots' stages, of all projects

_ON_THEIR_WAY = Statement(
    select(t.shot_lineage, t.stage, t.digest).where(
        t.project_id == bindparam("project_id"), one_of(t.status, "queued", "running")
    )
)
_SHOTS = Statement(
    select(h.id, h.revision, h.cast, h.inputs, s.id, s.revision, s.characters)
    .select_from(shots.join(scenes.DOCUMENTS.table, h.scene_id == s.id))
    .where(s.branch_id == bindparam("branch_id"), s.deleted_at.is_(None), h.deleted_at.is_(None))
)
_CHOSEN = Statement(
    select(h.id, h.scene_id, h.shot_number)
    .where(is_among(h.id, bindparam("chosen", type_=Text)))
    .order_by(h.position, h.lineage)
)
_WORKFLOWS = Statement(  # those that can be used: also a project's in the trash takes its with it
    DOCUMENTS.select(w.id).add_columns(w.revision).where(DOCUMENTS.live).order_by(w.id)
)


class Memory:
    """What was found of shots, each for as long as what decides it is the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Place, tuple[Hashable, Finding]] = OrderedDict()

    def recall(self, keys: Mapping[Place, Hashable]) -> dict[Place, Finding]:
        """Those findings that still hold."""
        with self._lock:
            known = self._known
            return {
                place: found[1]
                for place, key in keys.items()
                if (found := known.get(place)) is not None and found[0] == key
            }

    def keep(self, keys: Mapping[Place, Hashable], new: Mapping[Place, Finding]) -> None:
        """Remember findings; the oldest are forgotten first."""
        with self._lock:
            for place, finding in new.items():
                self._known[place] = keys[place], finding
                self._known.move_to_end(place)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def stale(reader: Reader, memory: Memory, project_id: int, branch_name: str) -> Shown:
    """The shots of a branch whose approved takes are stale, each with its causes."""
    project = projects.find(reader, project_id)
    branch = branches.named(reader, project["id"], branch_name)
    found = of_branch(reader, memory, project, branch["id"])
    return Shown(dump(told(reader, project, branch["id"], found)))


def of_branch(reader: Reader, memory: Memory, project: Row, branch_id: int) -> dict[Place, Finding]:
    """What is stale of a branch; nothing of what is being made anew just now."""
    keys = _keys(reader, project, branch_id)
    found = memory.recall(keys)
    missing = keys.keys() - found.keys()
    if missing:
        new = _findings(reader, project["id"], branch_id, missing)
        found |= new
        if not isinstance(reader, Transaction):  # what a write sees may never be committed
            memory.keep(keys, new)
    return _but_those_on_their_way(reader, project["id"], found)


def _keys(reader: Reader, project: Row, branch_id: int) -> dict[Place, Hashable]:
    """All that decides the findings of each shot's stages, as far as it can change."""
    stages = [stage.name for stage in projects.settings_of(project).stages]
    world = manifest.hash_of([project["revision"], reader.tuples(_WORKFLOWS)])
    versions = {
        name: (row["id"], row["version"])
        for name, row in characters.of_names(reader, project["id"]).items()
    }
    casts: dict[tuple[str, str], Hashable] = {}
    keys: dict[Place, Hashable] = {}
    for shot_id, revision, cast, inputs, scene_id, scene_revision, named in reader.tuples(
        _SHOTS, branch_id=branch_id
    ):
        who = casts.get((named, cast))
        if who is None:
            who = casts[named, cast] = _versions(versions, named, cast)
        # What is made from another shot's take is decided elsewhere too: looked at each time.
        key = object() if _builds_on_others(inputs) else None
        for stage in stages:
            keys[shot_id, stage] = key or (revision, scene_id, scene_revision, who, world)
    return keys


def _builds_on_others(inputs: str) -> bool:
    return inputs != "{}" and any(given["shot"] for given in json.loads(inputs).values())


def _versions(versions: Mapping[str, Hashable], named: str, cast: str) -> Hashable:
    names = json.loads(cast) or json.loads(named)
    return tuple(versions.get(nfc(name)) for name in names)


def _findings(
    reader: Reader, project_id: int, branch_id: int, places: Collection[Place]
) -> dict[Place, Finding]:
    chosen = {shot_id for shot_id, _ in places}
    wanted = (
        (subject, stage.name)
        for subject in subjects.each_of_branch(reader, project_id, branch_id, chosen)
        for stage in subject.settings.stages
        if (subject.shot["id"], stage.name) in places
    )
    return findings.of_shots(reader, Planner(reader), wanted)


def _but_those_on_their_way(
    reader: Reader, project_id: int, found: Mapping[Place, Finding]
) -> dict[Place, Finding]:
    # A take that waits for another stage's has no digest yet, as what it would be made from.
    coming = set(reader.tuples(_ON_THEIR_WAY, project_id=project_id))
    return {
        place: finding
        for place, finding in found.items()
        if finding.causes and (finding.lineage, place[1], finding.digest) not in coming
    }


def told(reader: Reader, project: Row, branch_id: int, found: Mapping[Place, Finding]) -> list[Row]:
    """What is stale, in the order of the story and its stages, as callers see it."""
    stages = [stage.name for stage in projects.settings_of(project).stages]
    chosen = dump(list({shot_id for shot_id, _ in found}))
    of_scene: dict[int, list[Row]] = {}
    for row in reader.rows(_CHOSEN, chosen=chosen) if found else ():
        of_scene.setdefault(row["scene_id"], []).append(row)
    return [
        {
            "shot_id": shot["id"],
            "stage": stage,
            "scene_id": scene["id"],
            "scene_number": scene["scene_number"],
            "shot_number": shot["shot_number"],
            "take_id": found[shot["id"], stage].take_id,
            "causes": [cause._asdict() for cause in found[shot["id"], stage].causes],
        }
        for scene in (scenes.in_order(reader, branch_id) if found else ())
        for shot in of_scene.get(scene["id"], ())
        for stage in stages
        if (shot["id"], stage) in found
    ]
