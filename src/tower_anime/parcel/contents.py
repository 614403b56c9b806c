"""What a parcel holds: which rows of which tables, in which order, and what stays behind.

What belongs to a machine stays there: who works on a take, on which server. A scene as callers see
it is made anew of its row, and so are the fingerprints of the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    or_,
    select,
)

from tower_anime.characters.tables import characters
from tower_anime.core.changes import changes, revisions
from tower_anime.core.sql import Row, Statement, is_among
from tower_anime.core.tables import Id
from tower_anime.cuts.tables import cuts
from tower_anime.projects.tables import projects
from tower_anime.renders.tables import runs, takes
from tower_anime.story.tables import branches, merges, scenes, shots, tags
from tower_anime.workflows.tables import workflows

PAGE = 500  # rows that are read at a time

_PROJECT = bindparam("project_id", type_=Id)
_SHARED = bindparam("shared", type_=Text)  # workflows for every project that this one uses: JSON
_AFTER = bindparam("after", type_=Id)


@dataclass(frozen=True)
class Part:
    """The rows of one table. `json` are columns that hold JSON; `behind` what stays, and how new
    rows have it."""

    name: str  # of its file
    kind: str  # of its things
    table: Table
    condition: ColumnElement[bool]
    json: tuple[str, ...] = ()
    behind: Row = field(default_factory=dict)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that travel."""
        return tuple(c.name for c in self.table.columns if c.name not in self.behind)

    @cached_property
    def page(self) -> Statement:
        """The next rows after the id `after`."""
        columns = [self.table.c[name] for name in self.columns]
        chosen = select(*columns).where(self.condition, self.table.c.id > _AFTER)
        return Statement(chosen.order_by(self.table.c.id).limit(PAGE))

    @cached_property
    def ids(self) -> Select[tuple[int]]:
        """The ids of its rows."""
        return select(self.table.c.id).where(self.condition)


def _of_project(table: Table) -> ColumnElement[bool]:
    return table.c.project_id == _PROJECT


_workflows = _of_project(workflows) | is_among(workflows.c.id, _SHARED)
_log = changes.c
_changes = or_(
    and_(_of_project(changes), _log.subject != "workflow"),
    and_(
        _log.subject == "workflow",
        _log.subject_id.in_(select(workflows.c.id).where(_workflows)),
    ),
)
_AT_WORK: Row = {"worker": None, "lease_until": None, "cancel_requested": False}
_ON_A_SERVER: Row = {"prompt_id": None, "engine_id": None, "trouble": None, "waits": None}

# In the order in which they can be written: what is named comes before what names it.
PARTS = (
    Part("projects", "project", projects, projects.c.id == _PROJECT, ("metadata", "settings")),
    Part("workflows", "workflow", workflows, _workflows, ("graph", "bindings")),
    Part("characters", "character", characters, _of_project(characters), ("loras", "looks")),
    Part("branches", "branch", branches, _of_project(branches)),
    Part("scenes", "scene", scenes, _of_project(scenes), ("characters",), {"shown": "{}"}),
    Part(
        *("shots", "shot", shots),
        shots.c.scene_id.in_(select(scenes.c.id).where(_of_project(scenes))),
        ("dialogue", "cast", "inputs", "stages"),
    ),
    Part("runs", "run", runs, _of_project(runs)),
    Part(
        *("takes", "take", takes, _of_project(takes)),
        ("plan", "execution", "outputs", "error", "warnings"),
        {**_AT_WORK, **_ON_A_SERVER},
    ),
    Part("cuts", "cut", cuts, _of_project(cuts), ("items", "plan", "report", "error"), _AT_WORK),
    Part(
        *("tags", "tag", tags),
        tags.c.branch_id.in_(select(branches.c.id).where(_of_project(branches))),
    ),
    Part("merges", "merge", merges, _of_project(merges)),
    Part("changes", "change", changes, _changes, ("data",)),
)
BY_KIND: Mapping[str, Part] = {part.kind: part for part in PARTS}

REVISIONS = "revisions"
REVISION_COLUMNS = ("subject", "subject_id", "revision", "change_id", "document")
KEPT = ("project", "workflow", "character", "branch", "scene", "take", "cut")  # with a history

MEDIA = "media"
FILES = (*(part.name for part in PARTS), REVISIONS, MEDIA)


def _revisions(kind: str) -> Statement:
    r = revisions.c
    after = or_(
        r.subject_id > _AFTER,
        and_(r.subject_id == _AFTER, r.revision > bindparam("revision", type_=Id)),
    )
    chosen = select(*(r[name] for name in REVISION_COLUMNS)).where(
        r.subject == kind, r.subject_id.in_(BY_KIND[kind].ids), after
    )
    return Statement(chosen.order_by(r.subject_id, r.revision).limit(PAGE))


REVISION_PAGES: Mapping[str, Statement] = {kind: _revisions(kind) for kind in KEPT}
