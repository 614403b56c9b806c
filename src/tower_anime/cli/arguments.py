"""Arguments and options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Deleted = Annotated[bool, typer.Option("--deleted", help="List what is in the trash instead.")]
Branch = Annotated[str, typer.Option("--branch", "-b", help="The branch.")]
OfBranch = Annotated[
    str | None, typer.Option("--branch", "-b", help="Only this branch's.", metavar="BRANCH")
]
Limit = Annotated[int | None, typer.Option(min=0, help="At most so many rows.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until it is over, with a progress bar.")]
At = Annotated[int | None, typer.Option(help="As it was after the change with this id.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what it would.")]
Stage = Annotated[str | None, typer.Option(help="The stage [the project's first].")]
Engine = Annotated[
    str | None,
    typer.Option(help="What renders: comfyui or animatic [as the shot or its project says]."),
]
Through = Annotated[
    bool,
    typer.Option(
        "--through",
        help="Go on from an earlier stage's newest take where none is approved, not waiting.",
    ),
]

SceneId = Annotated[int, typer.Argument(metavar="SCENE", help="The scene's id.")]
ShotId = Annotated[int, typer.Argument(metavar="SHOT", help="The shot's id.")]
TakeId = Annotated[int, typer.Argument(metavar="TAKE", help="The take's id.")]
RunId = Annotated[int, typer.Argument(metavar="RUN", help="The run's id.")]
CutId = Annotated[int, typer.Argument(metavar="CUT", help="The cut's id.")]
