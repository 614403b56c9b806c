"""Every project at a glance: what is in it, what renders, what changed last."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from tower_anime.characters.tables import characters
from tower_anime.core.changes import changes
from tower_anime.core.database import Reader
from tower_anime.core.sql import Statement
from tower_anime.core.text import dump
from tower_anime.projects.service import DOCUMENTS as PROJECTS
from tower_anime.projects.tables import projects
from tower_anime.renders.tables import takes
from tower_anime.story.tables import branches, scenes, shots

p, b, s, h, t, c = projects.c, branches.c, scenes.c, shots.c, takes.c, changes.c


def _under_way(status: str) -> ScalarSelect[int]:
    # The project is asked for last, so that the small index of what is unfinished is taken.
    return (
        select(func.count())
        .select_from(takes)
        .where(t.status == status, t.project_id == p.id)
        .scalar_subquery()
    )


def _counts() -> dict[str, ColumnElement[int]]:
    kind = characters.c.kind == "character"
    live = b.deleted_at.is_(None), s.deleted_at.is_(None)
    told = scenes.join(branches, s.branch_id == b.id)
    cast = select(func.count()).where(characters.c.project_id == p.id, kind)
    lines = select(func.count()).where(b.project_id == p.id, b.deleted_at.is_(None))
    story = select(func.count(s.lineage.distinct())).select_from(told)
    return {
        "branches": lines.scalar_subquery(),
        "scenes": story.where(s.project_id == p.id, *live).scalar_subquery(),
        "characters": cast.where(characters.c.deleted_at.is_(None)).scalar_subquery(),
        "queued": _under_way("queued"),
        "running": _under_way("running"),
    }


def _picture() -> ColumnElement[str]:
    """The first approved take's medium in the order of the story, or the newest done take's."""
    shown = takes.alias()
    told = (
        scenes.join(branches, s.branch_id == b.id)
        .join(shots, h.scene_id == s.id)
        .join(shown, shown.c.id == h.approved_take_id)
    )
    live = s.deleted_at.is_(None), b.deleted_at.is_(None), h.deleted_at.is_(None)
    first = (
        select(shown.c.media_id)
        .select_from(told)
        .where(s.project_id == p.id, *live)
        .order_by(s.scene_number, s.id, h.position)
        .limit(1)
    )
    newest = (
        select(t.media_id)
        .where(t.project_id == p.id, t.status == "done")
        .order_by(t.id.desc())
        .limit(1)
    )
    return func.coalesce(first.scalar_subquery(), newest.scalar_subquery())


_NEWEST = select(func.max(c.id)).where(c.project_id == p.id).correlate(projects).scalar_subquery()
_OVERVIEW = Statement(
    select(
        p.id.label("project_id"),
        *(expression.label(name) for name, expression in _counts().items()),
        _picture().label("media_id"),
        c.at.label("changed_at"),
        c.text.label("changed"),
        c.actor.label("changed_by"),
    )
    .select_from(projects.join(changes, c.id == _NEWEST))
    .where(PROJECTS.live)
    .order_by(p.created_at.desc(), p.id.desc())
)


def overview(reader: Reader) -> str:
    """What is in each project that is not in the trash, the newest first."""
    return dump(reader.rows(_OVERVIEW))
