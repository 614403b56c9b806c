"""`tower.projects`: productions, and what is asked of a whole one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Unpack

from tower_anime.board.schemas import Overview, ReelShot, SceneCard
from tower_anime.client import answers, downloads
from tower_anime.client.bodies import Source
from tower_anime.client.downloads import Target
from tower_anime.client.fields import ProjectChange, ProjectFields
from tower_anime.client.rows import HasId, KeptRows
from tower_anime.projects.schemas import Project
from tower_anime.renders.schemas import Rendering, Stale, What
from tower_anime.story.script.schemas import Format, ScriptOutcome

PROVING = 4 * 3600.0  # seconds that an import may take: each of its films is decoded


class Projects(KeptRows[Project]):
    """Productions."""

    _path = "/projects"
    _model = Project

    def list(
        self, *, status: str | None = None, deleted: bool = False, limit: int = 100
    ) -> Iterator[Project]:
        """Projects, the newest first, `limit` a page; `deleted` lists the trash."""
        query = {"status": status, "deleted": deleted, "limit": limit}
        return self._transport.rows(Project, self._path, query)

    def create(self, name: str, **fields: Unpack[ProjectFields]) -> Project:
        """Start a production. Raises `Refused`."""
        return self._create(self._path, {"name": name, **fields})

    def make_sample(self) -> Project:
        """Make the sample production, and have its shots drawn.

        Raises `Conflict` where it is here already.
        """
        return answers.one(Project, self._transport.write("POST", f"{self._path}/sample"))

    def update(
        self, project: HasId | int, *, if_match: int | None = None, **change: Unpack[ProjectChange]
    ) -> Project:
        """Change what is named; of `settings`, too, only what is named."""
        return self._update(project, if_match, change)

    def export(self, project: HasId | int, to: Target) -> Path | None:
        """Write a project with all that is in it to a file, or into a folder under its name.

        Where the file is then; None for an open one. Raises `NotFound`, `Unreadable` for a file
        that did not arrive whole, or `OSError` of the file.
        """
        return downloads.save_zip(self._transport, self._at(project, "/export"), to)

    def import_file(self, source: Source, *, name: str | None = None) -> Project:
        """Make a new project of an exported file, from a path or an open file.

        Raises `Refused` for a file that is damaged, or that no export wrote.
        """
        response = self._transport.upload(
            f"{self._path}/import", source, name=name, silence=PROVING
        )
        return answers.one(Project, response)

    def render(
        self,
        project: HasId | int,
        *,
        branch_name: str = "main",
        what: What = "missing",
        scene_ids: Sequence[int] | None = None,
        stage: str | None = None,
        count: int = 1,
        engine: str | None = None,
        workflow_id: int | None = None,
        through: bool = False,
        dry_run: bool = False,
    ) -> Rendering:
        """Queue takes of a branch's shots: the missing, the stale, or all; or tell what it would.

        With `scene_ids`, only those of these scenes are looked at.
        `engine` and `workflow_id` are for all of them; None is each shot's own, or the project's.
        With `through`, a shot whose earlier stage has nothing approved goes on from the newest
        done take of it instead of waiting. Raises `Refused`, or `NotFound` where there is no such
        project, branch or workflow.
        """
        asked = {"branch_name": branch_name, "what": what, "stage": stage, "count": count}
        by = {"engine": engine, "workflow_id": workflow_id, "through": through}
        of = {"scene_ids": None if scene_ids is None else list(scene_ids)}
        path = self._at(project, "/render")
        response = self._transport.write("POST", path, {**asked, **of, **by, "dry_run": dry_run})
        return answers.one(Rendering, response)

    def stale(self, project: HasId | int, *, branch_name: str = "main") -> Iterator[Stale]:
        """The shots whose approved takes are not what would be rendered now, and why."""
        query = {"branch_name": branch_name}
        return self._transport.rows(Stale, self._at(project, "/stale"), query)

    def board(self, project: HasId | int, *, branch_name: str = "main") -> Iterator[SceneCard]:
        """A branch's scenes in the order of the story, each with its takes counted and a picture.

        Raises `NotFound` where there is no such project or branch.
        """
        query = {"branch_name": branch_name}
        return self._transport.rows(SceneCard, self._at(project, "/board"), query)

    def reel(self, project: HasId | int, *, branch_name: str = "main") -> Iterator[ReelShot]:
        """A branch's shots in the order of the story, each with the takes that a cut can show.

        Raises `NotFound` where there is no such project or branch.
        """
        query = {"branch_name": branch_name}
        return self._transport.rows(ReelShot, self._at(project, "/reel"), query)

    def overview(self) -> Iterator[Overview]:
        """What is in each project, the newest first."""
        return self._transport.rows(Overview, "/overview")

    def import_script(
        self,
        project: HasId | int,
        text: str,
        *,
        format: Format = "fountain",  # noqa: A002 - as the service calls it
        branch_name: str = "main",
        episode: int | None = None,
        dry_run: bool = False,
    ) -> ScriptOutcome:
        """Read a script into a branch, all of it or nothing; or tell what that would do.

        Raises `Refused` with the line and the reason for what is no script of that format.
        """
        given = {"format": format, "text": text, "branch_name": branch_name, "episode": episode}
        path = self._at(project, "/script")
        response = self._transport.write("POST", path, {**given, "dry_run": dry_run})
        return answers.one(ScriptOutcome, response)

    def export_script(
        self,
        project: HasId | int,
        *,
        format: Format = "fountain",  # noqa: A002 - as the service calls it
        branch_name: str = "main",
        episode: int | None = None,
    ) -> str:
        """A branch as a script; importing it again changes nothing."""
        query = {"format": format, "branch_name": branch_name, "episode": episode}
        return answers.text(self._transport.get(self._at(project, "/script"), query))
