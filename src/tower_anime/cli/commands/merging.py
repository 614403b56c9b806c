"""`tower-anime branches compare`, `merge` and `revert`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tower_anime.cli import output
from tower_anime.cli.arguments import At, DryRun
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.differences import CONFLICTS, DIFFERENCES, lines
from tower_anime.cli.names import BranchArgument, OfProject, branch_beside, branch_id

if TYPE_CHECKING:
    from tower_anime.story.branch_schemas import MergeOutcome, SceneDifference

Side = Literal["ours", "theirs"]

group = typer.Typer()

ALL = "all"

Ours = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONFLICT", help="Keep what the target has; a conflict, or all; may be given again."
    ),
]
Theirs = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONFLICT", help="Take what comes in; a conflict, or all; may be given again."
    ),
]


@command(group, "compare")
def compare_branches(
    call: Call,
    ours: Annotated[str, typer.Argument(metavar="OURS", help="A branch's id or name.")],
    theirs: Annotated[str, typer.Argument(metavar="THEIRS", help="The other's; or the same.")],
    project: OfProject = None,
    at: At = None,
    with_at: Annotated[int | None, typer.Option(help="Theirs after the change of this id.")] = None,
) -> None:
    """Tell how two branches differ, or two moments of one, field by field."""
    one = branch_id(call, ours, of_project=project)
    other = branch_beside(call, theirs, one)
    told = call.tower.branches.compare(one, other, at=at, with_at=with_at)
    if call.as_json:
        call.show(told)
    else:
        _tell(call, told.scenes, "There is no difference.")


@command(group, "merge")
def merge_branch(
    call: Call,
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="The branch to merge in: its id or name.")
    ],
    into: Annotated[
        str, typer.Option("--into", metavar="BRANCH", help="The target: its id or name.")
    ] = "main",
    project: OfProject = None,
    ours: Ours = None,
    theirs: Theirs = None,
    dry_run: DryRun = False,
) -> None:
    """Merge a branch into another, as one change.

    While a conflict has no resolution, nothing is written, and the exit code is 1.
    """
    chosen, others = _chosen(ours or [], theirs or [])
    theirs_id = branch_id(call, source, of_project=project)
    ours_id = branch_beside(call, into, theirs_id)
    outcome = _merge(call, ours_id, theirs_id, chosen, others, dry_run=dry_run)
    if call.as_json:
        call.show(outcome)
    else:
        _tell_outcome(call, outcome, dry_run=dry_run)
    if outcome.conflicts and not dry_run:
        fail("Nothing is written. Resolve each conflict with --ours or --theirs and its name.")


def _chosen(ours: list[str], theirs: list[str]) -> tuple[dict[str, Side], Side | None]:
    """The sides of the conflicts that are named, and the one of all others."""
    if both := sorted({*ours} & {*theirs}):
        told = f"{both[0]} is resolved both ways."
        raise typer.BadParameter(told, param_hint="--ours, --theirs")
    chosen: dict[str, Side] = {**dict.fromkeys(ours, "ours"), **dict.fromkeys(theirs, "theirs")}
    return chosen, chosen.pop(ALL, None)


def _merge(
    call: Call,
    target: int,
    source: int,
    chosen: dict[str, Side],
    others: Side | None,
    *,
    dry_run: bool,
) -> MergeOutcome:
    """What came of a merge, or would come; to resolve a conflict may bring forth another."""
    from tower_anime.client import Unresolved  # noqa: PLC0415 - --help does without

    while True:
        try:
            outcome = call.tower.branches.merge(target, source, resolutions=chosen, dry_run=dry_run)
        except Unresolved as refusal:
            outcome = refusal.outcome
        if others is None or not outcome.conflicts:
            return outcome
        chosen = {**chosen, **{conflict.id: others for conflict in outcome.conflicts}}


def _tell_outcome(call: Call, outcome: MergeOutcome, *, dry_run: bool) -> None:
    if dry_run or not outcome.conflicts:
        _tell(call, outcome.changes, "Nothing changes.")
    if outcome.conflicts:
        call.say("Both sides changed:")
        call.show_rows(outcome.conflicts, CONFLICTS)
    if dry_run:
        call.say("Nothing is written yet.")


def _tell(call: Call, scenes: list[SceneDifference], otherwise: str) -> None:
    """Print differences as a table, or the sentence where there are none."""
    if scenes:
        output.print_table(lines(scenes), DIFFERENCES)
    else:
        call.say(otherwise)


@command(group, "revert")
def revert_branch(
    call: Call,
    branch: BranchArgument,
    moment: Annotated[
        str,
        typer.Argument(
            metavar="MOMENT",
            help="A tag by its name, a change by its id, or a time such as 2026-11-17T18:00, here.",
        ),
    ],
    project: OfProject = None,
) -> None:
    """Have a branch be again as it was at a moment; that is a change, and can be undone."""
    number = branch_id(call, branch, of_project=project)
    outcome = call.tower.branches.revert(number, _moment(call, number, moment))
    if call.as_json:
        call.show(outcome)
    else:
        _tell(call, outcome.changes, "It is as it was then already.")


def _moment(call: Call, branch: int, typed: str) -> str | int:
    """A moment as the service takes it: a time is one of this machine's time zone."""
    if typed.isdecimal():
        return int(typed)
    try:
        time = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    if any(tag.name == typed for tag in call.tower.branches.tags(branch)):
        return typed
    return time.astimezone().isoformat()
