"""Fields as they are typed: options, and `--set FIELD=VALUE` for those without one."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import typer

Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Any other field of the row. VALUE is JSON, or else text.",
    ),
]


def fields(
    kind: Literal["Project", "Character", "Workflow", "Branch", "Scene", "NewShot", "Shot", "Cut"],
    assignments: list[str] | None,
    /,
    **options: object,
) -> dict[str, Any]:  # keyword arguments of any type
    """The fields that were named, by option or by --set; one that the row has not is refused."""
    from tower_anime.client import fields as known  # noqa: PLC0415 - --help does without

    names = getattr(known, "ShotFields" if kind == "NewShot" else f"{kind}Change").__annotations__
    named = {name: value for name, value in options.items() if value is not None}
    for assignment in assignments or ():
        name, equals, value = assignment.partition("=")
        if not equals:
            raise typer.BadParameter(f"{assignment!r} is not FIELD=VALUE.", param_hint="--set")
        if name not in names:
            told = f"there is no field {name!r}; there are: {', '.join(names)}."
            raise typer.BadParameter(told, param_hint="--set")
        named[name] = _value(value)
    return named


def require(named: dict[str, Any]) -> dict[str, Any]:  # as above
    """The fields, of which there must be one. Raises `typer.BadParameter`."""
    if not named:
        raise typer.BadParameter("name at least one field to change.")
    return named


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
