"""`tower.workflows`: ComfyUI's graphs, and which of their inputs take what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Unpack

from tower_anime.client import answers
from tower_anime.client.bodies import Json, Source
from tower_anime.client.fields import WorkflowChange
from tower_anime.client.rows import HasId, KeptRows, revision_of
from tower_anime.workflows.schemas import (
    Binding,
    EngineCheck,
    SuggestedBindings,
    Workflow,
    WorkflowInside,
)

Bound = Mapping[str, Sequence[Binding | Json]]


class Workflows(KeptRows[Workflow]):
    """ComfyUI's graphs with their bindings."""

    _path = "/workflows"
    _model = Workflow

    def list(
        self, *, project_id: int | None = None, deleted: bool = False, limit: int = 100
    ) -> Iterator[Workflow]:
        """Workflows, the newest first, `limit` a page; of a project, with those for every one."""
        query = {"project_id": project_id, "deleted": deleted, "limit": limit}
        return self._transport.rows(Workflow, self._path, query)

    def create(self, name: str, graph: Json, *, project_id: int | None = None) -> Workflow:
        """Add a workflow from ComfyUI's JSON in any of its formats; for every project, or for one.

        Raises `Refused`, with the node and the reason, for what cannot be converted.
        """
        return self._create(self._path, {"name": name, "project_id": project_id, "graph": graph})

    def upload(
        self, source: Source, name: str, *, project_id: int | None = None, file: str | None = None
    ) -> Workflow:
        """Add a workflow from a file: JSON, or a PNG, WebP, MP4 or WebM that ComfyUI wrote.

        `source` is a path or an open file, `file` its name. Raises `Refused`.
        """
        query = {"name": name, "project_id": project_id}
        response = self._transport.upload(f"{self._path}/upload", source, name=file, query=query)
        return answers.one(Workflow, response)

    def read(self, source: Source, *, file: str | None = None) -> WorkflowInside:
        """The workflow that a file has inside, in API format; nothing is kept. Raises `Refused`."""
        response = self._transport.upload(f"{self._path}/read", source, name=file)
        return answers.one(WorkflowInside, response)

    def update(
        self,
        workflow: HasId | int,
        *,
        if_match: int | None = None,
        **change: Unpack[WorkflowChange],
    ) -> Workflow:
        """Change what is named. Raises `Refused` for bindings that the graph has no place for."""
        return self._update(workflow, if_match, change)

    def bind(
        self, workflow: HasId | int, bindings: Bound, *, if_match: int | None = None
    ) -> Workflow:
        """Confirm which inputs take what: these, and no others. Raises `Refused`."""
        expected = revision_of(workflow, if_match)
        path = self._at(workflow, "/bindings")
        response = self._transport.write("PUT", path, bindings, if_match=expected)
        return answers.one(Workflow, response)

    def suggest(self, workflow: HasId | int) -> SuggestedBindings:
        """Bindings to look at and to confirm, each with its reason."""
        response = self._transport.get(self._at(workflow, "/suggested-bindings"))
        return answers.one(SuggestedBindings, response)

    def check(self, workflow: HasId | int) -> Sequence[EngineCheck]:
        """What keeps it from running, for each engine; no problems where it can."""
        return answers.many(
            EngineCheck, self._transport.write("POST", self._at(workflow, "/check"))
        )
