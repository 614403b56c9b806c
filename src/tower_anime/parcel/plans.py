"""What decided an imported take, held against what plans are before anybody compares it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from tower_anime.core.sql import Row
from tower_anime.core.text import Sha256, dump
from tower_anime.parcel.unpacking import Damaged
from tower_anime.renders.manifest import Plan

_CHARACTER = "character:"
_Version = Annotated[str, Field(pattern=r"^version [0-9]{1,9}$")]
_Count = Annotated[int, Field(strict=True, ge=0, lt=2**31)]


class _Who(BaseModel):
    """The label of a character, which its version is read from."""

    label: _Version | None


def _require_version(of: str, label: str | None) -> None:
    if of.startswith(_CHARACTER):
        _Who(label=label)


def _labelled(labels: dict[str, str]) -> dict[str, str]:
    for of, label in labels.items():
        _require_version(of, label)
    return labels


_Piece = tuple[str, str, JsonValue, str | None]  # as `Source` is written


def _piece(piece: _Piece) -> _Piece:
    _require_version(piece[0], piece[3])
    return piece


class _Size(BaseModel):
    width: _Count
    height: _Count


class _Parts(BaseModel):
    """The parts that are read, and not only compared; there may be any others."""

    model_config = ConfigDict(extra="allow")

    engine: dict[str, JsonValue]
    frames: _Count = 1
    size: _Size | None = None


class _Stored(BaseModel):
    """A plan as `Plan.as_json` writes it; older ones have no hashes."""

    engine: Literal["animatic", "comfyui"]
    parts: _Parts
    labels: Annotated[dict[str, str], AfterValidator(_labelled)]
    hashes: dict[str, Sha256] = {}
    sources: dict[str, list[Annotated[_Piece, AfterValidator(_piece)]]] = {}


def require_plan(take: Row) -> None:
    """Raise `Damaged` unless a take of a parcel has a plan and its digest, or neither.

    The hashes beside the parts are believed by whoever compares plans, so here they are made anew.
    """
    number, told, digest = take["number"], take["plan"], take["digest"]
    if told is None or digest is None:
        if told is not digest:
            raise Damaged(f"take {number} has a plan without its digest, or a digest alone")
        return
    text = dump(told)  # as it will be stored
    try:
        _Stored.model_validate_json(text)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Damaged(f"take {number} has a plan that is none, by its {place}") from error
    plan = Plan.from_json(text)
    anew = Plan(plan.engine, plan.parts)
    if plan.known and plan.known != anew.hashes:
        raise Damaged(f"take {number} has a plan with other hashes than its parts have")
    if anew.digest != digest:
        raise Damaged(f"take {number} has another digest than its plan has")
