"""`tower-anime render`, `stale` and `runs`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tower_anime.cli import progress
from tower_anime.cli.arguments import Branch, DryRun, Engine, Limit, RunId, Stage, Through, Wait
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.names import (
    OfProject,
    ProjectArgument,
    WorkflowOption,
    project_id,
    project_id_or_all,
    workflow_id_or_none,
)
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.renders.schemas import Rendering, Run, Stale

WAITS_FOR_A_PERSON = 3  # the exit code

What = Literal["missing", "stale", "all"]

group = typer.Typer(help="The takes that one request queued.", no_args_is_help=True)


def _counts(run: Run) -> str:
    return ", ".join(f"{n} {status}" for status, n in run.counts.items())


RUNS: list[Column[Run]] = [
    Column("id", lambda r: r.id),
    Column("project", lambda r: r.project_id),
    Column("branch", lambda r: r.branch_name, wide=True),
    Column("what", lambda r: r.what),
    Column("takes", _counts, wide=True),
    Column("started", lambda r: r.started_at),
    Column("finished", lambda r: r.finished_at),
]
STALE: list[Column[Stale]] = [
    Column("scene", lambda s: s.scene_number),
    Column("shot", lambda s: s.shot_number),
    Column("id", lambda s: s.shot_id),
    Column("stage", lambda s: s.stage),
    Column("take", lambda s: s.take_id),
    Column("because", lambda s: "; ".join(cause.text for cause in s.causes), wide=True),
]


def render(  # noqa: PLR0917 - each is an option of the command
    call: Call,
    project: ProjectArgument,
    branch: Branch = "main",
    what: Annotated[What, typer.Option(help="Which shots.")] = "missing",
    stage: Stage = None,
    count: Annotated[int, typer.Option(help="How many takes of each.")] = 1,
    engine: Engine = None,
    workflow: WorkflowOption = None,
    through: Through = False,
    dry_run: DryRun = False,
    wait: Wait = False,
) -> None:
    """Queue takes of a branch's shots: those without one, the stale, or all."""
    made = call.tower.projects.render(
        project_id(call, project),
        branch_name=branch,
        what=what,
        stage=stage,
        count=count,
        engine=engine,
        workflow_id=workflow_id_or_none(call, workflow, of_project=project),
        through=through,
        dry_run=dry_run,
    )
    if not (wait and made.run_id is not None):
        _tell(call, made)
        return
    call.say(_sentence(made))
    _wait(call, made.run_id)


def list_stale(call: Call, project: ProjectArgument, branch: Branch = "main") -> None:
    """List the shots whose approved takes are not what would be rendered now, and why."""
    found = call.tower.projects.stale(project_id(call, project), branch_name=branch)
    call.show_rows(found, STALE)


@command(group, "list")
def list_runs(call: Call, project: OfProject = None, limit: Limit = None) -> None:
    """List runs, the newest first."""
    within = project_id_or_all(call, project)
    call.show_rows(islice(call.tower.runs.list(project_id=within), limit), RUNS)


@command(group, "show")
def show_run(call: Call, run: RunId) -> None:
    """Show a run with the counts of its takes."""
    call.show(call.tower.runs.get(run))


@command(group, "wait")
def wait_for_run(call: Call, run: RunId) -> None:
    """Wait until a run is over, with a progress bar.

    The exit code is 1 when a take failed, and 3 when all that is left waits for a person, who has
    to approve another take first.
    """
    _wait(call, run)


@command(group, "cancel")
def cancel_run(call: Call, run: RunId) -> None:
    """Stop every take of a run that is not finished."""
    call.show(call.tower.runs.cancel(run))


def _wait(call: Call, run_id: int) -> None:
    try:
        run = progress.watch_run(call.tower, run_id)
    except KeyboardInterrupt:
        fail(f"The service goes on rendering; `tower-anime runs wait {run_id}` waits again.")
    if call.as_json:
        call.show(run)
    else:
        call.say(f"Run {run_id}: {_counts(run)}.")
    if run.counts.get("failed"):
        failed = next(call.tower.takes.list(run_id=run_id, status="failed"))
        why = failed.error.detail if failed.error else "its error says nothing"
        fail(f"{run.counts['failed']} failed; take {failed.id}: {why}")
    if run.finished_at is None:
        fail(_wanted(call, run), WAITS_FOR_A_PERSON)


def _wanted(call: Call, run: Run) -> str:
    """What somebody has to do before a run can go on."""
    queued = call.tower.takes.list(run_id=run.id, status="queued")
    first = next((take for take in queued if take.waits_for), None)
    example = f" Take {first.id}: {first.waits_for}" if first else ""
    waits = "1 take waits" if run.waiting == 1 else f"{run.waiting} takes wait"
    return (
        f"{waits} for a person; nothing else of run {run.id} is left.{example} Approve what they"
        f" need with `tower-anime takes approve`; `tower-anime runs wait {run.id}` waits again."
    )


def _tell(call: Call, made: Rendering) -> None:
    if call.as_json:
        call.show(made)
        return
    call.say(_sentence(made))
    for cause, shots in made.causes.items():
        call.say(f"  {cause} ({shots})")


def _sentence(made: Rendering) -> str:
    if not made.shots:
        return "There is nothing to render."
    shots, takes = _many(made.shots, "shot"), _many(len(made.takes), "take")
    estimate = _estimate(made.estimate_seconds)
    if made.dry_run:
        return f"It would render {shots}{estimate}."
    reused = f", {made.reused} of them there already" if made.reused else ""
    return f"Run {made.run_id}: {takes} of {shots}{reused}{estimate}."


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _estimate(seconds: float | None) -> str:
    if seconds is None:
        return ""
    about = f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
    return f", about {about}"
