"""What is sent: values as JSON, files as they are read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import BaseModel

Source = str | os.PathLike[str] | IO[bytes]  # a path, or a file open for reading bytes
Json = Mapping[str, object]  # a JSON object; models of the schemas may be among its values


def json_bytes(body: object) -> bytes:
    """A value as JSON. In ASCII, so that the service and not Python judges any odd character."""
    return json.dumps(plain(body)).encode()


def plain(value: object) -> object:
    """A value without models: each is the JSON object that was read, or that was said.

    A field that was left to its default is not in it; one that is not known here is. (Pydantic's
    own dump has it the other way round.)
    """
    match value:
        case BaseModel():
            said = value.model_fields_set
            return {name: plain(item) for name, item in value if name in said}
        case Mapping():
            return {name: plain(item) for name, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


@contextmanager
def opened(source: Source, name: str | None) -> Iterator[tuple[str, IO[bytes]]]:
    """A file's name and the file, closed in the end if it was opened here."""
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        with path.open("rb") as file:
            yield name or path.name, file
    else:
        yield name or Path(str(getattr(source, "name", "upload"))).name, source
