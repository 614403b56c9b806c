"""What callers do with every kind of row."""

from __future__ import annotations

from typing import ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel

from tower_anime.client import answers
from tower_anime.client.transport import Transport

R = TypeVar("R", bound=BaseModel)


class HasId(Protocol):
    """A row of any kind that has a number."""

    @property
    def id(self) -> int:
        """Its number."""


def id_of(row: HasId | int) -> int:
    """The id of a row, or the id itself."""
    return row if isinstance(row, int) else row.id


def revision_of(row: HasId | int, if_match: int | None) -> int | None:
    """The revision that a write insists on: the given one, or that of the row as it was read."""
    if if_match is not None or isinstance(row, int):
        return if_match
    revision: int | None = getattr(row, "revision", None)
    return revision


class Rows(Generic[R]):
    """One kind of row. Wherever a row is asked for, its id does as well."""

    _path: ClassVar[str]
    _model: type[R]

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, row: HasId | int) -> R:
        """The row as it is now. Raises `NotFound`."""
        return answers.one(self._model, self._transport.get(self._at(row)))

    def _at(self, row: HasId | int, verb: str = "") -> str:
        return f"{self._path}/{id_of(row)}{verb}"

    def _do(self, row: HasId | int, verb: str, body: object = None) -> R:
        """A verb on a row; the row as it is then."""
        return answers.one(self._model, self._transport.write("POST", self._at(row, verb), body))


class KeptRows(Rows[R]):
    """One kind of row that is made, changed, and goes to the trash and back.

    A change to a row insists on the row's revision (`If-Match`): if somebody changed it since it
    was read, it raises `PreconditionFailed`. A change to an id insists on nothing, unless
    `if_match` names a revision.
    """

    def delete(self, row: HasId | int, *, if_match: int | None = None) -> R:
        """Put it in the trash. Raises `NotFound` or `PreconditionFailed`."""
        expected = revision_of(row, if_match)
        response = self._transport.write("DELETE", self._at(row), if_match=expected)
        return answers.one(self._model, response)

    def restore(self, row: HasId | int) -> R:
        """Take it out of the trash. Raises `NotFound`, or `Conflict` where it does not fit."""
        return self._do(row, "/restore")

    def _create(self, path: str, body: object) -> R:
        return answers.one(self._model, self._transport.write("POST", path, body))

    def _update(self, row: HasId | int, if_match: int | None, change: object) -> R:
        expected = revision_of(row, if_match)
        response = self._transport.write("PUT", self._at(row), change, if_match=expected)
        return answers.one(self._model, response)
