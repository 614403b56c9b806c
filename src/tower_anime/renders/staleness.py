"""Which approved takes are not what would be rendered now, and why.

What was found of a shot holds for as long as everything that decides it stays: its own revision and
its scene's, the project's, the versions of its cast, the workflows. So it is remembered by these,
and of ten thousand shots only those are planned anew to which something has happened.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, select

from tower_anime.characters import service as characters
from tower_anime.core.database import Reader, Transaction
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement, one_of
from tower_anime.core.text import dump, nfc
from tower_anime.projects import service as projects
from tower_anime.renders import manifest, subjects, take_rows
from tower_anime.renders.inputs import Waiting
from tower_anime.renders.manifest import Cause, Plan
from tower_anime.renders.planning import Planner
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import takes
from tower_anime.story import branches, scenes
from tower_anime.story.scenes import s
from tower_anime.story.shot_rows import approved
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
_WORKFLOWS = Statement(  # those that can be used: also a project's in the trash takes its with it
    DOCUMENTS.select(w.id).add_columns(w.revision).where(DOCUMENTS.live).order_by(w.id)
)

Place = tuple[int, str]  # a shot's id, and a stage


class Finding(NamedTuple):
    """What is known of one stage of a shot: its approved take, what would be made, and why."""

    lineage: int
    take_id: int | None
    digest: str | None  # of what would be made now; None where nothing can be
    causes: tuple[Cause, ...]


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

    def keep(self, keys: Mapping[Place, Hashable], findings: Mapping[Place, Finding]) -> None:
        """Remember findings; the oldest are forgotten first."""
        with self._lock:
            for place, finding in findings.items():
                self._known[place] = keys[place], finding
                self._known.move_to_end(place)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def stale(reader: Reader, memory: Memory, project_id: int, branch_name: str) -> Shown:
    """The shots of a branch whose approved takes are stale, each with its causes."""
    project = projects.find(reader, project_id)
    branch = branches.named(reader, project["id"], branch_name)
    found = of_branch(reader, memory, project, branch["id"])
    chosen = {shot_id for shot_id, _ in found}
    told = [
        _told(subject, stage, found[subject.shot["id"], stage])
        for subject in subjects.of_branch(reader, project_id, branch["id"], chosen)
        for stage in (one.name for one in subject.settings.stages)
        if (subject.shot["id"], stage) in found
    ]
    return Shown(dump(told))


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
    reader: Reader, project_id: int, branch_id: int, places: Iterable[Place]
) -> dict[Place, Finding]:
    wanted = set(places)
    planner = Planner(reader)
    chosen = {shot_id for shot_id, _ in wanted}
    return {
        (subject.shot["id"], stage.name): finding(reader, planner, subject, stage.name)
        for subject in subjects.of_branch(reader, project_id, branch_id, chosen)
        for stage in subject.settings.stages
    }


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


def finding(reader: Reader, planner: Planner, subject: Subject, stage: str) -> Finding:
    """Why a shot's approved take is not what would be rendered now."""
    lineage, take_id = subject.shot["lineage"], approved(subject.shot, stage)
    decided = None if take_id is None else take_rows.decided(reader, take_id)
    if take_id is None or decided is None or decided.digest is None:  # none, or uploaded
        return Finding(lineage, take_id, None, ())
    try:
        now = planner.plan(subject, stage)
    except (NotFound, Unprocessable) as error:  # nothing can be rendered as things are
        cause = Cause("engine", {"kind": decided.engine}, None, error.detail)
        return Finding(lineage, take_id, None, (cause,))
    if isinstance(now, Waiting):
        cause = Cause(f"stage:{now.stage}", None, None, now.text)
        return Finding(lineage, take_id, None, (cause,))
    if now.digest == decided.digest:
        return Finding(lineage, take_id, now.digest, ())
    before = Plan.from_json(take_rows.row_of(reader, take_id)["plan"])
    return Finding(lineage, take_id, now.digest, tuple(manifest.causes(before, now)))


def _told(subject: Subject, stage: str, found: Finding) -> Row:
    return {
        "shot_id": subject.shot["id"],
        "stage": stage,
        "scene_id": subject.scene["id"],
        "scene_number": subject.scene["scene_number"],
        "shot_number": subject.shot["shot_number"],
        "take_id": found.take_id,
        "causes": [vars(cause) for cause in found.causes],
    }
