"""Commands that call a running service: where it is, in whose name, and how its answer is shown."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, get_type_hints

import typer

from tower_anime.cli import output
from tower_anime.cli.output import Column

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tower_anime.client import Tower

R = TypeVar("R", bound="BaseModel")
Function = Callable[..., None]  # a command's own options are what it likes

URL = "http://127.0.0.1:8321"


@dataclass(frozen=True)
class Call:
    """What a command gets besides its own options: the service, and a way to show its answer."""

    tower: Tower
    as_json: bool

    def show(self, row: BaseModel) -> None:
        """Print one row: its fields for people, or the service's JSON."""
        (output.print_json if self.as_json else output.print_fields)(row)

    def show_rows(self, rows: Iterable[R], columns: list[Column[R]]) -> None:
        """Print rows: a table for people, or an array of the service's JSON."""
        if self.as_json:
            output.print_json(list(rows))
        else:
            output.print_table(rows, columns)

    def say(self, sentence: str) -> None:
        """Print a sentence, for people."""
        if not self.as_json:
            output.console().print(output.clean(sentence), markup=False, highlight=False)


def fail(sentence: str, code: int = 1) -> NoReturn:
    """End the command with a sentence on standard error and an exit code."""
    typer.echo(output.clean(sentence), err=True)
    raise typer.Exit(code)


def command(
    app: typer.Typer, name: str, *, panel: str | None = None
) -> Callable[[Function], Function]:
    """Register a function as a command that calls the service; its first parameter is the `Call`.

    --url, --actor and --json join its own options.
    """

    def register(function: Function) -> Function:
        app.command(name, rich_help_panel=panel)(_calling(function))
        return function

    return register


def whole(app: typer.Typer) -> Callable[[Function], Function]:
    """Register a function as what a group of commands does where none of them is named.

    What it takes is as for `command`.
    """

    def register(function: Function) -> Function:
        run = _calling(function)

        def alone(*, ctx: typer.Context, **given: Any) -> None:  # any option's type
            if ctx.invoked_subcommand is None:
                run(**given)
            elif any(_is_typed(ctx, name) for name in given):
                ctx.fail(f"options of {ctx.invoked_subcommand} come after its name.")

        signature = inspect.signature(run)
        context = inspect.Parameter("ctx", _OPTION, annotation=typer.Context)
        _present(alone, function, [context, *signature.parameters.values()])
        app.callback(invoke_without_command=True)(alone)
        return function

    return register


def _is_typed(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _calling(function: Function) -> Function:
    def run(
        *, url: str, actor: str | None, token: str | None, as_json: bool, **own: Any
    ) -> None:  # any option's type
        _run(function, own, {"url": url, "actor": actor, "token": token}, as_json=as_json)

    signature = inspect.signature(function)
    hints = get_type_hints(function, include_extras=True)
    _, *own = (p.replace(annotation=hints[p.name]) for p in signature.parameters.values())
    named = [p.replace(kind=_OPTION) for p in own]
    _present(run, function, [*named, *_COMMON])
    return run


def _present(run: Function, function: Function, parameters: list[inspect.Parameter]) -> None:
    """Have what runs a function look to Typer like the function, with these parameters."""
    run.__doc__ = function.__doc__
    # Typer reads the signature; where Python itself would, it reads it here too.
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]


_Url = Annotated[str, typer.Option(envvar="TOWER_URL", help="The service's address.")]
_Actor = Annotated[
    str | None,
    typer.Option(envvar="TOWER_ACTOR", help="Who changes something, for the change log."),
]
_Token = Annotated[
    str | None,
    typer.Option(envvar="TOWER_TOKEN", help="Of a service on the local network.", hidden=True),
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print the service's JSON.")]
_OPTION = inspect.Parameter.KEYWORD_ONLY
_COMMON = [
    inspect.Parameter("url", _OPTION, default=URL, annotation=_Url),
    inspect.Parameter("actor", _OPTION, default=None, annotation=_Actor),
    inspect.Parameter("token", _OPTION, default=None, annotation=_Token),
    inspect.Parameter("as_json", _OPTION, default=False, annotation=_AsJson),
]


def _run(
    function: Function, own: dict[str, object], service: dict[str, Any], *, as_json: bool
) -> None:  # what `client.Tower` takes
    from tower_anime import client  # noqa: PLC0415 - takes 0.4 s; --help does without

    try:
        with client.Tower(**service) as tower:
            function(Call(tower, as_json), **own)
    except client.Unreachable as error:
        fail(f"{error} Start it with `tower-anime serve`, or name another with --url.")
    except client.TowerClientError as error:
        fail(str(error))
    except BrokenPipeError:
        raise typer.Exit(1) from None  # whoever read has enough
    except OSError as error:  # a file to send, or a place to write to
        fail(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
