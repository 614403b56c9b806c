"""`tower-anime scenes` and `shots`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli.arguments import Branch, Deleted, OfBranch, SceneId, ShotId
from tower_anime.cli.assignments import Set, fields, require
from tower_anime.cli.calls import Call, command
from tower_anime.cli.names import OfProject, ProjectOption, project_id, project_id_or_all
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.story import branch_schemas, schemas

scenes = typer.Typer(help="Numbered parts of a branch.", no_args_is_help=True)
shots = typer.Typer(help="The parts of a scene that are rendered.", no_args_is_help=True)

SCENES: list[Column[schemas.Scene]] = [
    Column("id", lambda s: s.id),
    Column("project", lambda s: s.project_id),
    Column("branch", lambda s: s.branch_name, wide=True),
    Column("scene", lambda s: s.scene_number),
    Column("description", lambda s: s.description, wide=True),
    Column("characters", lambda s: ", ".join(s.characters), wide=True),
    Column("status", lambda s: s.status),
]
REVISIONS: list[Column[branch_schemas.SceneThen]] = [
    Column("revision", lambda s: s.revision),
    Column("changed", lambda s: s.updated_at),
    Column("scene", lambda s: s.scene_number),
    Column("description", lambda s: s.description, wide=True),
    Column("characters", lambda s: ", ".join(s.characters), wide=True),
    Column("shots", lambda s: len(s.shots)),
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


@command(scenes, "reorder")
def reorder_scenes(
    call: Call,
    order: Annotated[
        list[int], typer.Argument(metavar="SCENES", help="Their ids, in their new order.")
    ],
) -> None:
    """Put scenes of an episode in another order; each takes a place of one of those named."""
    first = call.tower.scenes.get(order[0])
    ordered = call.tower.scenes.reorder(first.project_id, order, branch_name=first.branch_name)
    call.show_rows(ordered, SCENES)


@command(scenes, "revisions")
def list_revisions(call: Call, scene: SceneId) -> None:
    """List every state of a scene with its shots, the newest first."""
    call.show_rows(call.tower.scenes.revisions(scene), REVISIONS)


@command(scenes, "restore-revision")
def restore_revision(
    call: Call,
    scene: SceneId,
    revision: Annotated[int, typer.Argument(metavar="REVISION", help="The revision's number.")],
) -> None:
    """Go back to an earlier state of a scene and its shots; it becomes a new one."""
    call.show(call.tower.scenes.restore_revision(scene, revision))


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
    call.show(call.tower.shots.create(scene, **fields("NewShot", more, **named)))


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


@command(shots, "reorder")
def reorder_shots(
    call: Call,
    scene: SceneId,
    order: Annotated[
        list[int], typer.Argument(metavar="SHOTS", help="Their ids, in their new order.")
    ],
) -> None:
    """Put shots of a scene in another order; each takes a place of one of those named."""
    call.show_rows(call.tower.shots.reorder(scene, order), SHOTS)


@command(shots, "move")
def move_shot(call: Call, shot: ShotId, scene: SceneId) -> None:
    """Move a shot to the end of another scene of its branch."""
    call.show(call.tower.shots.update(shot, scene_id=scene))


@command(shots, "delete")
def delete_shot(call: Call, shot: ShotId) -> None:
    """Put a shot in the trash; the last one of a scene stays."""
    call.show(call.tower.shots.delete(shot))


@command(shots, "restore")
def restore_shot(call: Call, shot: ShotId) -> None:
    """Take a shot out of the trash."""
    call.show(call.tower.shots.restore(shot))
