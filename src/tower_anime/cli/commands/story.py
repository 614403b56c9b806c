"""`tower-anime branches`, `scenes` and `shots`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli.arguments import Branch, BranchId, Deleted, OfBranch, SceneId, ShotId
from tower_anime.cli.assignments import Set, fields, require
from tower_anime.cli.calls import Call, command
from tower_anime.cli.names import (
    OfProject,
    ProjectArgument,
    ProjectOption,
    project_id,
    project_id_or_all,
)
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.story import schemas

branches = typer.Typer(help="Lines of the story.", no_args_is_help=True)
scenes = typer.Typer(help="Numbered parts of a branch.", no_args_is_help=True)
shots = typer.Typer(help="The parts of a scene that are rendered.", no_args_is_help=True)

BRANCHES: list[Column[schemas.Branch]] = [
    Column("id", lambda b: b.id),
    Column("name", lambda b: b.name, wide=True),
    Column("from", lambda b: b.parent_id),
    Column("description", lambda b: b.description, wide=True),
    Column("changed", lambda b: b.updated_at),
]
SCENES: list[Column[schemas.Scene]] = [
    Column("id", lambda s: s.id),
    Column("project", lambda s: s.project_id),
    Column("branch", lambda s: s.branch_name, wide=True),
    Column("scene", lambda s: s.scene_number),
    Column("description", lambda s: s.description, wide=True),
    Column("characters", lambda s: ", ".join(s.characters), wide=True),
    Column("status", lambda s: s.status),
]
SHOTS: list[Column[schemas.Shot]] = [
    Column("id", lambda s: s.id),
    Column("shot", lambda s: s.shot_number),
    Column("seconds", lambda s: s.duration),
    Column("description", lambda s: s.description, wide=True),
    Column("camera", lambda s: s.camera, wide=True),
    Column("lines", lambda s: len(s.dialogue)),
    Column("take", lambda s: s.approved_take_id),
]

Description = Annotated[str | None, typer.Option(help="What is seen.")]
Character = Annotated[
    list[str] | None, typer.Option("--character", help="Who is in it; may be given again.")
]
Prompt = Annotated[str | None, typer.Option(help="The words for the model, instead of ours.")]
Duration = Annotated[float | None, typer.Option(help="Seconds.")]
Camera = Annotated[str | None, typer.Option(help="Such as 'close-up, slow push in'.")]


@command(branches, "list")
def list_branches(call: Call, project: ProjectArgument) -> None:
    """List a project's branches, the oldest first."""
    call.show_rows(call.tower.branches.list(project_id(call, project)), BRANCHES)


@command(branches, "show")
def show_branch(call: Call, branch: BranchId) -> None:
    """Show a branch."""
    call.show(call.tower.branches.get(branch))


@command(scenes, "list")
def list_scenes(
    call: Call, project: OfProject = None, branch: OfBranch = None, deleted: Deleted = False
) -> None:
    """List scenes by their number."""
    within = project_id_or_all(call, project)
    found = call.tower.scenes.list(project_id=within, branch_name=branch, deleted=deleted)
    call.show_rows(found, SCENES)


@command(scenes, "show")
def show_scene(call: Call, scene: SceneId) -> None:
    """Show a scene."""
    call.show(call.tower.scenes.get(scene))


@command(scenes, "create")
def create_scene(
    call: Call,
    number: Annotated[int, typer.Argument(help="The scene's number.")],
    description: Annotated[str, typer.Argument(help="What is seen.")],
    project: ProjectOption,
    branch: Branch = "main",
    character: Character = None,
    more: Set = None,
) -> None:
    """Write a scene, with one shot, into a branch."""
    named = fields("Scene", more, characters=character)
    place = {"project_id": project_id(call, project), "branch_name": branch}
    written = {**place, "scene_number": number, "description": description, **named}
    call.show(call.tower.scenes.create(**written))


@command(scenes, "update")
def update_scene(
    call: Call,
    scene: SceneId,
    number: Annotated[int | None, typer.Option(help="A new number.")] = None,
    description: Description = None,
    character: Character = None,
    status: Annotated[str | None, typer.Option(help="Such as pending or completed.")] = None,
    more: Set = None,
) -> None:
    """Change what is named."""
    named = fields(
        "Scene",
        more,
        scene_number=number,
        description=description,
        characters=character,
        status=status,
    )
    call.show(call.tower.scenes.update(scene, **require(named)))


@command(scenes, "delete")
def delete_scene(call: Call, scene: SceneId) -> None:
    """Put a scene in the trash, with its shots."""
    call.show(call.tower.scenes.delete(scene))


@command(scenes, "restore")
def restore_scene(call: Call, scene: SceneId) -> None:
    """Take a scene out of the trash."""
    call.show(call.tower.scenes.restore(scene))


@command(shots, "list")
def list_shots(call: Call, scene: SceneId, deleted: Deleted = False) -> None:
    """List a scene's shots in order."""
    call.show_rows(call.tower.shots.list(scene, deleted=deleted), SHOTS)


@command(shots, "show")
def show_shot(call: Call, shot: ShotId) -> None:
    """Show a shot."""
    call.show(call.tower.shots.get(shot))


@command(shots, "create")
def create_shot(
    call: Call,
    scene: SceneId,
    description: Description = None,
    prompt: Prompt = None,
    duration: Duration = None,
    camera: Camera = None,
    more: Set = None,
) -> None:
    """Add a shot at the end of a scene."""
    named = {"description": description, "prompt": prompt, "duration": duration, "camera": camera}
    call.show(call.tower.shots.create(scene, **fields("Shot", more, **named)))


@command(shots, "update")
def update_shot(
    call: Call,
    shot: ShotId,
    description: Description = None,
    prompt: Prompt = None,
    duration: Duration = None,
    camera: Camera = None,
    more: Set = None,
) -> None:
    """Change what is named."""
    named = {"description": description, "prompt": prompt, "duration": duration, "camera": camera}
    call.show(call.tower.shots.update(shot, **require(fields("Shot", more, **named))))


@command(shots, "delete")
def delete_shot(call: Call, shot: ShotId) -> None:
    """Put a shot in the trash; the last one of a scene stays."""
    call.show(call.tower.shots.delete(shot))


@command(shots, "restore")
def restore_shot(call: Call, shot: ShotId) -> None:
    """Take a shot out of the trash."""
    call.show(call.tower.shots.restore(shot))
