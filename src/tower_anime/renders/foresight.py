"""What a change would make stale, before anybody makes it: planned with what is not written."""

from __future__ import annotations

from sqlalchemy import bindparam

from tower_anime.characters import service as characters
from tower_anime.characters.schemas import CharacterUpdate
from tower_anime.core.database import Reader
from tower_anime.core.shown import Shown
from tower_anime.core.sql import Statement
from tower_anime.core.text import dump, nfc
from tower_anime.projects import service as projects
from tower_anime.renders import findings, staleness, subjects
from tower_anime.renders.planning import Planner
from tower_anime.renders.staleness import Memory
from tower_anime.story.branches import DOCUMENTS as BRANCHES

b = BRANCHES.table.c

_BRANCHES = Statement(
    BRANCHES.select(b.id, b.name)
    .where(BRANCHES.live, b.project_id == bindparam("project_id"))
    .order_by(b.id)
)


def of_character(
    reader: Reader, memory: Memory, character_id: int, change: CharacterUpdate
) -> Shown:
    """The approved takes of all branches that a change of a character would make stale.

    Those that are stale as things are do not come of it, and are left out. Raises as the change
    itself would.
    """
    was = characters.find(reader, character_id)
    changed = characters.as_changed(reader, character_id, change)
    project = projects.find(reader, was["project_id"])
    names = {nfc(was["name"]), nfc(changed["name"])}
    known = characters.of_names(reader, project["id"], changed)
    told = []
    for branch_id, branch_name in reader.tuples(_BRANCHES, project_id=project["id"]):
        now = staleness.of_branch(reader, memory, project, branch_id)
        everyone = subjects.each_of_branch(reader, project["id"], branch_id, known=known)
        seen = (one for one in everyone if names & {nfc(role.name) for role in one.facts.cast})
        wanted = ((one, stage.name) for one in seen for stage in one.settings.stages)
        then = findings.of_shots(reader, Planner(reader), wanted)
        new = {place: one for place, one in then.items() if one.causes and place not in now}
        rows = staleness.told(reader, project, branch_id, new)
        told += [{"branch_id": branch_id, "branch_name": branch_name, **row} for row in rows]
    return Shown(dump(told))
