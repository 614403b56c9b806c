"""What the demo needs to render on a ComfyUI server: the server, and a workflow that any one runs.

The workflow is made of nodes that come with ComfyUI, and needs no model: it shows the character
before a night sky. What a maker would render is a workflow of their own.
"""

from __future__ import annotations

from tower_anime import sample
from tower_anime.cli.addresses import with_scheme
from tower_anime.client import Conflict, Tower, TowerClientError
from tower_anime.engines.addresses import normalised
from tower_anime.engines.schemas import Engine
from tower_anime.projects.schemas import Project
from tower_anime.workflows.schemas import Workflow

WORKFLOW = "Sample: a character in the night"


class NoServer(TowerClientError):
    """No ComfyUI server answers, or it cannot run the workflow; the sentence says why."""


def prepare(tower: Tower, project: Project, url: str) -> Engine:
    """Have the project rendered by the server at this address; the engine that it is.

    Raises `NoServer`, or what the client raises.
    """
    engine = tower.engines.check(_engine(tower, url))
    if engine.status in {"offline", "quarantined"}:
        raise NoServer(f"The ComfyUI server {engine.url} is {engine.status}: {engine.detail}")
    workflow = _workflow(tower, project)
    for found in tower.workflows.check(workflow):
        if found.engine_id == engine.id and found.problems:
            raise NoServer(f"{engine.name} cannot run the sample: {found.problems[0].text}")
    stages = [{"name": stage.name, "workflow_id": workflow.id} for stage in project.settings.stages]
    tower.projects.update(project.id, settings={"stages": stages})
    return engine


def _engine(tower: Tower, url: str) -> Engine:
    """The engine of an address, added where there is none; one that was off is on again."""
    address = with_scheme(url)
    try:
        return tower.engines.add(address)
    except Conflict:
        there = next(e for e in tower.engines.list() if e.url == normalised(address))
        return there if there.enabled else tower.engines.update(there, enabled=True)


def _workflow(tower: Tower, project: Project) -> Workflow:
    """The sample's workflow, as an earlier run left it, or new."""
    for workflow in tower.workflows.list(project_id=project.id):
        if workflow.name == WORKFLOW:
            return workflow
    made = tower.workflows.create(WORKFLOW, sample.workflow(), project_id=project.id)
    return tower.workflows.bind(made, sample.bindings())
