"""`tower-anime workflows`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tower_anime.cli import output
from tower_anime.cli.arguments import Deleted
from tower_anime.cli.calls import Call, command, fail
from tower_anime.cli.names import (
    OfProject,
    WorkflowArgument,
    project_id_or_all,
    workflow_id,
)
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from tower_anime.workflows.schemas import EngineCheck, Reason, Workflow

group = typer.Typer(
    help="ComfyUI's graphs, and which of their inputs take what.", no_args_is_help=True
)

COLUMNS: list[Column[Workflow]] = [
    Column("id", lambda w: w.id),
    Column("project", lambda w: w.project_id),
    Column("name", lambda w: w.name, wide=True),
    Column("nodes", lambda w: len(w.graph)),
    Column("bound", lambda w: ", ".join(w.bindings), wide=True),
    Column("from", lambda w: w.origin),
    Column("changed", lambda w: w.updated_at),
]
REASONS: list[Column[Reason]] = [
    Column("name", lambda r: r.name),
    Column("node", lambda r: r.node),
    Column("input", lambda r: r.input),
    Column("why", lambda r: r.text, wide=True),
]


@command(group, "list")
def list_workflows(call: Call, project: OfProject = None, deleted: Deleted = False) -> None:
    """List workflows, the newest first."""
    within = project_id_or_all(call, project)
    call.show_rows(call.tower.workflows.list(project_id=within, deleted=deleted), COLUMNS)


@command(group, "show")
def show_workflow(call: Call, workflow: WorkflowArgument, project: OfProject = None) -> None:
    """Show a workflow; --json has all of its graph."""
    found = call.tower.workflows.get(workflow_id(call, workflow, of_project=project))
    _show(call, found)
    call.say(_bound(found))


def _show(call: Call, workflow: Workflow) -> None:
    """A line for people, without the graph; or the service's JSON."""
    if call.as_json:
        call.show(workflow)
    else:
        call.show_rows([workflow], COLUMNS)


def _bound(workflow: Workflow) -> str:
    lines = [
        f"{name}: node {place.node}" + (f", {place.input}" if place.input else "")
        for name, places in workflow.bindings.items()
        for place in places
    ]
    return "\n".join(lines) or "Nothing is bound yet; `tower-anime workflows bind` does it."


@command(group, "import")
def import_workflow(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(help="JSON of ComfyUI, or a PNG, WebP, MP4 or WebM that it wrote."),
    ],
    project: OfProject = None,
    name: Annotated[str | None, typer.Option(help="What it is called [the file's name].")] = None,
) -> None:
    """Add a workflow from a file; without --project, for every project."""
    within = project_id_or_all(call, project)
    _show(call, call.tower.workflows.upload(file, name or file.stem, project_id=within))


@command(group, "suggest")
def suggest_bindings(call: Call, workflow: WorkflowArgument, project: OfProject = None) -> None:
    """Suggest bindings, each with the reason; they do nothing until they are confirmed."""
    found = call.tower.workflows.suggest(workflow_id(call, workflow, of_project=project))
    if call.as_json:
        call.show(found)
        return
    call.show_rows(found.reasons, REASONS)
    for one in found.written:
        call.say(f"{{{{{one.name}}}}} in node {one.node}, {one.input}: filled without a binding.")


@command(group, "bind")
def bind_workflow(
    call: Call,
    workflow: WorkflowArgument,
    project: OfProject = None,
    suggested: Annotated[
        bool, typer.Option("--suggested", help="Confirm what `suggest` shows.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="A JSON file with all the bindings; - reads them.")
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=NODE.INPUT",
            help="Bind one name there instead; NAME=NODE for an output; NAME= unbinds it.",
        ),
    ] = None,
) -> None:
    """Confirm which inputs take what."""
    found = call.tower.workflows.get(workflow_id(call, workflow, of_project=project))
    bound = _chosen(call, found, suggested, file)
    for assignment in place or ():
        bound.update(_place(assignment))
    _show(call, call.tower.workflows.bind(found, bound))


def _chosen(
    call: Call, workflow: Workflow, suggested: bool, file: Path | None
) -> dict[str, Any]:  # bindings, or any JSON that the service then judges
    if suggested and file is not None:
        raise typer.BadParameter("name --suggested or --file, not both.")
    if suggested:
        return dict(call.tower.workflows.suggest(workflow).bindings)
    if file is None:
        return dict(workflow.bindings)
    text = typer.get_text_stream("stdin").read() if str(file) == "-" else file.read_text()
    try:
        told = json.loads(text)
    except ValueError as error:
        fail(f"{file} is not valid JSON: {error}.")
    if not isinstance(told, dict):
        fail(f"{file} holds no JSON object.")
    return told


def _place(assignment: str) -> dict[str, list[dict[str, str]]]:
    name, equals, where = assignment.partition("=")
    if not equals:
        told = f"{assignment!r} is not NAME=NODE.INPUT."
        raise typer.BadParameter(told, param_hint="--set")
    node, _, slot = where.partition(".")
    if not node:
        return {name: []}
    return {name: [{"node": node, "input": slot} if slot else {"node": node}]}


@command(group, "check")
def check_workflow(call: Call, workflow: WorkflowArgument, project: OfProject = None) -> None:
    """Tell what keeps a workflow from running, for each engine; exits with 1 where none can."""
    number = workflow_id(call, workflow, of_project=project)
    engines = call.tower.workflows.check(number)
    if call.as_json:
        output.print_json(list(engines))
    else:
        for engine in engines:
            _tell(call, engine)
    if not any(engine.reached and not engine.problems for engine in engines):
        call.say("No ComfyUI server that is known can run it." if engines else _NO_ENGINES)
        raise typer.Exit(1)


_NO_ENGINES = "There is no engine to check it against."


def _tell(call: Call, engine: EngineCheck) -> None:
    if not engine.reached:
        call.say(f"{engine.name}: not reached yet.")
    elif not engine.problems:
        call.say(f"{engine.name}: can run it.")
    else:
        call.say(f"{engine.name}:")
        for problem in engine.problems:
            call.say(f"  {problem.text}")


@command(group, "export")
def export_workflow(
    call: Call,
    workflow: WorkflowArgument,
    to: Annotated[Path | None, typer.Argument(help="A file; else it is printed.")] = None,
    project: OfProject = None,
) -> None:
    """Write a workflow's graph in API format, which ComfyUI opens."""
    found = call.tower.workflows.get(workflow_id(call, workflow, of_project=project))
    text = json.dumps(found.graph, ensure_ascii=False, indent=2)
    if to is None:
        output.write(text)
    else:
        to.write_text(f"{text}\n", encoding="utf-8")


@command(group, "delete")
def delete_workflow(call: Call, workflow: WorkflowArgument, project: OfProject = None) -> None:
    """Put a workflow in the trash."""
    number = workflow_id(call, workflow, of_project=project)
    _show(call, call.tower.workflows.delete(number))


@command(group, "restore")
def restore_workflow(call: Call, workflow: WorkflowArgument, project: OfProject = None) -> None:
    """Take a workflow out of the trash."""
    number = workflow_id(call, workflow, of_project=project, deleted=True)
    _show(call, call.tower.workflows.restore(number))
