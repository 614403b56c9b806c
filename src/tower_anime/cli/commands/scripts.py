"""`tower-anime script`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tower_anime.cli import output
from tower_anime.cli.arguments import Branch, DryRun
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.names import ProjectArgument, ProjectOption, project_id
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.story.script.schemas import SceneOutcome

Format = Literal["fountain", "csv", "markdown"]

group = typer.Typer(help="Scripts in and out: Fountain, CSV, Markdown.", no_args_is_help=True)

SUFFIXES: dict[str, Format] = {".csv": "csv", ".md": "markdown", ".markdown": "markdown"}


def _shots(scene: SceneOutcome) -> str:
    actions = [shot.action for shot in scene.shots]
    return ", ".join(f"{actions.count(action)} {action}" for action in dict.fromkeys(actions))


SCENES: list[Column[SceneOutcome]] = [
    Column("", lambda s: s.action),
    Column("scene", lambda s: s.scene_number),
    Column("id", lambda s: s.scene_id),
    Column("fields", lambda s: ", ".join(s.fields), wide=True),
    Column("shots", _shots, wide=True),
]

OfFormat = Annotated[
    Format | None, typer.Option("--format", help="How it is written [as the file is called].")
]
Episode = Annotated[int | None, typer.Option(help="The episode.")]


@command(group, "import")
def import_script(
    call: Call,
    file: Annotated[Path, typer.Argument(help="The script, in UTF-8.")],
    project: ProjectOption,
    branch: Branch = "main",
    written: OfFormat = None,
    episode: Episode = None,
    dry_run: DryRun = False,
) -> None:
    """Read a script into a branch: all of it, or nothing. Nothing is ever deleted."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail(f"{file} is not text in UTF-8. In a spreadsheet, save it as `CSV UTF-8`.")
    outcome = call.tower.projects.import_script(
        project_id(call, project),
        text,
        format=written or _format(file),
        branch_name=branch,
        episode=episode,
        dry_run=dry_run,
    )
    if call.as_json:
        call.show(outcome)
        return
    scenes = [scene for scene in outcome.scenes if scene.action != "unchanged"]
    if scenes:
        call.show_rows(scenes, SCENES)
    counts = ", ".join(f"{n} {action}" for action, n in outcome.counts.items() if n)
    call.say(f"Scenes: {counts or 'none'}.{' Nothing is written yet.' if dry_run else ''}")
    if outcome.characters:
        call.say(f"New characters: {', '.join(outcome.characters)}.")
    for left in outcome.left_out:
        call.say(f"Left out, line {left.line}: {left.what}: {left.text}")


@command(group, "export")
def export_script(
    call: Call,
    project: ProjectArgument,
    to: Annotated[Path | None, typer.Argument(help="The file [printed].")] = None,
    branch: Branch = "main",
    written: OfFormat = None,
    episode: Episode = None,
) -> None:
    """Write a branch as a script; importing it again changes nothing."""
    text = call.tower.projects.export_script(
        project_id(call, project),
        format=written or _format(to or Path()),
        branch_name=branch,
        episode=episode,
    )
    if to is None:
        output.write(text, end="")
    else:
        to.write_text(text, encoding="utf-8", newline="")


def _format(file: Path) -> Format:
    return SUFFIXES.get(file.suffix.lower(), "fountain")
