"""The sample production, from its text file to a film, as any client would make it.

Run again, it goes on where an earlier run ended.
"""

from __future__ import annotations

import io

from rich.console import Console

from tower_anime import sample
from tower_anime.cli import demo_comfyui, progress
from tower_anime.client import Tower, TowerClientError
from tower_anime.cuts.schemas import Cut
from tower_anime.engines.schemas import Engine
from tower_anime.projects.schemas import Project
from tower_anime.renders.schemas import Take, What
from tower_anime.sample import Character, Scene

CUT = "Episode 1"
CUT_OF_COMFYUI = "Episode 1, rendered on ComfyUI"
UNFINISHED = "draft"  # the project's status until all of it is written


class DemoFailed(TowerClientError):
    """A take or the cut failed; the sentence says why."""


def produce(tower: Tower, console: Console, comfyui: str | None = None) -> Cut:
    """Make the sample production on a running service; its assembled cut.

    `comfyui` is the address of the server that is to render it; without one, the built-in engine
    draws it. Raises `DemoFailed`, or what the client raises.
    """
    project = _story(tower, console)
    engine = None if comfyui is None else demo_comfyui.prepare(tower, project, comfyui)
    again = _render(tower, console, project, engine)
    _approve(tower, project, again)
    return _cut(tower, console, project, CUT if engine is None else CUT_OF_COMFYUI)


# --- the story


def _story(tower: Tower, console: Console) -> Project:
    production = sample.load()
    told = production["project"]
    for project in tower.projects.list():
        if project.name == told["name"] and project.status != UNFINISHED:
            console.print(f"[bold]{project.name}[/bold] is here already; going on with it.")
            return project
        if project.name == told["name"]:  # an earlier run was interrupted while it wrote
            tower.projects.delete(project)
    project = tower.projects.create(**told, status=UNFINISHED)
    characters, scenes = production["characters"], production["scenes"]
    with progress.bar("Writing the story", console) as moved:
        for n, character in enumerate(characters, 1):
            _introduce(tower, project, character)
            moved(n, len(characters) + len(scenes))
        for n, scene in enumerate(scenes, 1 + len(characters)):
            _write_scene(tower, project, scene)
            moved(n, len(characters) + len(scenes))
    return tower.projects.update(project.id, status="active")


def _introduce(tower: Tower, project: Project, character: Character) -> None:
    made = tower.characters.create(
        project.id,
        character["name"],
        description=character["description"],
        prompt=character["prompt"],
    )
    picture = character["image"]
    tower.characters.upload_image(made, io.BytesIO(sample.picture(picture)), name=picture)


def _write_scene(tower: Tower, project: Project, scene: Scene) -> None:
    made = tower.scenes.create(
        project.id, scene["number"], scene["description"], characters=scene["characters"]
    )
    (first,) = tower.shots.list(made)  # every scene has one from its start
    establishing, *others = (sample.fields(scene, shot) for shot in scene["shots"])
    tower.shots.update(first, **establishing)
    for shot in others:
        tower.shots.create(made, **shot)


# --- takes and the cut


def _render(tower: Tower, console: Console, project: Project, engine: Engine | None) -> list[Take]:
    """Render what is missing; on a ComfyUI server also what was not rendered so: those takes."""
    for run in tower.runs.list(project_id=project.id):  # an earlier one may have been left
        if run.finished_at is None:
            progress.watch_run(tower, run.id, console)
    by = "the built-in animatic engine" if engine is None else engine.name
    _render_all(tower, console, project, "missing", by)
    return [] if engine is None else _render_all(tower, console, project, "stale", by)


def _render_all(
    tower: Tower, console: Console, project: Project, what: What, by: str
) -> list[Take]:
    """Render these shots of the project; the takes. Raises `DemoFailed` where one failed."""
    asked = tower.projects.render(project, what=what)
    if asked.run_id is None:
        return []
    console.print(f"Rendering {asked.shots} shots with {by}.", markup=False, highlight=False)
    progress.watch_run(tower, asked.run_id, console)
    for failed in tower.takes.list(run_id=asked.run_id, status="failed"):
        raise DemoFailed(f"Take {failed.id} failed: {failed.error.detail if failed.error else ''}")
    return asked.takes


def _approve(tower: Tower, project: Project, again: list[Take]) -> None:
    """Approve a take of each shot that has none, and what was rendered again."""
    for take in again:
        tower.takes.approve(take.shot_id, take)
    for scene in tower.scenes.list(project_id=project.id, branch_name="main"):
        for shot in tower.shots.list(scene):
            if shot.approved_take_id is None:
                done = [take for take in tower.takes.of_shot(shot) if take.status == "done"]
                tower.takes.approve(shot, done[-1])


def _cut(tower: Tower, console: Console, project: Project, name: str) -> Cut:
    there = [cut for cut in tower.cuts.list(project_id=project.id) if cut.name == name]
    cut = there[0] if there else tower.cuts.create(project.id, name)
    if cut.status == "done":
        return cut
    if cut.status not in {"queued", "running"}:
        tower.cuts.assemble(cut)
    cut = progress.watch_cut(tower, cut.id, console)
    if cut.status != "done":
        raise DemoFailed(f"The cut {cut.status}: {cut.error.detail if cut.error else ''}")
    return cut
