"""Going back: a whole branch to a moment, or one change taken back. Both are changes themselves."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from tower_anime.core.changes import changes, revisions
from tower_anime.core.database import Transaction, commits_alone
from tower_anime.core.errors import Conflict
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Row, Statement
from tower_anime.core.text import dump
from tower_anime.story import branches, content, history, points, rewriting, scenes, shot_rows
from tower_anime.story.branch_schemas import Point, RevertOutcome, RevertRequest
from tower_anime.story.content import Story
from tower_anime.story.differences import differences
from tower_anime.story.history import Standings
from tower_anime.story.merge import merge
from tower_anime.story.tables import merges

c, r, m = changes.c, revisions.c, merges.c

_END_MERGES = Statement(
    merges.update()
    .where(m.branch_id == bindparam("of_branch"), m.change_id > bindparam("after"))
    .where(m.ended_by.is_(None))
    .values(ended_by=bindparam("by"))
)
_END_MERGE = Statement(
    merges.update()
    .where(m.change_id == bindparam("merge"), m.ended_by.is_(None))
    .values(ended_by=bindparam("by"))
)
_BEGIN_AGAIN = Statement(merges.update().where(m.ended_by == bindparam("by")).values(ended_by=None))
_MERGE = Statement(select(*merges.columns).where(m.change_id == bindparam("id")))
_MERGED_BACK = Statement(
    select(c.id, c.text)
    .select_from(merges.join(changes, c.id == m.change_id))
    .where(m.source_id == bindparam("branch_id"), m.branch_id == bindparam("source_id"))
    .where(m.source_change_id >= bindparam("change_id"), m.ended_by.is_(None))
    .order_by(c.id)
)
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
    told = differences(theirs, ours, theirs)
    if told:
        moment = f"change {asked.to}" if isinstance(asked.to, int) else f'"{asked.to}"'
        text = f"Branch {branch['name']} went back to {moment}"
        change_id = branches.DOCUMENTS.log(
            tx, branch, "reverted", text, data=dump({"to": to.change})
        )
        tx.run(_END_MERGES, of_branch=branch_id, after=to.change, by=change_id)
        rewriting.rewrite(tx, branch, _ids(now), lineages, theirs, change_id)
    point = Point(branch_id=branch_id, change_id=to.change)
    return Shown(RevertOutcome(applied=bool(told), to=point, changes=told).model_dump_json())


def restore_revision(tx: Transaction, scene_id: int, number: int) -> Shown:
    """Have a scene and its shots be again as they were at a revision, as a new one.

    A shot that is in another scene by now stays there. Raises `NotFound`, and `Conflict` where no
    shot would be left.
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
    text = f"Scene {scene['scene_number']}: revision {number} restored"
    change_id = scenes.DOCUMENTS.log(tx, scene, "restored", text, revision=scene["revision"] + 1)
    story = Story(told.scenes, shots)
    rewriting.rewrite(tx, branch, {scene["lineage"]: scene_id}, told.scenes, story, change_id)
    return scenes.get(tx, scene_id)


def take_back(tx: Transaction, change: Row) -> bool:
    """Take back what a change did to scenes and shots; whether there was anything.

    What was changed since stays. Raises `Conflict`, which names what depends on the change.
    """
    branch = branches.find(tx, change["branch_id"])
    then = history.standings(tx, branch["id"], change["id"])
    lineages = [n for n, standing in then.items() if standing.change_id == change["id"]]
    merge_row = tx.row(_MERGE, id=change["id"])
    if not lineages and merge_row is None:
        return False
    before = history.standings(tx, branch["id"], change["id"] - 1)
    now = history.standings(tx, branch["id"], history.NOW)
    after, ours, theirs = (history.story(tx, there, lineages) for there in (then, now, before))
    merged = merge(after, ours, theirs, unmerged=frozenset())
    if merged.conflicts:
        raise Conflict(_told_later(tx, change, now, lineages))
    if merge_row is not None:
        _require_not_merged_back(tx, merge_row)
    if merge_row is None and not differences(after, ours, merged.story):
        raise Conflict(f"Nothing is left of it to take back: {change['text']}.")
    if merge_row is not None and merge_row["ended_by"] is not None:
        raise Conflict(f"Change {merge_row['ended_by']} has taken it back already.")
    text = _taken_back(change["text"])
    undo_id = branches.DOCUMENTS.log(
        tx, branch, "undone", text, data=dump({"change_id": change["id"]})
    )
    tx.run(_END_MERGE, merge=change["id"], by=undo_id)
    tx.run(_BEGIN_AGAIN, by=change["id"])
    rewriting.rewrite(tx, branch, _ids(now), lineages, merged.story, undo_id)
    return True


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
    return f"What came later depends on it: {'; '.join(told[:3] + more)}."


def _require_not_merged_back(tx: Transaction, row: Row) -> None:
    found = tx.tuples(_MERGED_BACK, **{k: row[k] for k in ("branch_id", "source_id", "change_id")})
    if found:
        told = "; ".join(f"{text} (change {n})" for n, text in found[:3])
        raise Conflict(f"The branch that was merged has this merge in it by now: {told}.")
