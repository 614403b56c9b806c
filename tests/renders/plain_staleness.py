"""What is stale, found the plain way: each shot by itself, with nothing shared and nothing kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from tests.renders.approved_story import Json
from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.projects import service as projects
from tower_anime.renders import subjects, take_rows
from tower_anime.renders.inputs import Waiting
from tower_anime.renders.manifest import Plan, causes
from tower_anime.renders.planning import Planner
from tower_anime.story import branches, scenes, shot_rows

Found = tuple[int, str, list[str]]  # a shot, a stage, the causes in words


def plainly(reader: Reader, project: Json, branch_name: str) -> list[Found]:
    """Every stale place of a branch, in the order of the story. Raises `NotFound`."""
    branch = branches.named(reader, project["id"], branch_name)
    stages = projects.settings_of(projects.find(reader, project["id"])).stages
    places = [
        (shot["id"], stage.name)
        for scene in scenes.in_order(reader, branch["id"])
        for shot in shot_rows.live(reader, scene["id"])
        for stage in stages
    ]
    told = ((shot_id, stage, _why(reader, shot_id, stage)) for shot_id, stage in places)
    return [one for one in told if one[2]]


def _why(reader: Reader, shot_id: int, stage: str) -> list[str]:
    subject = subjects.of_shot(reader, shot_id)
    take_id = shot_rows.approved(subject.shot, stage)
    stored = None if take_id is None else take_rows.row_of(reader, take_id)
    if stored is None or stored["plan"] is None:
        return []
    try:
        now = Planner(reader).plan(subject, stage)
    except (NotFound, Unprocessable) as error:
        return [error.detail]
    if isinstance(now, Waiting):
        return [now.text]
    if digest(now) == stored["digest"]:
        return []
    before = Plan.from_json(stored["plan"])
    return [cause.text for cause in causes(replace(before, known={}), replace(now, known={}))]


def digest(plan: Plan) -> str:
    """A plan's digest as its definition says it."""
    return _hash({name: _hash(part) for name, part in plan.parts.items()})


def _hash(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
