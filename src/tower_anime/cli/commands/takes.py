"""`tower-anime takes`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tower_anime.cli.arguments import Engine, Limit, ShotId, Stage, TakeId, Through
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.commands import take_folders
from tower_anime.cli.names import (
    OfProject,
    WorkflowOption,
    project_id_or_all,
    workflow_id_or_none,
)
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.renders.schemas import Take

Status = Literal["queued", "running", "done", "failed", "cancelled"]

group = typer.Typer(help="Attempts at shots.", no_args_is_help=True)
group.add_typer(take_folders.group)  # without a name: its commands are the group's


def _columns(call: Call) -> list[Column[Take]]:
    server = _servers(call)
    return [
        Column("id", lambda t: t.id),
        Column("shot", lambda t: t.shot_id),
        Column("stage", lambda t: t.stage),
        Column("take", lambda t: t.number),
        Column("status", lambda t: f"{t.progress:.0%}" if t.status == "running" else t.status),
        Column("verdict", lambda t: t.verdict),
        Column("engine", lambda t: server(t) or t.engine, wide=True),
        Column("medium", lambda t: t.media_id),
        Column("note", _note, wide=True),
    ]


def _servers(call: Call) -> Callable[[Take], str | None]:
    """Tells the name of a take's server. The engines are asked for once, where one is needed."""

    @cache
    def names() -> dict[int, str]:
        engines = call.tower.engines
        return {e.id: e.name for gone in (True, False) for e in engines.list(deleted=gone)}

    return lambda take: None if take.engine_id is None else names().get(take.engine_id)


def _note(take: Take) -> str | None:
    """Why a take failed, what it waits for, or how it differs from what was asked for."""
    if take.error is not None:
        return take.error.detail
    return take.waits_for or " ".join(take.warnings) or None


OnShot = Annotated[
    int | None, typer.Option("--shot", help="On this shot's branch [the one it was made for].")
]


@command(group, "list")
def list_takes(
    call: Call,
    project: OfProject = None,
    shot: Annotated[int | None, typer.Option(help="Every take of this shot.")] = None,
    run: Annotated[int | None, typer.Option(help="Only this run's.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only of this status.")] = None,
    limit: Limit = None,
) -> None:
    """List takes, the newest first; a shot's in order."""
    takes, within = call.tower.takes, project_id_or_all(call, project)
    if shot is None:
        found = takes.list(project_id=within, run_id=run, status=status)
    else:
        asked = {"project_id": within, "run_id": run, "status": status}
        wanted = [(name, value) for name, value in asked.items() if value is not None]
        ours = takes.of_shot(shot)
        found = (t for t in ours if all(getattr(t, name) == value for name, value in wanted))
    call.show_rows(islice(found, limit), _columns(call))


@command(group, "show")
def show_take(call: Call, take: TakeId) -> None:
    """Show a take: where it is or was made, what it waits for, and what came back otherwise."""
    found = call.tower.takes.get(take)
    call.show(found)
    if server := None if call.as_json else _servers(call)(found):
        call.say(f"Its server is {server}.")


@command(group, "request")
def request_takes(
    call: Call,
    shot: ShotId,
    stage: Stage = None,
    count: Annotated[int, typer.Option(help="How many to choose from.")] = 1,
    seed: Annotated[str | None, typer.Option(help="The first one's seed [drawn].")] = None,
    engine: Engine = None,
    workflow: WorkflowOption = None,
    through: Through = False,
) -> None:
    """Queue takes of a shot."""
    made = call.tower.takes.request(
        shot,
        stage=stage,
        count=count,
        seed=seed,
        engine=engine,
        workflow_id=workflow_id_or_none(call, workflow),
        through=through,
    )
    call.show_rows(made, _columns(call))


@command(group, "upload")
def upload_take(
    call: Call,
    shot: ShotId,
    file: Annotated[Path, typer.Argument(help="The take's file.")],
    stage: Stage = None,
) -> None:
    """Add a take that was made elsewhere."""
    call.show(call.tower.takes.upload(shot, file, stage=stage))


@command(group, "wait")
def wait_for_take(call: Call, take: TakeId) -> None:
    """Wait until a take is over; the exit code is 0 when it is done."""
    finished = call.tower.takes.wait(take)
    call.show(finished)
    if finished.status != "done":
        fail(f"Take {take} {finished.status}. {finished.error.detail if finished.error else ''}")


@command(group, "approve")
def approve_take(call: Call, take: TakeId, shot: OnShot = None) -> None:
    """Choose a take for its stage of its shot."""
    on = call.tower.takes.get(take).shot_id if shot is None else shot
    call.show(call.tower.takes.approve(on, take))


@command(group, "withdraw")
def withdraw_approval(
    call: Call,
    shot: ShotId,
    stage: Annotated[str | None, typer.Option(help="The stage [the one with an approval].")] = None,
) -> None:
    """Take back the approval of a stage of a shot."""
    call.show(call.tower.takes.withdraw(shot, stage or _approved_stage(call, shot)))


def _approved_stage(call: Call, shot: int) -> str:
    """The stage of a shot that has an approved take; of several, which one has to be said."""
    stages = call.tower.shots.get(shot).stages
    approved = [name for name, state in stages.items() if state.approved_take_id is not None]
    if len(approved) > 1:
        raise typer.BadParameter(f"it is {' or '.join(approved)}.", param_hint="--stage")
    return approved[0] if approved else fail(f"Shot {shot} has no approved take.")


@command(group, "reject")
def reject_take(call: Call, take: TakeId) -> None:
    """Say that a take will not do."""
    call.show(call.tower.takes.reject(take))


@command(group, "retry")
def retry_take(call: Call, take: TakeId) -> None:
    """Render a take again from its plan alone: a new take."""
    call.show(call.tower.takes.retry(take))


@command(group, "cancel")
def cancel_take(call: Call, take: TakeId) -> None:
    """Stop a take that waits or runs."""
    call.show(call.tower.takes.cancel(take))


@command(group, "provenance")
def tell_provenance(call: Call, take: TakeId) -> None:
    """Tell what decided a take, and what happened when it was made."""
    call.show(call.tower.takes.provenance(take))


@command(group, "download")
def download_take(
    call: Call,
    take: TakeId,
    to: Annotated[Path, typer.Argument(help="A file, or a folder.")] = Path(),
) -> None:
    """Write a take's film or picture to a file."""
    medium = call.tower.takes.get(take).media_id
    if medium is None:
        fail(f"Take {take} has nothing to download yet.")
    typer.echo(call.tower.media.download(medium, to))
