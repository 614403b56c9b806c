"""`tower-anime takes import-folder`: files that ComfyUI has made become takes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tower_anime.cli.arguments import DryRun, Stage
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.names import OfProject, project_id

if TYPE_CHECKING:
    from tower_anime.client import Tower

group = typer.Typer()  # joins the commands of `takes`

ENDINGS = {".png", ".webp", ".jpg", ".jpeg", ".gif", ".mp4", ".webm", ".mov", ".mkv"}


@command(group, "import-folder")
def import_folder(
    call: Call,
    folder: Annotated[
        Path, typer.Argument(help="ComfyUI's output folder, or one in it.", file_okay=False)
    ],
    project: OfProject = None,
    shot: Annotated[
        int | None, typer.Option(help="The shot [one of a new scene at the project's end].")
    ] = None,
    stage: Stage = None,
    dry_run: DryRun = False,
) -> None:
    """Add the pictures and films of a folder as takes of a shot, the oldest first.

    The files stay as they are. One that the shot, or without --shot the project, has a take of
    already is left out.
    """
    if (shot is None) == (project is None):
        raise typer.BadParameter("name --project, or --shot.")
    number = None if project is None else project_id(call, project)
    there = _media(call.tower, number, shot)
    new = _new(_files(folder), there)
    if dry_run:
        call.say(f"It would add {_many(len(new))}; the other files are there already.")
        return
    if new and number is not None:
        shot = _new_shot(call.tower, number, folder)
    refused = 0 if shot is None else _add(call, shot, stage, new)
    call.say(f"Added {_many(len(new) - refused)}" + (f" to shot {shot}." if shot else "."))
    if refused:
        fail(f"{refused} of the files could not be added.")


def _files(folder: Path) -> list[Path]:
    """The pictures and films below a folder, the oldest first."""
    found = [p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file()]
    if not found and not folder.is_dir():
        fail(f"{folder}: there is no such folder.")
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path))


def _media(tower: Tower, project: int | None, shot: int | None) -> set[str]:
    """The SHA-256s of all that the shot's or the project's takes have made."""
    takes = tower.takes.list(project_id=project) if shot is None else tower.takes.of_shot(shot)
    return {output.media_id for take in takes for output in take.outputs}


def _new(files: Iterable[Path], there: set[str]) -> list[Path]:
    """Those whose bytes are not there yet; of several with the same bytes, the first."""
    found: dict[str, Path] = {}
    for path in files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest not in there:
            found.setdefault(digest, path)
    return list(found.values())


def _new_shot(tower: Tower, project: int, folder: Path) -> int:
    """The shot of a new scene at the end of the main branch."""
    last = max((s.scene_number for s in tower.scenes.list(project_id=project)), default=0)
    name = folder.resolve().name
    scene = tower.scenes.create(project, last + 1, f"Imported from the folder {name}")
    return next(tower.shots.list(scene)).id


def _add(call: Call, shot: int, stage: str | None, files: Iterable[Path]) -> int:
    """Add files as takes, and tell of those that are refused; how many."""
    from tower_anime.client import Refused  # noqa: PLC0415 - --help does without

    refused = 0
    for path in files:
        try:
            take = call.tower.takes.upload(shot, path, stage=stage)
        except Refused as error:
            refused += 1
            typer.echo(f"{path}: {error}", err=True)
        else:
            call.say(f"{path.name}: take {take.id}")
    return refused


def _many(takes: int) -> str:
    return "1 take" if takes == 1 else f"{takes} takes"
