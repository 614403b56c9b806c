"""What would be rendered now: which engine and workflow a shot's stage has, and the plan of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tower_anime.core.database import Reader
from tower_anime.core.errors import NotFound, Unprocessable
from tower_anime.core.sql import Row
from tower_anime.projects.schemas import ENGINES
from tower_anime.renders import inputs, manifest
from tower_anime.renders.comfyui.planning import Recipe, comfyui_plan
from tower_anime.renders.inputs import Waiting
from tower_anime.renders.manifest import ANIMATIC, COMFYUI, Plan
from tower_anime.renders.subjects import Subject
from tower_anime.workflows import formats
from tower_anime.workflows import service as workflows
from tower_anime.workflows.bindings import loaded
from tower_anime.workflows.graph import Graph, Unusable

FROM_CHARACTER = "{}'s own workflow"


@dataclass(frozen=True)
class Asked:
    """What a request says beyond what the shot and its project say."""

    workflow_id: int | None = None
    engine: str | None = None
    through: bool = False


NOTHING = Asked()


class Planner:
    """Plans many shots at one moment; each workflow is read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._recipes: dict[int, Recipe] = {}

    def plan(self, subject: Subject, stage: str, asked: Asked = NOTHING) -> Plan | Waiting:
        """What would be sent now, or what it has to wait for.

        Raises `NotFound` for a workflow that is not there, `Unprocessable` for an engine that this
        service has not, a stage without a workflow, and shots that wait for each other.
        """
        engine, recipe = self.choice(subject, stage, asked)
        if engine == ANIMATIC:
            return manifest.animatic_plan(subject.facts)
        if recipe is None:
            raise Unprocessable(
                f"The stage {stage} has no workflow. Choose one for the project's stage or the"
                " shot's, or name one in the request."
            )
        found = inputs.given(self._reader, subject, stage, recipe.inputs, through=asked.through)
        if isinstance(found, Waiting):
            self._require_no_circle(subject, stage, recipe.inputs)
            return found
        return comfyui_plan(recipe, subject.facts, found)

    def choice(self, subject: Subject, stage: str, asked: Asked) -> tuple[str, Recipe | None]:
        """The engine of a shot's stage, and its workflow.

        The request says first, then the shot, then its scene; then the workflow of whoever in the
        cast brings one, then the project's. A stage with a workflow is rendered with it unless
        told otherwise.
        """
        chosen = subject.stages.get(stage, {})
        named = asked.engine or chosen.get("engine")
        workflow_id = asked.workflow_id or chosen.get("workflow_id") or subject.scene["workflow_id"]
        recipe = None
        if named != ANIMATIC:
            recipe = self._recipe(workflow_id) if workflow_id else self._usual(subject, stage)
        engine = named or (COMFYUI if recipe else subject.settings.engine)
        if engine not in ENGINES:
            raise Unprocessable(
                f"There is no engine {engine!r}; this service has: {', '.join(ENGINES)}."
            )
        return engine, recipe

    def _usual(self, subject: Subject, stage: str) -> Recipe | None:
        for role in subject.facts.cast:
            if role.workflow and (graph := _as_graph(role.workflow)) is not None:
                return Recipe(FROM_CHARACTER.format(role.name), graph, {})
        stages = subject.settings.stages  # an input may name one that there is no more
        of_project = next((s.workflow_id for s in stages if s.name == stage), None)
        return None if of_project is None else self._recipe(of_project)

    def _recipe(self, workflow_id: int) -> Recipe:
        if workflow_id not in self._recipes:
            self._recipes[workflow_id] = recipe_of(workflows.find(self._reader, workflow_id))
        return self._recipes[workflow_id]

    def _require_no_circle(self, subject: Subject, stage: str, names: list[str]) -> None:
        """Raise `Unprocessable` where what a shot waits for waits for that shot."""
        start = (subject.shot["lineage"], stage)
        open_ends = [(subject, stage, names)]
        seen = {start}
        while open_ends:
            one, of_stage, takes = open_ends.pop()
            for wanted in inputs.waits(self._reader, one, of_stage, takes):
                key = (wanted.shot["lineage"], wanted.stage)
                if key == start:
                    raise Unprocessable(
                        f"inputs: the stage {stage} of shot {subject.shot['shot_number']} waits"
                        " for itself, by way of other shots. Give one of them a picture."
                    )
                if key not in seen:
                    seen.add(key)
                    further = one.beside(self._reader, wanted.shot)
                    open_ends.append(
                        (further, wanted.stage, self._inputs_of(further, wanted.stage))
                    )

    def _inputs_of(self, subject: Subject, stage: str) -> list[str]:
        try:
            _, recipe = self.choice(subject, stage, NOTHING)
        except (NotFound, Unprocessable):
            return []
        return recipe.inputs if recipe else []


def recipe_of(row: Row) -> Recipe:
    """A workflow's row as it is planned with."""
    graph: Any = json.loads(row["graph"])
    label = f"{row['name']}, version {row['revision']}"
    return Recipe(label, graph, loaded(json.loads(row["bindings"])))


def _as_graph(text: str) -> Graph | None:
    """A character's own workflow, where it is a graph in API format; often it is only a name.

    It has no bindings, and takes what its placeholders name.
    """
    if not text.lstrip().startswith("{"):
        return None
    try:
        document = formats.read(json.loads(text))
    except (ValueError, Unusable, RecursionError):
        return None
    return document.content if document.origin == "api" else None
