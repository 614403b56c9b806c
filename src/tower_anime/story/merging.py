"""The verbs compare and merge: two branches brought together, told, and made one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from tower_anime.core.changes import changes
from tower_anime.core.database import Reader, Transaction, commits_alone
from tower_anime.core.errors import Conflict, Unprocessable, Unresolved
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.story import branches, content, edges, given, numbers, rewriting
from tower_anime.story.ancestry import Point
from tower_anime.story.branch_schemas import (
    Comparison,
    ConflictShown,
    MergeOutcome,
    MergePoints,
    MergeRequest,
)
from tower_anime.story.branch_schemas import Point as PointShown
from tower_anime.story.content import PLACE, Story, scene_in
from tower_anime.story.differences import differences, scene_number
from tower_anime.story.meeting import Meeting, party
from tower_anime.story.merge import Conflict as Clash
from tower_anime.story.merge import Merged, merge
from tower_anime.story.numbers import Numbered
from tower_anime.story.tables import scenes

s, c = scenes.c, changes.c

_NUMBERED = Statement(
    select(s.lineage, s.episode, s.scene_number, s.position).where(
        s.branch_id == bindparam("branch_id"), s.deleted_at.is_(None)
    )
)
_SINCE = Statement(
    select(c.text, c.actor)
    .where(c.project_id == bindparam("project_id"), c.id > bindparam("after"))
    .where(c.branch_id == bindparam("branch_id"))
    .order_by(c.id)
    .limit(3)
)


# --- compare


def compare(
    reader: Reader, branch_id: int, other_id: int, at: int | None, with_at: int | None
) -> Shown:
    """How two branches differ, or two moments of one. Raises `NotFound`, `Conflict`."""
    ours, theirs = branches.find(reader, branch_id), branches.find(reader, other_id)
    _require_one_project(ours, theirs)
    parties = party(reader, ours, at), party(reader, theirs, with_at)
    meeting = Meeting(reader, ours["project_id"], *parties)
    told = differences(meeting.base_story, meeting.our_story, meeting.their_story)
    comparison = Comparison(
        base=_point(meeting.bases[-1]) if meeting.bases else None,
        ours=_point(meeting.ours),
        theirs=_point(meeting.theirs),
        scenes=told,
    )
    return Shown(comparison.model_dump_json())


def _point(point: Point) -> PointShown:
    return PointShown(branch_id=point.branch, change_id=point.change)


def _require_one_project(ours: Row, theirs: Row) -> None:
    if ours["project_id"] != theirs["project_id"]:
        raise Conflict("The two branches are of different projects; they share no story.")


# --- merge


def preview(reader: Reader, branch_id: int, asked: MergeRequest) -> Shown:
    """What a merge would do, with its conflicts. Raises as `merge_in`, but for conflicts."""
    target, source = _sides(reader, branch_id, asked)
    meeting = _met(reader, target, source, asked)
    merged = _merged(meeting, asked)
    return Shown(_outcome(meeting, merged, applied=False).model_dump_json())


@commits_alone
def merge_in(tx: Transaction, branch_id: int, asked: MergeRequest) -> Shown:
    """Merge a branch into another, as one change.

    Raises `NotFound`; `Conflict` where the branches are of different projects or one has moved
    since `at`; `Unresolved` with the outcome where a conflict has no resolution; `Unprocessable`
    for a resolution of no conflict.
    """
    branches.addressed(tx, branch_id)
    target, source = _sides(tx, branch_id, asked)
    meeting = _met(tx, target, source, asked)
    merged = _merged(meeting, asked)
    if merged.conflicts:
        told = _outcome(meeting, merged, applied=False)
        count = len(merged.conflicts)
        raise Unresolved(
            f"{count:,} {'conflict has' if count == 1 else 'conflicts have'} no resolution;"
            " nothing was written.",
            told.model_dump(mode="json"),
        )
    is_news = not _is_within(meeting)
    if is_news:
        _write(tx, target, source, meeting, merged.story)
    return Shown(_outcome(meeting, merged, applied=is_news).model_dump_json())


def _sides(reader: Reader, branch_id: int, asked: MergeRequest) -> tuple[Row, Row]:
    target = branches.find(reader, branch_id)
    if isinstance(asked.source, int):
        source = branches.find(reader, asked.source)
    else:
        source = branches.named(reader, target["project_id"], asked.source)
    _require_one_project(target, source)
    return target, source


def _met(reader: Reader, target: Row, source: Row, asked: MergeRequest) -> Meeting:
    """The two branches as they are. Raises `Conflict` where one has moved since the dry run."""
    ours, theirs = party(reader, target), party(reader, source)
    if asked.at is not None:
        _require_unmoved(reader, target, asked.at.target, ours.point.change)
        _require_unmoved(reader, source, asked.at.source, theirs.point.change)
    return Meeting(reader, target["project_id"], ours, theirs)


def _require_unmoved(reader: Reader, branch: Row, known: int, now: int) -> None:
    if known == now:
        return
    place = {"project_id": branch["project_id"], "branch_id": branch["id"]}
    rows = reader.tuples(_SINCE, **place, after=known)
    told = "; ".join(f"{text} ({actor or 'somebody'})" for text, actor in rows)
    name = branch["name"]
    raise Conflict(f"Branch {name} has moved since the dry run: {told or 'it is another'}.")


def _merged(meeting: Meeting, asked: MergeRequest) -> Merged:
    if _is_within(meeting):
        return Merged(meeting.our_story, [])
    chosen = given.resolutions(meeting.reader, meeting.project_id, asked.resolutions)
    merged = merge(meeting.base_story, meeting.our_story, meeting.their_story, chosen)
    if unknown := sorted(chosen.keys() - merged.resolved):
        raise Unprocessable(f"resolutions: there is no conflict {unknown[0]!r} here.")
    return merged._replace(story=_with_numbers_told_apart(meeting, merged.story))


def _is_within(meeting: Meeting) -> bool:
    """Whether the target has all of the source already."""
    known = meeting.graph.ancestors(meeting.ours)
    return known.get(meeting.theirs.branch, 0) >= meeting.theirs.change


def _with_numbers_told_apart(meeting: Meeting, story: Story) -> Story:
    """The story, where scenes that came to the same number by this merge are counted on."""
    if not _moves_scenes(meeting, story):
        return story
    ours, theirs = (_numbering(meeting.reader, p.branch) for p in (meeting.ours, meeting.theirs))
    differing = set(meeting.lineages)
    others = {n: one for n, one in ours.items() if n not in differing}
    merged = {
        lineage: Numbered(fields.get("episode"), *fields[PLACE].values())
        for lineage, fields in story.scenes.items()
    }
    found = dict(story.scenes)
    for lineage, number in numbers.told_apart(ours, theirs, {**others, **merged}).items():
        if lineage in found:
            place = {"scene_number": number, "position": float(number)}
            found[lineage] = {**found[lineage], PLACE: place}
    return Story(found, story.shots)


def _moves_scenes(meeting: Meeting, story: Story) -> bool:
    """Whether the merge puts a scene where one of the sides does not have it."""
    sides = (meeting.our_story, meeting.their_story)
    return any(
        side.scenes.get(lineage, {}).get(PLACE) != fields[PLACE]
        for lineage, fields in story.scenes.items()
        for side in sides
    )


def _numbering(reader: Reader, branch_id: int) -> Mapping[int, Numbered]:
    rows = reader.tuples(_NUMBERED, branch_id=branch_id)
    return {lineage: Numbered(*one) for lineage, *one in rows}


def _write(tx: Transaction, target: Row, source: Row, meeting: Meeting, story: Story) -> None:
    data = {"source_id": source["id"], "at": meeting.theirs.change}
    text = f"Branch {source['name']} merged into {target['name']}"
    change_id = branches.DOCUMENTS.log(tx, target, "merged", text, data=dump(data))
    edges.add(tx, target, change_id, meeting.theirs)
    rows = {lineage: standing.scene_id for lineage, standing in meeting.our_side.there.items()}
    lineages = content.changed(meeting.our_story, story, meeting.lineages)
    rewriting.rewrite(tx, target, rows, lineages, story, change_id)


# --- what is told of it


def _outcome(meeting: Meeting, merged: Merged, *, applied: bool) -> MergeOutcome:
    told = differences(meeting.base_story, meeting.our_story, merged.story, with_words=False)
    return MergeOutcome(
        applied=applied,
        at=MergePoints(source=meeting.theirs.change, target=meeting.ours.change),
        changes=told,
        conflicts=[_shown(meeting, conflict) for conflict in merged.conflicts],
    )


def _shown(meeting: Meeting, conflict: Clash) -> ConflictShown:
    sides = (meeting.base_story, meeting.their_story, meeting.our_story)
    shots = [side.shots[conflict.lineage] for side in sides if conflict.lineage in side.shots]
    is_shot = conflict.kind == "shot"
    scene = scene_in(shots[-1]) if is_shot else conflict.lineage
    return ConflictShown(
        id=conflict.id,
        lineage=conflict.lineage,
        scene_number=scene_number(*(side.scenes.get(scene) for side in sides)),
        shot_number=shots[-1].get("shot_number") if is_shot else None,
        field=conflict.field,
        base=conflict.base,
        ours=conflict.ours,
        theirs=conflict.theirs,
    )
