"""Names where the service takes ids: a number is an id, all else is a name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from tower_anime.cli.calls import Call, fail

if TYPE_CHECKING:
    from tower_anime.characters.schemas import Kind
    from tower_anime.client import Tower

KINDS: tuple[Kind, ...] = ("character", "location", "prop")


class _Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


def project_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of projects that begin so, for a shell to complete; none without a service."""
    from tower_anime.client import Tower, TowerClientError  # noqa: PLC0415 - --help does without

    url = ctx.params.get("url")
    try:
        with Tower(*([url] if url else []), timeout=2, retries=0) as tower:
            names = [project.name for project in tower.projects.list()]
    except TowerClientError:
        return []
    return [name for name in names if name.startswith(incomplete)]


ProjectArgument = Annotated[
    str,
    typer.Argument(metavar="PROJECT", help="Its id or its name.", autocompletion=project_names),
]
ProjectOption = Annotated[
    str,
    typer.Option(
        "--project",
        "-p",
        metavar="PROJECT",
        help="The project's id or name.",
        autocompletion=project_names,
    ),
]
OfProject = Annotated[
    str | None,
    typer.Option(
        "--project",
        "-p",
        metavar="PROJECT",
        help="Only this project's; its id or name.",
        autocompletion=project_names,
    ),
]
CharacterArgument = Annotated[
    str, typer.Argument(metavar="CHARACTER", help="Its id; or its name, where just one has it.")
]
WorkflowArgument = Annotated[
    str, typer.Argument(metavar="WORKFLOW", help="Its id; or its name, where just one has it.")
]
WorkflowOption = Annotated[
    str | None,
    typer.Option(
        "--workflow",
        "-w",
        metavar="WORKFLOW",
        help="Render with it: its id; or its name, where just one has it.",
    ),
]

BranchArgument = Annotated[
    str, typer.Argument(metavar="BRANCH", help="Its id; or its name, where just one has it.")
]

EngineArgument = Annotated[str, typer.Argument(metavar="ENGINE", help="Its id or its name.")]


def project_id(call: Call, named: str, *, deleted: bool = False) -> int:
    """The id of a project that is called by its id or name."""
    if named.isdecimal():
        return int(named)
    return _only("project", named, call.tower.projects.list(deleted=deleted))


def project_id_or_all(call: Call, named: str | None) -> int | None:
    """As `project_id`; None where none is called."""
    return None if named is None else project_id(call, named)


def character_id(
    call: Call, named: str, *, of_project: str | None = None, deleted: bool = False
) -> int:
    """The id of a character, location or prop that is called by its id or name."""
    if named.isdecimal():
        return int(named)
    within = project_id_or_all(call, of_project)
    return _only("character", named, _everyone(call.tower, within, deleted=deleted))


def workflow_id(
    call: Call, named: str, *, of_project: str | None = None, deleted: bool = False
) -> int:
    """The id of a workflow that is called by its id or name; a project's own goes first."""
    if named.isdecimal():
        return int(named)
    within = project_id_or_all(call, of_project)
    found = list(call.tower.workflows.list(project_id=within, deleted=deleted))
    own = [w for w in found if w.project_id is not None and w.name == named]
    return _only("workflow", named, own if within is not None and own else found)


def workflow_id_or_none(
    call: Call, named: str | None, *, of_project: str | None = None
) -> int | None:
    """As `workflow_id`; None where none is called."""
    return None if named is None else workflow_id(call, named, of_project=of_project)


def engine_id(call: Call, named: str, *, deleted: bool = False) -> int:
    """The id of an engine that is called by its id or name."""
    if named.isdecimal():
        return int(named)
    return _only("engine", named, call.tower.engines.list(deleted=deleted))


def branch_id(
    call: Call, named: str, *, of_project: str | None = None, deleted: bool = False
) -> int:
    """The id of a branch that is called by its id or name."""
    if named.isdecimal():
        return int(named)
    within = project_id_or_all(call, of_project)
    projects = [p.id for p in call.tower.projects.list()] if within is None else [within]
    every = (b for p in projects for b in call.tower.branches.list(p, deleted=deleted))
    return _only("branch", named, every)


def branch_beside(call: Call, named: str, branch: int) -> int:
    """The id of a branch, called by its id or name, of the same project as another."""
    if named.isdecimal():
        return int(named)
    return branch_in(call, named, call.tower.branches.get(branch).project_id)


def branch_in(call: Call, named: str, project: int) -> int:
    """The id of a branch of a project that is called by its id or name."""
    if named.isdecimal():
        return int(named)
    return _only("branch", named, call.tower.branches.list(project))


def _everyone(tower: Tower, within: int | None, *, deleted: bool) -> Iterable[_Named]:
    for kind in KINDS:
        yield from tower.characters.list(project_id=within, kind=kind, deleted=deleted)


def _only(what: str, name: str, rows: Iterable[_Named]) -> int:
    wanted = unicodedata.normalize("NFC", name)
    ids = [row.id for row in rows if unicodedata.normalize("NFC", row.name) == wanted]
    if not ids:
        fail(f"There is no {what} named {name!r}.")
    if len(ids) > 1:
        told = ", ".join(map(str, sorted(ids)))
        fail(f"There are {len(ids)} of the name {name!r}; call the {what} by its id: {told}.")
    return ids[0]
