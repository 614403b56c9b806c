"""What a shot starts from: an earlier stage's take, a medium, or a frame of another shot's take."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from tower_anime.core.database import Reader
from tower_anime.core.sql import Row, Statement
from tower_anime.renders.comfyui.planning import STAGE, Given
from tower_anime.renders.manifest import Source
from tower_anime.renders.subjects import Subject
from tower_anime.renders.tables import takes
from tower_anime.story import scenes, shot_rows

_NEWEST = Statement(
    select(takes.c.id, takes.c.number, takes.c.media_id)
    .where(takes.c.shot_lineage == bindparam("lineage"), takes.c.stage == bindparam("stage"))
    .where(takes.c.status == "done", takes.c.rejected.is_(False))
    .order_by(takes.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Waiting:
    """What a take has to wait for: a stage of a shot that has no approved take yet."""

    shot: Row
    stage: str
    text: str


@dataclass(frozen=True)
class _Wanted:
    """Which frame of which shot's stage an input is."""

    name: str
    shot: Row
    stage: str
    frame: str | None


def given(
    reader: Reader, subject: Subject, stage: str, names: Iterable[str], *, through: bool
) -> dict[str, Given] | Waiting:
    """The inputs that a workflow takes, of those `names`; or the first that is not there yet.

    With `through`, the newest done take stands in where none is approved.
    """
    found: dict[str, Given] = {}
    for name in sorted(names):
        chosen = _chosen(reader, subject, stage, name, through=through)
        if isinstance(chosen, Waiting):
            return chosen
        if chosen is not None:
            found[name] = chosen
    return found


def waits(reader: Reader, subject: Subject, stage: str, names: Iterable[str]) -> list[_Wanted]:
    """Every stage of a shot on which this one builds, approved or not."""
    return [
        wanted for name in names if (wanted := _wanted(reader, subject, stage, name)) is not None
    ]


def _chosen(
    reader: Reader, subject: Subject, stage: str, name: str, *, through: bool
) -> Given | Waiting | None:
    inputs = subject.inputs
    if name in inputs and inputs[name]["media_id"] is not None:
        medium, frame = inputs[name]["media_id"], inputs[name]["frame"]
        return Given(medium, frame, Source("shot", name.replace("_", " "), [medium, frame]))
    wanted = _wanted(reader, subject, stage, name)
    return None if wanted is None else _taken(reader, subject, wanted, through=through)


def _wanted(reader: Reader, subject: Subject, stage: str, name: str) -> _Wanted | None:
    """Where an input comes from; `None` where the workflow's own value is to stay."""
    inputs = subject.inputs
    if name.startswith(STAGE):
        return _Wanted(name, subject.shot, name.removeprefix(STAGE), None)
    if name in inputs:
        if inputs[name]["media_id"] is not None:
            return None
        return _of_another(reader, subject, name, inputs[name])
    earlier = subject.stage_before(stage)
    if name == "first_frame" and earlier is not None:  # a picture is chosen, then it is moved
        return _Wanted(name, subject.shot, earlier, None)
    return None


def _of_another(reader: Reader, subject: Subject, name: str, asked: Row) -> _Wanted | None:
    if asked["shot"] == "previous":
        shot = subject.previous
    else:
        branch_id, lineage = subject.scene["branch_id"], asked["shot"]
        shot = next(iter(shot_rows.live_anywhere(reader, branch_id, [lineage])), None)
    if shot is None:
        return None  # the first shot of all follows none
    stage = asked["stage"] or subject.settings.stages[-1].name
    return _Wanted(name, shot, stage, asked["frame"] or "last")


def _taken(reader: Reader, subject: Subject, wanted: _Wanted, *, through: bool) -> Given | Waiting:
    medium, told = _approved(wanted), None
    if medium is None and through:
        medium, told = _newest(reader, wanted)
    if medium is None:
        return Waiting(wanted.shot, wanted.stage, _told(reader, subject, wanted))
    what = "take" if wanted.frame is None else f"{wanted.frame} frame"
    own = wanted.shot is subject.shot
    of = wanted.stage if own else _named(reader, subject, wanted.shot)
    return Given(medium, wanted.frame, Source(f"stage:{of}", what, [medium, wanted.frame], told))


def _approved(wanted: _Wanted) -> str | None:
    stage = json.loads(wanted.shot["stages"]).get(wanted.stage, {})
    medium: str | None = stage.get("approved_media_id")
    return medium


def _newest(reader: Reader, wanted: _Wanted) -> tuple[str | None, str | None]:
    found = reader.first(_NEWEST, lineage=wanted.shot["lineage"], stage=wanted.stage)
    if found is None:
        return None, None
    _, number, medium = found
    return medium, f"take {number}, the newest"


def _told(reader: Reader, subject: Subject, wanted: _Wanted) -> str:
    if wanted.shot is subject.shot:
        return f"It waits for a take of its stage {wanted.stage} to be approved."
    named = _named(reader, subject, wanted.shot)
    return f"It waits for a take of {named} (stage {wanted.stage}) to be approved."


def _named(reader: Reader, subject: Subject, shot: Row) -> str:
    """Another shot for a person; its scene too, where it is in another."""
    if shot["scene_id"] == subject.scene["id"]:
        return f"shot {shot['shot_number']}"
    scene = scenes.find(reader, shot["scene_id"])
    return f"scene {scene['scene_number']}, shot {shot['shot_number']}"
