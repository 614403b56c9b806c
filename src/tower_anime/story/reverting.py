"""Going back: a whole branch to a moment, or one change taken back. Both are changes themselves."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from tower_anime.core.changes import changes, revisions
from tower_anime.core.database import Transaction, commits_alone
from tower_anime.core.errors import Conflict
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.story import (
    branches,
    content,
    edges,
    history,
    points,
    rewriting,
    scenes,
    shot_rows,
)
from tower_anime.story.ancestry import Point
from tower_anime.story.branch_schemas import Point as PointShown
from tower_anime.story.branch_schemas import RevertOutcome, RevertRequest
from tower_anime.story.content import Story
from tower_anime.story.differences import differences
from tower_anime.story.history import Standings
from tower_anime.story.merge import merge

c, r = changes.c, revisions.c

_LATER = Statement(
    select(c.id, c.text, c.actor)
    .select_from(revisions.join(changes, c.id == r.change_id))
    .where(r.subject == "scene", r.subject_id == bindparam("scene_id"))
    .where(r.change_id > bindparam("change_id"))
    .order_by(c.id)
)


@commits_alone
def revert(tx: Transaction, branch_id: int, asked: RevertRequest) -> Shown:
    """Have a branch be again as it was at a moment, as new revisions. Raises `NotFound`."""
    branch = branches.addressed(tx, branch_id)
    to = points.moment(tx, branch, asked.to)
    now = history.standings(tx, branch_id, history.NOW)
    then = history.standings(tx, branch_id, to.change)
    lineages = history.differing(now, then)
    ours, theirs = history.story(tx, now, lineages), history.story(tx, then, lineages)
    told = differences(theirs, ours, theirs, with_words=False)
    if told:
        moment = f"change {asked.to}" if isinstance(asked.to, int) else f'"{asked.to}"'
        text = f"Branch {branch['name']} went back to {moment}"
        change_id = branches.DOCUMENTS.log(
            tx, branch, "reverted", text, data=dump({"to": to.change})
        )
        edges.go_back(tx, branch_id, to.change, change_id)
        lineages = content.changed(ours, theirs, lineages)
        rewriting.rewrite(tx, branch, _ids(now), lineages, theirs, change_id)
    point = PointShown(branch_id=branch_id, change_id=to.change)
    return Shown(RevertOutcome(applied=bool(told), to=point, changes=told).model_dump_json())


def restore_revision(tx: Transaction, scene_id: int, number: int) -> Shown:
    """Have a scene and its shots be again as they were at a revision, as a new one.

    Where they are so already, nothing is written. A shot that is in another scene by now stays
    there. Raises `NotFound`, and `Conflict` where no shot would be left.
    """
    scene = scenes.addressed(tx, scene_id)
    branch = branches.find(tx, scene["branch_id"])
    told = content.story_of([{**history.document(tx, scene_id, number), "deleted_at": None}])
    elsewhere = {
        shot["lineage"]
        for shot in shot_rows.live_anywhere(tx, branch["id"], list(told.shots))
        if shot["scene_id"] != scene_id
    }
    shots = {n: fields for n, fields in told.shots.items() if n not in elsewhere}
    if not shots:
        raise Conflict("All shots of that revision are in other scenes now.")
    story = Story(told.scenes, shots)
    if story == content.story_of([history.document(tx, scene_id, scene["revision"])]):
        return scenes.get(tx, scene_id)
    text = f"Scene {scene['scene_number']}: revision {number} restored"
    change_id = scenes.DOCUMENTS.log(tx, scene, "restored", text, revision=scene["revision"] + 1)
    rewriting.rewrite(tx, branch, {scene["lineage"]: scene_id}, told.scenes, story, change_id)
    return scenes.get(tx, scene_id)


def take_back(tx: Transaction, change: Row) -> None:
    """Take back what a change did to scenes, shots and merges.

    What was changed since stays. Raises `Conflict`, which names what depends on the change, or says
    that nothing is left of it.
    """
    branch = branches.find(tx, change["branch_id"])
    then = history.standings(tx, branch["id"], change["id"])
    lineages = [n for n, standing in then.items() if standing.change_id == change["id"]]
    before = history.standings(tx, branch["id"], change["id"] - 1)
    now = history.standings(tx, branch["id"], history.NOW)
    after, ours, theirs = (history.story(tx, there, lineages) for there in (then, now, before))
    merged = merge(after, ours, theirs, unmerged=frozenset())
    if merged.conflicts or _has_moved_on(tx, branch, now, lineages, after, theirs):
        raise Conflict(_told_later(tx, change, now, lineages))
    changed = content.changed(ours, merged.story, lineages)
    _require_something_left(tx, branch, change, changed)
    data = dump({"change_id": change["id"]})
    undo_id = branches.DOCUMENTS.log(tx, branch, "undone", _taken_back(change["text"]), data=data)
    edges.take_back(tx, change["id"], undo_id)
    rewriting.rewrite(tx, branch, _ids(now), changed, merged.story, undo_id)


def _has_moved_on(
    tx: Transaction, branch: Row, now: Standings, lineages: list[int], after: Story, before: Story
) -> bool:
    """Whether a shot that the change touched is in a scene by now of which it knows nothing."""
    touched = [
        shot
        for shot in after.shots.keys() | before.shots.keys()
        if after.shots.get(shot) != before.shots.get(shot)
    ]
    known = {now[lineage].scene_id for lineage in lineages}
    rows = shot_rows.live_anywhere(tx, branch["id"], touched)
    return any(row["scene_id"] not in known for row in rows)


def _require_something_left(tx: Transaction, branch: Row, change: Row, changed: list[int]) -> None:
    """Raise `Conflict` where nothing is left to take back, or a merge was taken home meanwhile."""
    joined = edges.of_change(tx, change["id"])
    if joined is None:
        if not changed and not edges.were_ended_by(tx, change["id"]):
            raise Conflict(f"Nothing is left of it to take back: {change['text']}.")
        return
    source_id, ended_by = joined
    if ended_by is not None:
        raise Conflict(f"Change {ended_by} has taken it back already.")
    tip = history.tip(tx, source_id, history.standings(tx, source_id, history.NOW))
    graph = edges.graph(tx, branch["project_id"])
    if graph.ancestors(Point(source_id, tip)).get(branch["id"], 0) >= change["id"]:
        raise Conflict(
            "The branch that was merged has this merge in it by now: what was taken back here could"
            " never come again from there."
        )


_TAKEN_BACK, _DONE_AGAIN = "Taken back: ", "Done again: "


def _taken_back(text: str) -> str:
    """What an undo says of a change; of another undo, that the change is done again."""
    if text.startswith(_TAKEN_BACK):
        return _DONE_AGAIN + text.removeprefix(_TAKEN_BACK)
    return _TAKEN_BACK + text.removeprefix(_DONE_AGAIN)


def _ids(there: Standings) -> dict[int, int]:
    return {lineage: standing.scene_id for lineage, standing in there.items()}


def _told_later(tx: Transaction, change: Row, now: Standings, lineages: list[int]) -> str:
    rows = {
        row[0]: row
        for lineage in lineages
        for row in tx.tuples(_LATER, scene_id=now[lineage].scene_id, change_id=change["id"])
    }
    told = [f"{text} (change {n}, {actor or 'somebody'})" for n, text, actor in rows.values()]
    more = [f"and {len(told) - 3:,} more"] if len(told) > 3 else []
    if not told:
        return "A shot of it is in another scene by now."
    return f"What came later depends on it: {'; '.join(told[:3] + more)}."
