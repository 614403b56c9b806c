"""The names of a project's characters: who is meant by a cue, and names in one line. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from tower_anime.core.text import nfc
from tower_anime.story.script.model import one_line, refusal


class Names:
    """The project's characters: names are compared in NFC, and a cue in capitals finds any case."""

    def __init__(self, known: Iterable[str]) -> None:
        self._exactly: dict[str, str] = {}
        self._in_any_case: dict[str, str] = {}
        self.introduced: list[str] = []
        for name in known:
            self._know(name)

    def _know(self, name: str) -> None:
        self._exactly.setdefault(nfc(name), name)
        self._in_any_case.setdefault(nfc(name).casefold(), name)

    def of_cue(self, speaker: str) -> str:
        """A speaker as the project spells the name, where it knows it; an extension stays."""
        for name, extension in ((speaker, ""), split_cue(speaker)):
            known = self._exactly.get(nfc(name))
            if known is None and name.isupper():
                known = self._in_any_case.get(nfc(name).casefold())
            if known is not None:
                return known + extension
        return speaker

    def name_of(self, speaker: str) -> str:
        """The name alone, as the project spells it."""
        spelled = self.of_cue(speaker)
        return spelled if nfc(spelled) in self._exactly else split_cue(spelled)[0]

    def introduce(self, name: str) -> None:
        """Have a character of this name made where there is none."""
        if nfc(name) not in self._exactly:
            self.introduced.append(name)
            self._know(name)


_EXTENSION = re.compile(r"(.*\S)(\s*[(（].*)")


def split_cue(speaker: str) -> tuple[str, str]:
    """A speaker's name, and the extension after it such as `(V.O.)`."""
    found = _EXTENSION.fullmatch(speaker)
    return (found[1], found[2]) if found else (speaker, "")


def read_list(source: int, text: str) -> tuple[str, ...]:
    """Names in one line, between semicolons; quoted where one has a semicolon of its own.

    Raises `Unprocessable` for a quotation that does not end.
    """
    try:
        rows = list(csv.reader([text], delimiter=";", skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise refusal(source, f"characters: {error}.") from error
    return tuple(name for row in rows for name in map(one_line, row) if name)


def write_list(names: Iterable[str]) -> str:
    """Names as `read_list` reads them."""
    file = io.StringIO()
    csv.writer(file, delimiter=";", lineterminator="").writerow(names)
    return file.getvalue()
