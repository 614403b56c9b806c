"""`tower.branches`: lines of the story, which fork, differ, merge and go back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Unpack

from tower_anime.client import answers
from tower_anime.client.bodies import Json
from tower_anime.client.fields import BranchChange
from tower_anime.client.rows import HasId, KeptRows, id_of
from tower_anime.story.branch_schemas import (
    BranchThen,
    Comparison,
    GivenValue,
    MergeOutcome,
    MergePoints,
    RevertOutcome,
    Tag,
)
from tower_anime.story.schemas import Branch

Resolution = Literal["ours", "theirs"] | GivenValue | Json
NONE: Mapping[str, Resolution] = {}


class Branches(KeptRows[Branch]):
    """Lines of the story."""

    _path = "/branches"
    _model = Branch

    def list(
        self, project: HasId | int, *, deleted: bool = False, limit: int = 100
    ) -> Iterator[Branch]:
        """A project's branches, the oldest first, `limit` a page; `deleted` lists the trash."""
        query = {"deleted": deleted, "limit": limit}
        return self._transport.rows(Branch, f"/projects/{id_of(project)}/branches", query)

    def fork(
        self,
        project: HasId | int,
        name: str,
        *,
        source: str | int = "main",
        description: str | None = None,
    ) -> Branch:
        """Begin a branch as the copy of another.

        `source` is a branch or a tag by its name, or a change by its id: the branch as it was then.
        Raises `NotFound`, `Refused`, or `Conflict` for a name that is used.
        """
        new = {"name": name, "from": source, "description": description}
        return self._create(f"/projects/{id_of(project)}/branches", new)

    def update(
        self, branch: HasId | int, *, if_match: int | None = None, **change: Unpack[BranchChange]
    ) -> Branch:
        """Change what is named. Raises `Conflict` for a name that is used."""
        return self._update(branch, if_match, change)

    def compare(
        self,
        ours: HasId | int,
        theirs: HasId | int,
        *,
        at: HasId | int | None = None,
        with_at: HasId | int | None = None,
    ) -> Comparison:
        """How two branches differ, field by field; or two moments of one, each after a change."""
        query = {"with": id_of(theirs), "at": _maybe(at), "with_at": _maybe(with_at)}
        return answers.one(Comparison, self._transport.get(self._at(ours, "/compare"), query))

    def merge(
        self,
        target: HasId | int,
        source: HasId | int | str,
        *,
        resolutions: Mapping[str, Resolution] = NONE,
        dry_run: bool = False,
        at: MergePoints | Json | None = None,
    ) -> MergeOutcome:
        """Merge a branch, called by its name too, into another; or tell what that would do.

        `resolutions` are by the ids of the conflicts; `at` is that of a dry run, for what it told.
        Raises `Unresolved` with the conflicts that are left, and `Conflict` where a branch has
        moved since `at`.
        """
        named = source if isinstance(source, str) else id_of(source)
        asked = {"source": named, "resolutions": resolutions, "dry_run": dry_run, "at": at}
        response = self._transport.write("POST", self._at(target, "/merge"), asked)
        return answers.one(MergeOutcome, response)

    def revert(self, branch: HasId | int, to: str | int) -> RevertOutcome:
        """Have a branch be again as it was: after a change, at a tag, or at a time in ISO 8601.

        A time without a zone is in UTC. Raises `NotFound`.
        """
        response = self._transport.write("POST", self._at(branch, "/revert"), {"to": to})
        return answers.one(RevertOutcome, response)

    def tags(self, branch: HasId | int, *, limit: int = 100) -> Iterator[Tag]:
        """A branch's tags, the oldest first, `limit` a page."""
        return self._transport.rows(Tag, self._at(branch, "/tags"), {"limit": limit})

    def tag(self, branch: HasId | int, name: str, *, at: HasId | int | None = None) -> Tag:
        """Name a branch as it is, or as it was after a change. Raises `Conflict` or `NotFound`."""
        new = {"name": name, "at": _maybe(at)}
        return answers.one(Tag, self._transport.write("POST", self._at(branch, "/tags"), new))

    def at(self, branch: HasId | int, change: HasId | int) -> BranchThen:
        """A branch as it was after a change, with its scenes and shots. Raises `NotFound`."""
        path = self._at(branch, f"/at/{id_of(change)}")
        return answers.one(BranchThen, self._transport.get(path))


def _maybe(row: HasId | int | None) -> int | None:
    return None if row is None else id_of(row)
